package io.ashlar.server.shell;

/** A command of a layer, as it stands behind the name of the layer. */
interface SubVerb {
  /** As it is typed. */
  String word();

  /** What comes behind it. */
  String arguments();

  String meaning();

  int argumentsMin();

  int argumentsMax();

  /** The one of {@code all} that {@code word} names, or null. */
  static <T extends SubVerb> T of(T[] all, String word) {
    for (T one : all) {
      if (one.word().equals(word)) {
        return one;
      }
    }
    return null;
  }

  /** All of it, behind the layer's {@code verb}. */
  default String usage(Verb verb) {
    String both = verb.word() + " " + word();
    return arguments().isEmpty() ? both : both + " " + arguments();
  }
}
