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
      sink(times[last], sequences[last], moved);
    }
    return first;
  }

  /** Finds the place of an event from the top downwards. */
  private void sink(long time, long sequence, SimEvent event) {
    int at = 0;
    for (int child = 1; child < size; child = CHILDREN * at + 1) {
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
