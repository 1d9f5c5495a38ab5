package io.ashlar.server;

import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Seeds, both ends included.
 *
 * @param first not after {@code last}
 */
record SeedRange(long first, long last) {
  /** More would take weeks. */
  private static final int COUNT_MAX = 1_000_000;

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
        return range.checked();
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

  /** Without being caught by an overflow: seeds are any 64 bits. */
  private SeedRange checked() {
    long more = last - first;
    if (more < 0 || more >= COUNT_MAX) {
      throw new CommandFailedException("at most " + COUNT_MAX + " seeds at once", ExitCodes.USAGE);
    }
    return this;
  }

  long count() {
    return last - first + 1;
  }

  /** All of them in an order that is drawn. */
  List<Long> shuffled(SeededRandom random) {
    List<Long> all = seeds();
    for (int i = all.size() - 1; i > 0; i--) {
      all.set(i, all.set(random.nextInt(i + 1), all.get(i)));
    }
    return all;
  }

  /** All of them in ascending order. */
  List<Long> seeds() {
    List<Long> all = new ArrayList<>();
    for (long i = 0; i < count(); i++) {
      all.add(first + i);
    }
    return all;
  }
}
