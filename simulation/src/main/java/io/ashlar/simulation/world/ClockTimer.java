package io.ashlar.simulation.world;

import io.ashlar.host.Timers;

/** A role's timer: it expires when the role's own clock shows that it is time, at whatever rate. */
final class ClockTimer implements Timers.Timer {
  /** Beyond every run, and small enough to be added to. */
  private static final long NEVER_NANOS = 1L << 60;

  private final RolePorts owner;
  private final SimClock clock;
  private final long deadlineNanos;
  private final Runnable onExpiry;
  private SimEvent event;

  ClockTimer(RolePorts owner, long delayNanos, Runnable onExpiry) {
    this.owner = owner;
    this.clock = owner.process().machine().clock();
    this.onExpiry = onExpiry;
    long delay = Math.min(delayNanos, NEVER_NANOS);
    this.deadlineNanos = clock.nowNanos() + delay;
    arm(delay);
  }

  private void arm(long delayNanos) {
    event = owner.later(clock.trueNanos(delayNanos), this::check);
  }

  private void check() {
    long early = deadlineNanos - clock.nowNanos();
    if (early > 0) {
      arm(early);
    } else {
      onExpiry.run();
    }
  }

  @Override
  public void cancel() {
    event.cancel();
  }
}
