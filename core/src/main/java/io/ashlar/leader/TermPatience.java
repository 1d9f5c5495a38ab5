package io.ashlar.leader;

import io.ashlar.core.Uid;

/**
 * How long one who leads has told what cannot be. For a while that is to be expected: who led a
 * moment ago may still answer, or another process where it was. If it lasts, the coordinators
 * themselves are wrong.
 */
public final class TermPatience {
  private final long patienceNanos;
  private Uid term = Uid.NONE;
  private long sinceNanos;

  public TermPatience(long patienceNanos) {
    this.patienceNanos = patienceNanos;
  }

  /** What was told can be. */
  public void onCredible() {
    term = Uid.NONE;
  }

  /**
   * What was told cannot be.
   *
   * @param teller the term in which it was
   * @return whether that one has told nothing else for too long
   */
  public boolean isExhausted(Uid teller, long nowNanos) {
    if (!teller.equals(term)) {
      term = teller;
      sinceNanos = nowNanos;
    }
    return nowNanos - sinceNanos > patienceNanos;
  }
}
