package io.ashlar.control;

/**
 * Whose silence an attempt takes for a failure. Each worker that is to have a role must go on
 * registering. But when this process itself stood still, which it knows from its timer, what others
 * have told it meanwhile is only about to be heard: for a while nobody counts as silent. Pure; time
 * is given.
 */
final class Silence {
  private final WorkerRegistry workers;
  private final long silenceNanos;

  /** When the timer is to ring. */
  private long dueNanos;

  /** Until when the silence of others may be that of this process. */
  private long deafUntilNanos = Long.MIN_VALUE;

  /**
   * @param silenceNanos a worker not heard of for so long is silent
   */
  Silence(WorkerRegistry workers, long silenceNanos) {
    this.workers = workers;
    this.silenceNanos = silenceNanos;
  }

  /** The timer is set, and is to ring then. */
  void timerIsDue(long nanos) {
    dueNanos = nanos;
  }

  /** The timer rings; true when it does so late that this process stood still. */
  boolean timerRings(long nowNanos) {
    boolean stoodStill = nowNanos - dueNanos > silenceNanos / 2;
    if (stoodStill) {
      deafUntilNanos = nowNanos + silenceNanos;
    }
    return stoodStill;
  }

  /** The first process with roles of the plan that is silent, or null. */
  String firstOf(EpochPlan plan, long nowNanos) {
    if (nowNanos < deafUntilNanos) {
      return null;
    }
    for (EpochPlan.Placed placed : plan.all()) {
      if (!workers.isLive(placed.process(), nowNanos)) {
        return placed.process();
      }
    }
    return null;
  }
}
