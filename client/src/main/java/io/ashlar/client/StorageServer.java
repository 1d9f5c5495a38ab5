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

  /** One answer in twenty is slower than the measure of slow answers. */
  private static final int SLOW_ONE_IN = 20;

  /** A step of that measure, upwards: an eighth of it. */
  private static final int SLOW_STEP_SHIFT = 3;

  private static final long SLOW_FIRST_NANOS = 20_000_000;
  private static final long SLOW_MIN_NANOS = 1_000_000;
  private static final long SLOW_MAX_NANOS = 1_000_000_000;

  /** What is known of its latency counts half after each such time without news of it. */
  private static final long FORGET_NANOS = 500_000_000;

  private long latencyNanos;

  /** When the latency was measured last. */
  private long measuredNanos;

  private long slowNanos = SLOW_FIRST_NANOS;
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

  void answered(long tookNanos, long nowNanos) {
    outstanding--;
    window = Math.min(WINDOW_MAX, window + 1);
    measured(tookNanos, nowNanos);
    long step = slowNanos >> SLOW_STEP_SHIFT;
    // Goes up at one answer in twenty and down a nineteenth of that at the others: in balance where
    // one in twenty is slower.
    slowNanos += tookNanos > slowNanos ? step : -step / (SLOW_ONE_IN - 1);
    slowNanos = Math.max(SLOW_MIN_NANOS, Math.min(SLOW_MAX_NANOS, slowNanos));
  }

  /** It has not answered for so long: taken for an answer that took as long. */
  void isSlow(long waitedNanos, long nowNanos) {
    measured(waitedNanos, nowNanos);
  }

  private void measured(long nanos, long nowNanos) {
    latencyNanos = rememberedNanos(nowNanos);
    latencyNanos += (nanos - latencyNanos) >> SMOOTHING_SHIFT;
    measuredNanos = nowNanos;
  }

  private long rememberedNanos(long nowNanos) {
    long halves = Math.max(0, Math.min(62, (nowNanos - measuredNanos) / FORGET_NANOS));
    return latencyNanos >> halves;
  }

  /** Longer than all but one in twenty of its answers take, about. */
  long slowNanos() {
    return slowNanos;
  }

  /** It did not answer: others come first until then. */
  void failed(long untilNanos) {
    outstanding--;
    window = Math.max(1, window / 2);
    avoidUntil(untilNanos);
  }

  /** Others come first until then. */
  void avoidUntil(long nanos) {
    avoidUntilNanos = nanos;
  }

  boolean isAvoided(long nowNanos) {
    return avoidUntilNanos != Long.MIN_VALUE && nowNanos - avoidUntilNanos < 0;
  }

  /**
   * What one more request is expected to cost: how long it takes, times how many wait. A server
   * that was slow once is asked again after a while: nobody else would tell that it no longer is.
   */
  long load(long nowNanos) {
    return (rememberedNanos(nowNanos) + 1) * (outstanding + 1);
  }
}
