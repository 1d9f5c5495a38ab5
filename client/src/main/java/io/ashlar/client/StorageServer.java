package io.ashlar.client;

import io.ashlar.message.Address;

/** A storage server as this client sees it: where it is, and how well it answers. */
final class StorageServer {
  /** A new sample counts an eighth. */
  private static final int SMOOTHING_SHIFT = 3;

  private final int tag;
  private final Address address;
  private long latencyNanos;
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

  void sent() {
    outstanding++;
  }

  void answered(long tookNanos) {
    outstanding--;
    latencyNanos += (tookNanos - latencyNanos) >> SMOOTHING_SHIFT;
  }

  /** It did not answer: others come first until then. */
  void failed(long untilNanos) {
    outstanding--;
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
