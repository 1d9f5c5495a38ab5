package io.ashlar.runtime;

import io.ashlar.core.Check;
import java.util.Arrays;

/**
 * Timers in the order in which they are due; those due at the same time in the order in which they
 * were added. A binary heap whose entries know their place, so that one can be taken out. Not
 * thread-safe.
 */
final class TimerHeap {
  /** A timer; in at most one heap, and not again after it left it. */
  abstract static class Entry {
    private long dueNanos;
    private long sequence;
    private int index = -1;

    /** Called when the timer is due and has left the heap. */
    abstract void expire();

    final boolean isScheduled() {
      return index >= 0;
    }

    private boolean isBefore(Entry other) {
      return dueNanos != other.dueNanos ? dueNanos < other.dueNanos : sequence < other.sequence;
    }
  }

  private Entry[] heap = new Entry[64];
  private int count;
  private long nextSequence;

  int count() {
    return count;
  }

  /** When the first timer is due; {@link Long#MAX_VALUE} when there is none. */
  long firstDueNanos() {
    return count == 0 ? Long.MAX_VALUE : heap[0].dueNanos;
  }

  void add(Entry entry, long dueNanos) {
    Check.that(entry.index < 0, "the timer is already scheduled");
    entry.dueNanos = dueNanos;
    entry.sequence = nextSequence++;
    if (count == heap.length) {
      heap = Arrays.copyOf(heap, count * 2);
    }
    siftUp(entry, count++);
  }

  /** Takes a timer out; without effect when it is not in. */
  void remove(Entry entry) {
    int index = entry.index;
    if (index < 0) {
      return;
    }
    entry.index = -1;
    Entry last = heap[--count];
    heap[count] = null;
    if (last == entry) {
      return;
    }
    if (index > 0 && last.isBefore(heap[(index - 1) >> 1])) {
      siftUp(last, index);
    } else {
      siftDown(last, index);
    }
  }

  /** Takes the first timer out if it is due, or gives null. */
  Entry pollDue(long nowNanos) {
    if (count == 0 || heap[0].dueNanos > nowNanos) {
      return null;
    }
    Entry first = heap[0];
    remove(first);
    return first;
  }

  private void siftUp(Entry entry, int from) {
    int index = from;
    while (index > 0) {
      int parent = (index - 1) >> 1;
      if (!entry.isBefore(heap[parent])) {
        break;
      }
      place(heap[parent], index);
      index = parent;
    }
    place(entry, index);
  }

  private void siftDown(Entry entry, int from) {
    int index = from;
    while (true) {
      int child = 2 * index + 1;
      if (child >= count) {
        break;
      }
      if (child + 1 < count && heap[child + 1].isBefore(heap[child])) {
        child++;
      }
      if (!heap[child].isBefore(entry)) {
        break;
      }
      place(heap[child], index);
      index = child;
    }
    place(entry, index);
  }

  private void place(Entry entry, int index) {
    heap[index] = entry;
    entry.index = index;
  }

  void checkInvariants() {
    for (int i = 0; i < count; i++) {
      Check.that(heap[i].index == i, "a timer does not know its place: ", i);
      Check.that(i == 0 || !heap[i].isBefore(heap[(i - 1) >> 1]), "a timer before its parent: ", i);
    }
  }
}
