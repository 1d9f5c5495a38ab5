package io.ashlar.server.sim;

import io.ashlar.simulation.SimRunner;
import java.util.OptionalLong;
import java.util.Set;

/** Seeds upwards from the first, until a moment of the wall clock. */
public final class SeedsUntil implements SimRunner.Seeds {
  private final Set<Long> done;
  private final long endNanos;
  private long next;

  /**
   * @param done are left out
   * @param endNanos on {@link System#nanoTime}
   */
  public SeedsUntil(long first, Set<Long> done, long endNanos) {
    this.next = first;
    this.done = done;
    this.endNanos = endNanos;
  }

  @Override
  public synchronized OptionalLong next() {
    if (System.nanoTime() - endNanos >= 0) {
      return OptionalLong.empty();
    }
    while (done.contains(next)) {
      next++;
    }
    return OptionalLong.of(next++);
  }

  @Override
  public long count() {
    return -1;
  }
}
