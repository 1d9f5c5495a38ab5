package io.ashlar.kv;

import java.time.Duration;
import java.util.Objects;

/**
 * How a {@link Sweeper} works.
 *
 * @param batchMax rows in one transaction at most; 1 to 10,000, default 500: few enough to be done
 *     within milliseconds. There are fewer when they are large, about 1 MB, and half as many after
 *     each transaction that was not committed, until one is
 * @param pause how long it waits after a batch that was not full; a millisecond or more, default a
 *     second
 */
public record SweeperOptions(int batchMax, Duration pause) {
  public SweeperOptions {
    if (batchMax < 1 || batchMax > 10_000) {
      throw new IllegalArgumentException("a batch has 1 to 10,000 rows, not " + batchMax);
    }
    Objects.requireNonNull(pause, "the pause is null");
    if (pause.toMillis() < 1) {
      throw new IllegalArgumentException("the pause is at least a millisecond, not " + pause);
    }
  }

  public static SweeperOptions defaults() {
    return new SweeperOptions(500, Duration.ofSeconds(1));
  }
}
