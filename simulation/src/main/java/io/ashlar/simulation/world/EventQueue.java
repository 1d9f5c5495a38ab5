package io.ashlar.simulation.world;

import java.util.Arrays;

/**
 * Events in the order of (time, sequence number): a heap of which every node has four children
 * (Johnson, "Priority queues with update and finding minimum spanning trees", 1975). What is
 * compared lies in arrays of numbers, so that going down the heap does not touch the events; most
 * of a run's events are put in and taken out here once, and some are cancelled and taken out later.
 */
final class EventQueue {
  private static final int CHILDREN = 4;
  private static final int CAPACITY_FIRST = 1024;

  private long[] times = new long[CAPACITY_FIRST];
  private long[] sequences = new long[CAPACITY_FIRST];
  private SimEvent[] events = new SimEvent[CAPACITY_FIRST];
  private int size;

  /** Events cancelled since they were last taken out; some of them may have left by themselves. */
  private int cancelled;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The time of the first event; there must be one. */
  long firstTimeNanos() {
    return times[0];
  }

  void add(SimEvent event) {
    if (size == events.length) {
      times = Arrays.copyOf(times, 2 * size);
      sequences = Arrays.copyOf(sequences, 2 * size);
      events = Arrays.copyOf(events, 2 * size);
    }
    long time = event.timeNanos;
    long sequence = event.sequence;
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) / CHILDREN;
      if (times[parent] < time || (times[parent] == time && sequences[parent] < sequence)) {
        break;
      }
      move(parent, at);
      at = parent;
    }
    put(at, time, sequence, event);
  }

  /**
   * Hears that one is cancelled. Most timeouts are, long before they expire; when they are the
   * larger part they are taken out, so that the heap stays small enough for the processor's caches.
   */
  void noteCancelled() {
    cancelled++;
    if (cancelled > CAPACITY_FIRST && cancelled > size / 2) {
      removeVoid();
    }
  }

  /** Takes out what would be dropped when its time comes. What stays keeps its order. */
  private void removeVoid() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (!events[i].isVoid()) {
        move(i, kept++);
      }
    }
    Arrays.fill(events, kept, size, null);
    size = kept;
    cancelled = 0;
    for (int parent = (size - 2) / CHILDREN; parent >= 0; parent--) {
      sink(parent, times[parent], sequences[parent], events[parent]);
    }
  }

  /** Takes the first event out; null when there is none. */
  SimEvent poll() {
    if (size == 0) {
      return null;
    }
    SimEvent first = events[0];
    int last = --size;
    SimEvent moved = events[last];
    events[last] = null;
    if (last > 0) {
      sink(0, times[last], sequences[last], moved);
    }
    return first;
  }

  /** Finds the place of an event from {@code from} downwards. */
  private void sink(int from, long time, long sequence, SimEvent event) {
    int at = from;
    for (int child = CHILDREN * at + 1; child < size; child = CHILDREN * at + 1) {
      int least = child;
      int end = Math.min(child + CHILDREN, size);
      for (int other = child + 1; other < end; other++) {
        if (isBefore(other, least)) {
          least = other;
        }
      }
      if (time < times[least] || (time == times[least] && sequence < sequences[least])) {
        break;
      }
      move(least, at);
      at = least;
    }
    put(at, time, sequence, event);
  }

  private boolean isBefore(int a, int b) {
    return times[a] < times[b] || (times[a] == times[b] && sequences[a] < sequences[b]);
  }

  private void move(int from, int to) {
    times[to] = times[from];
    sequences[to] = sequences[from];
    events[to] = events[from];
  }

  private void put(int at, long time, long sequence, SimEvent event) {
    times[at] = time;
    sequences[at] = sequence;
    events[at] = event;
  }
}
