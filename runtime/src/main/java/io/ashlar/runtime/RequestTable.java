package io.ashlar.runtime;

import io.ashlar.core.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The requests of one connection that wait for their reply, by number. Numbers are given out in
 * order and never again. Not thread-safe.
 *
 * <p>Open addressing with linear probing. Numbers are scattered: side by side, as they come, they
 * would be one long run, through which every removal had to walk.
 */
final class RequestTable {
  /** Numbers stay below this, so that the upper bits can name the connection. */
  static final long NUMBER_MAX = (1L << 40) - 1;

  private final Runnable onTimedOut;
  private PendingRequest[] slots = new PendingRequest[64];
  private int count;
  private long lastNumber;

  /**
   * @param onTimedOut called after one of the requests has told its role that its time is over
   */
  RequestTable(Runnable onTimedOut) {
    this.onTimedOut = onTimedOut;
  }

  int count() {
    return count;
  }

  void timedOut() {
    onTimedOut.run();
  }

  /** Whether every number was given out: the connection has to be made anew. */
  boolean isExhausted() {
    return lastNumber == NUMBER_MAX;
  }

  /** Gives the request the next number and keeps it. */
  void add(PendingRequest request) {
    Check.that(lastNumber < NUMBER_MAX, "request numbers are used up: ", lastNumber);
    if (count * 2 >= slots.length) {
      grow();
    }
    request.number = ++lastNumber;
    put(request);
    count++;
  }

  private void put(PendingRequest request) {
    int mask = slots.length - 1;
    int index = home(request.number, mask);
    while (slots[index] != null) {
      index = (index + 1) & mask;
    }
    slots[index] = request;
  }

  /**
   * The upper bits of a product with 2^64 divided by the golden ratio: neighbours end far apart.
   */
  private static int home(long number, int mask) {
    return (int) ((number * 0x9E3779B97F4A7C15L) >>> 32) & mask;
  }

  private void grow() {
    PendingRequest[] old = slots;
    slots = new PendingRequest[old.length * 2];
    for (PendingRequest request : old) {
      if (request != null) {
        put(request);
      }
    }
  }

  /** Takes out the request of this number, or gives null when it does not wait any more. */
  PendingRequest remove(long number) {
    int mask = slots.length - 1;
    int index = home(number, mask);
    while (slots[index] != null && slots[index].number != number) {
      index = (index + 1) & mask;
    }
    PendingRequest found = slots[index];
    if (found != null) {
      closeGap(index, mask);
      count--;
    }
    return found;
  }

  /** Moves back what lies behind the gap and would not be found any more. */
  private void closeGap(int from, int mask) {
    int gap = from;
    int index = gap;
    while (true) {
      index = (index + 1) & mask;
      PendingRequest request = slots[index];
      if (request == null) {
        slots[gap] = null;
        return;
      }
      int home = home(request.number, mask);
      // It may move if its home does not lie between the gap and where it is.
      if (((index - home) & mask) >= ((index - gap) & mask)) {
        slots[gap] = request;
        gap = index;
      }
    }
  }

  /** Takes out all, in the order in which they were added. */
  List<PendingRequest> removeAll() {
    List<PendingRequest> all = new ArrayList<>(count);
    for (PendingRequest request : slots) {
      if (request != null) {
        all.add(request);
      }
    }
    all.sort(Comparator.comparingLong(request -> request.number));
    Arrays.fill(slots, null);
    count = 0;
    return all;
  }
}
