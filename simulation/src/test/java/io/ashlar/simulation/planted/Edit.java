package io.ashlar.simulation.planted;

/**
 * One change of a true source file.
 *
 * @param module the folder of the module
 * @param className of the top-level class that is changed
 * @param before what is there, exactly once; anything else fails the build of the bug
 * @param after what is there instead
 */
record Edit(String module, String className, String before, String after) {
  String apply(String source) {
    int at = source.indexOf(before);
    if (at < 0 || source.indexOf(before, at + 1) >= 0) {
      throw new IllegalStateException(
          (at < 0 ? "not found in " : "found more than once in ") + className + ": " + before);
    }
    return source.substring(0, at) + after + source.substring(at + before.length());
  }
}
