package io.ashlar.runtime;

import io.ashlar.core.Check;
import io.ashlar.host.Timers;

/** One role's timers. */
final class RoleTimers implements Timers {
  private final RingLoop loop;
  private final RoleSlot slot;

  RoleTimers(RingLoop loop, RoleSlot slot) {
    this.loop = loop;
    this.slot = slot;
  }

  @Override
  public Timer schedule(long delayNanos, Runnable onExpiry) {
    Check.that(delayNanos >= 0, "a timer in the past: ", delayNanos);
    RoleTimer timer = new RoleTimer(onExpiry);
    long nowNanos = loop.nowNanos();
    // A sum beyond the largest number means never.
    long dueNanos = delayNanos > Long.MAX_VALUE - nowNanos ? Long.MAX_VALUE : nowNanos + delayNanos;
    loop.timers().add(timer, dueNanos);
    return timer;
  }

  /** A timer of this role. */
  private final class RoleTimer extends TimerHeap.Entry implements Timer {
    private final Runnable onExpiry;

    RoleTimer(Runnable onExpiry) {
      this.onExpiry = onExpiry;
    }

    @Override
    void expire() {
      slot.run(onExpiry);
    }

    @Override
    public void cancel() {
      loop.timers().remove(this);
    }
  }
}
