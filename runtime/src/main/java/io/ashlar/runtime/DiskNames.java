package io.ashlar.runtime;

import io.ashlar.core.Check;

/** The names of a role's files: relative paths of letters, digits, dot, dash and slash. */
final class DiskNames {
  private DiskNames() {}

  /** Fails for a name that would not be a file below the disk's folder. */
  static String checked(String name) {
    boolean segmentIsEmpty = true;
    boolean segmentIsDots = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '/') {
        Check.that(!segmentIsEmpty, "an empty part in the file name ", name);
        Check.that(!segmentIsDots, "a part of dots in the file name ", name);
        segmentIsEmpty = true;
        segmentIsDots = true;
        continue;
      }
      boolean legal =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '-';
      Check.that(legal, "an illegal character in the file name ", name);
      segmentIsEmpty = false;
      segmentIsDots &= c == '.';
    }
    Check.that(!segmentIsEmpty, "an empty part in the file name ", name);
    Check.that(!segmentIsDots, "a part of dots in the file name ", name);
    return name;
  }
}
