package io.ashlar.table;

import java.time.Duration;
import java.util.Objects;

/**
 * How something goes through all rows of a table, in many transactions.
 *
 * @param batchMax rows in one transaction at most; 1 to 10,000, default 200: few enough to be done
 *     within milliseconds, so that writers seldom get in between. After a transaction that was not
 *     committed it is half as many, and twice as many after one that was; fewer where rows are long
 * @param pause between two transactions, default none
 */
public record PassOptions(int batchMax, Duration pause) {
  public PassOptions {
    if (batchMax < 1 || batchMax > 10_000) {
      throw new IllegalArgumentException("a batch has 1 to 10,000 rows, not " + batchMax);
    }
    Objects.requireNonNull(pause, "the pause is null");
    if (pause.isNegative()) {
      throw new IllegalArgumentException("the pause is negative: " + pause);
    }
  }

  public static PassOptions defaults() {
    return new PassOptions(200, Duration.ZERO);
  }
}
