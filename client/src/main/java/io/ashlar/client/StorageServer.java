package io.ashlar.client;

import io.ashlar.message.Address;

/** A storage server as this client sees it: where it is, and how well it answers. */
final class StorageServer {
  /** A new sample counts an eighth. */
  private static final int SMOOTHING_SHIFT = 3;

  private final int tag;
  private final Address address;

  /** Requests under way at most while nothing failed: far more than one client has. */
  private static final int WINDOW_MAX = 1_024;

  private long latencyNanos;
  private int window = WINDOW_MAX;
  private int outstanding;
  private long avoidUntilNanos = Long.MIN_VALUE;

  StorageServer(int tag, Address address) {
    this.tag = tag;
    this.address = address;
  }

  int tag() {
    return tag;
  }

  Address address() {
    return address;
  }

  /**
   * Whether one more request may be under way. Halved at each failure, one more with each answer:
   * what answers together to many requests may be more than the connection holds, and sent again
   * all at once it would break again, without end.
   */
  boolean hasRoom() {
    return outstanding < window;
  }

  void sent() {
    outstanding++;
  }

  void answered(long tookNanos) {
    outstanding--;
    window = Math.min(WINDOW_MAX, window + 1);
    latencyNanos += (tookNanos - latencyNanos) >> SMOOTHING_SHIFT;
  }

  /** It did not answer: others come first until then. */
  void failed(long untilNanos) {
    outstanding--;
    window = Math.max(1, window / 2);
    avoidUntilNanos = untilNanos;
  }

  boolean isAvoided(long nowNanos) {
    return avoidUntilNanos != Long.MIN_VALUE && nowNanos - avoidUntilNanos < 0;
  }

  /** What one more request is expected to cost: how long it takes, times how many wait. */
  long load() {
    return (latencyNanos + 1) * (outstanding + 1);
  }
}
