package io.ashlar.server;

/**
 * Seeds, both ends included.
 *
 * @param first not after {@code last}
 */
record SeedRange(long first, long last) {
  /** From {@code A..B}, or one number. */
  static SeedRange parse(String text) {
    int dots = text.indexOf("..");
    try {
      SeedRange range =
          dots < 0
              ? new SeedRange(Long.parseLong(text), Long.parseLong(text))
              : new SeedRange(
                  Long.parseLong(text.substring(0, dots)),
                  Long.parseLong(text.substring(dots + 2)));
      if (range.first <= range.last) {
        return range;
      }
    } catch (NumberFormatException notANumber) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private static CommandFailedException wrong(String text) {
    return new CommandFailedException(
        "seeds are A..B, such as 1..200, not " + text, ExitCodes.USAGE);
  }

  long count() {
    return last - first + 1;
  }
}
