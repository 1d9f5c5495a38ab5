package io.ashlar.storage;

import io.ashlar.core.Check;
import io.ashlar.host.Inbound;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;

/** Reads whose version has not been applied yet. All wait equally long at most. */
final class WaitingReads {
  private static final class Waiting {
    final Inbound read;
    final long version;
    final long order;
    final long deadlineNanos;

    Waiting(Inbound read, long version, long order, long deadlineNanos) {
      this.read = read;
      this.version = version;
      this.order = order;
      this.deadlineNanos = deadlineNanos;
    }
  }

  private final int countMax;
  private final TreeSet<Waiting> byVersion =
      new TreeSet<>(
          Comparator.<Waiting>comparingLong(w -> w.version).thenComparingLong(w -> w.order));
  private final LinkedHashSet<Waiting> byDeadline = new LinkedHashSet<>();
  private long order;
  private long lastDeadlineNanos = Long.MIN_VALUE;

  WaitingReads(int countMax) {
    this.countMax = countMax;
  }

  int count() {
    return byVersion.size();
  }

  /**
   * Keeps a read, unless there are too many.
   *
   * @param deadlineNanos not before that of the read before
   */
  boolean add(Inbound read, long version, long deadlineNanos) {
    Check.that(deadlineNanos >= lastDeadlineNanos, "deadlines out of order: ", deadlineNanos);
    if (byVersion.size() >= countMax) {
      return false;
    }
    lastDeadlineNanos = deadlineNanos;
    Waiting waiting = new Waiting(read, version, order++, deadlineNanos);
    byVersion.add(waiting);
    byDeadline.add(waiting);
    return true;
  }

  /** Takes those at or below {@code latest}, by version, then in the order they came. */
  List<Inbound> takeThrough(long latest) {
    if (byVersion.isEmpty() || byVersion.first().version > latest) {
      return List.of();
    }
    List<Inbound> ready = new ArrayList<>();
    while (!byVersion.isEmpty() && byVersion.first().version <= latest) {
      Waiting waiting = byVersion.pollFirst();
      byDeadline.remove(waiting);
      ready.add(waiting.read);
    }
    return ready;
  }

  /** Takes those whose deadline is not after {@code nowNanos}, in the order they came. */
  List<Inbound> takeExpired(long nowNanos) {
    List<Inbound> expired = new ArrayList<>();
    while (!byDeadline.isEmpty()) {
      Waiting waiting = byDeadline.iterator().next();
      if (waiting.deadlineNanos > nowNanos) {
        break;
      }
      byDeadline.remove(waiting);
      byVersion.remove(waiting);
      expired.add(waiting.read);
    }
    return expired;
  }

  /** When the next read expires; {@link Long#MAX_VALUE} when none waits. */
  long nextDeadlineNanos() {
    return byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.iterator().next().deadlineNanos;
  }
}
