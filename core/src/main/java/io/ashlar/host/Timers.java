package io.ashlar.host;

/** Later events on the owner's loop. */
public interface Timers {
  /**
   * Runs {@code onExpiry} once, not before {@code delayNanos} have passed; 0 means after the events
   * at hand. A delay may be so large that it never passes.
   */
  Timer schedule(long delayNanos, Runnable onExpiry);

  /** A scheduled event. */
  interface Timer {
    /** The event will not run, even if it was due; without effect after it ran. */
    void cancel();
  }
}
