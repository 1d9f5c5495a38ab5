package io.ashlar.simulation.world;

import io.ashlar.host.Timers;

/** A role's timer: it expires when the role's own clock shows that it is time, at whatever rate. */
final class ClockTimer implements Timers.Timer {
  private final RolePorts owner;
  private final SimClock clock;
  private final long deadlineNanos;
  private final Runnable onExpiry;
  private SimEvent event;

  ClockTimer(RolePorts owner, long delayNanos, Runnable onExpiry) {
    this.owner = owner;
    this.clock = owner.process().machine().clock();
    this.deadlineNanos = clock.nowNanos() + delayNanos;
    this.onExpiry = onExpiry;
    arm(delayNanos);
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
