package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import java.util.LinkedHashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class TimeoutWheelTest {
  private static final long TICK = 1L << TimeoutWheel.TICK_BITS;

  private static final class Deadline extends TimeoutWheel.Entry {
    final long nanos;

    Deadline(long nanos) {
      this.nanos = nanos;
    }

    @Override
    void expire() {}
  }

  @Property(tries = 300, seed = "20260202", shrinking = ShrinkingMode.OFF)
  void givesEachDeadlineAtItsTickAndNotBefore(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    // A time shortly before the numbers of ticks come round, and one far from zero.
    long now = random.nextBoolean() ? 4090 * TICK : random.nextLong(1L << 50);
    TimeoutWheel wheel = new TimeoutWheel(now);
    Set<Deadline> model = new LinkedHashSet<>();
    for (int step = 0; step < 300; step++) {
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          long range = random.nextBoolean() ? 5 * TICK : 10_000 * TICK;
          Deadline deadline = new Deadline(now + random.nextLong(range));
          wheel.add(deadline, deadline.nanos);
          model.add(deadline);
        }
        case 2 -> {
          if (!model.isEmpty()) {
            Deadline removed = model.iterator().next();
            model.remove(removed);
            wheel.remove(removed);
            wheel.remove(removed);
          }
        }
        default -> {
          now += random.nextLong(random.nextInt(10) == 0 ? 6000 * TICK : 3 * TICK);
          expire(wheel, model, now);
        }
      }
      assertThat(wheel.count()).isEqualTo(model.size());
      checkWakes(wheel, model);
    }
  }

  private static void expire(TimeoutWheel wheel, Set<Deadline> model, long now) {
    for (TimeoutWheel.Entry e = wheel.pollExpired(now); e != null; e = wheel.pollExpired(now)) {
      Deadline expired = (Deadline) e;
      assertThat(model.remove(expired)).isTrue();
      assertThat(expired.nanos).isLessThanOrEqualTo(now);
    }
    for (Deadline left : model) {
      assertThat(left.nanos).isGreaterThan(now - TICK);
    }
  }

  /** Whoever sleeps until the wheel says so is in time for the first deadline's tick. */
  private static void checkWakes(TimeoutWheel wheel, Set<Deadline> model) {
    long wake = wheel.nextWakeNanos();
    if (model.isEmpty()) {
      assertThat(wake).isEqualTo(Long.MAX_VALUE);
    } else {
      long first = model.stream().mapToLong(deadline -> deadline.nanos).min().getAsLong();
      assertThat(wake).isLessThanOrEqualTo(first + TICK);
    }
  }

  @Test
  void passesALongIdleTimeInOneStep() {
    TimeoutWheel wheel = new TimeoutWheel(0);
    long late = 1L << 60;
    assertThat(wheel.pollExpired(late)).isNull();
    Deadline deadline = new Deadline(late + TICK);
    wheel.add(deadline, deadline.nanos);
    assertThat(wheel.pollExpired(late)).isNull();
    assertThat(wheel.pollExpired(late + 3 * TICK)).isSameAs(deadline);
  }
}
