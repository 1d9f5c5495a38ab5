package io.ashlar.runtime;

import io.ashlar.core.Check;

/**
 * Deadlines of requests, nearly all of which are taken out before they pass: adding and removing
 * costs the same however many there are. A deadline passes at the first tick at or after it, never
 * before it. Not thread-safe.
 *
 * <p>A hashed timing wheel (Varghese and Lauck, "Hashed and hierarchical timing wheels", 1987): the
 * bucket of a deadline is its tick modulo the size; one that is further away than the wheel is long
 * stays in its bucket while the wheel passes it.
 */
final class TimeoutWheel {
  /** About a millisecond: requests are given up in seconds. */
  static final int TICK_BITS = 20;

  private static final int BUCKETS = 4096;

  /** A deadline; in at most one wheel at a time. */
  abstract static class Entry {
    private long tick;
    private boolean linked;
    private Entry previous;
    private Entry next;

    /** Called when the deadline has passed and the entry has left the wheel. */
    abstract void expire();
  }

  private final Entry[] buckets = new Entry[BUCKETS];
  private final long[] occupied = new long[BUCKETS / 64];
  private long passedTick;
  private int count;

  /** A wheel that begins at the given time. */
  TimeoutWheel(long nowNanos) {
    passedTick = nowNanos >> TICK_BITS;
  }

  int count() {
    return count;
  }

  void add(Entry entry, long deadlineNanos) {
    Check.that(!entry.linked, "the deadline is already in the wheel");
    entry.linked = true;
    // The first tick that begins at or after the deadline, and is still to come.
    long tick = (deadlineNanos + (1L << TICK_BITS) - 1) >> TICK_BITS;
    entry.tick = Math.max(tick, passedTick + 1);
    int bucket = bucketOf(entry.tick);
    Entry head = buckets[bucket];
    if (head == null) {
      entry.next = entry;
      entry.previous = entry;
      buckets[bucket] = entry;
      occupied[bucket >> 6] |= 1L << bucket;
    } else {
      entry.previous = head.previous;
      entry.next = head;
      head.previous.next = entry;
      head.previous = entry;
    }
    count++;
  }

  /** Takes a deadline out; without effect when it is not in. */
  void remove(Entry entry) {
    if (!entry.linked) {
      return;
    }
    entry.linked = false;
    int bucket = bucketOf(entry.tick);
    if (entry.next == entry) {
      buckets[bucket] = null;
      occupied[bucket >> 6] &= ~(1L << bucket);
    } else {
      entry.previous.next = entry.next;
      entry.next.previous = entry.previous;
      if (buckets[bucket] == entry) {
        buckets[bucket] = entry.next;
      }
    }
    entry.previous = null;
    entry.next = null;
    count--;
  }

  /**
   * A time at or before the next passing of a deadline, and after now; {@link Long#MAX_VALUE} when
   * there is none.
   */
  long nextWakeNanos() {
    if (count == 0) {
      return Long.MAX_VALUE;
    }
    return (passedTick + distanceToOccupied(bucketOf(passedTick + 1))) << TICK_BITS;
  }

  /**
   * Ticks from the one passed to the next that has an entry, when the search begins at a bucket.
   */
  private long distanceToOccupied(int from) {
    int word = from >> 6;
    long bits = occupied[word] & (-1L << from);
    // Comes back to the first word once more, for the bits below the beginning.
    for (int i = 0; i <= occupied.length; i++) {
      if (bits != 0) {
        int bucket = (word << 6) + Long.numberOfTrailingZeros(bits);
        return 1 + ((bucket - from) & (BUCKETS - 1));
      }
      word = (word + 1) & (occupied.length - 1);
      bits = occupied[word];
    }
    throw Check.unreachable("deadlines in no bucket: ", count);
  }

  /**
   * Moves on and takes out an entry whose deadline has passed, or gives null; to be called until it
   * does.
   */
  Entry pollExpired(long nowNanos) {
    long nowTick = nowNanos >> TICK_BITS;
    while (passedTick < nowTick) {
      if (count == 0) {
        passedTick = nowTick;
        return null;
      }
      long next = passedTick + distanceToOccupied(bucketOf(passedTick + 1));
      if (next > nowTick) {
        passedTick = nowTick;
        return null;
      }
      Entry entry = firstExpired(bucketOf(next), nowTick);
      if (entry != null) {
        // The bucket may hold more, so the wheel stays in front of it.
        passedTick = next - 1;
        remove(entry);
        return entry;
      }
      passedTick = next;
    }
    return null;
  }

  private Entry firstExpired(int bucket, long nowTick) {
    Entry head = buckets[bucket];
    Entry entry = head;
    do {
      if (entry.tick <= nowTick) {
        return entry;
      }
      entry = entry.next;
    } while (entry != head);
    return null;
  }

  private static int bucketOf(long tick) {
    return (int) (tick & (BUCKETS - 1));
  }
}
