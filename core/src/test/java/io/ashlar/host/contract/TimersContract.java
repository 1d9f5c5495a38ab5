package io.ashlar.host.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.host.Timers;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What {@link Timers} and {@link io.ashlar.host.Clock} promise. */
public abstract class TimersContract extends PortContract {
  private List<String> expired() {
    return journal.lines().stream().filter(line -> line.startsWith("timer")).toList();
  }

  @Test
  void runsTimersInTheOrderOfTheirTimes() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    with(
        process,
        role,
        host -> {
          host.timers().schedule(30 * MILLI, () -> journal.add("timer 30"));
          host.timers().schedule(10 * MILLI, () -> journal.add("timer 10"));
          host.timers().schedule(20 * MILLI, () -> journal.add("timer 20"));
          host.timers().schedule(0, () -> journal.add("timer 0"));
          journal.add("timers are set");
        });
    await("timer 30");
    assertThat(expired())
        .containsExactly("timers are set", "timer 0", "timer 10", "timer 20", "timer 30");
  }

  @Test
  void runsTimersOfTheSameTimeInTheOrderInWhichTheyWereSet() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    with(
        process,
        role,
        host -> {
          for (int i = 0; i < 5; i++) {
            int number = i;
            host.timers().schedule(5 * MILLI, () -> journal.add("timer " + number));
          }
        });
    await("timer 4");
    assertThat(expired()).containsExactly("timer 0", "timer 1", "timer 2", "timer 3", "timer 4");
  }

  @Test
  void runsATimerNotBeforeItsDelayHasPassed() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    AtomicReference<Long> passedNanos = new AtomicReference<>();
    with(
        process,
        role,
        host -> {
          long begin = host.clock().nowNanos();
          host.timers()
              .schedule(7 * MILLI + 13, () -> passedNanos.set(host.clock().nowNanos() - begin));
        });
    world.runUntil("the timer", () -> passedNanos.get() != null);
    assertThat(passedNanos.get()).isGreaterThanOrEqualTo(7 * MILLI + 13);
  }

  @Test
  void aTimerThatIsDueAfterAllTimeDoesNotExpire() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    with(
        process,
        role,
        host -> {
          host.timers().schedule(Long.MAX_VALUE, () -> journal.add("timer never"));
          host.timers().schedule(5 * MILLI, () -> journal.add("timer 5"));
        });
    await("timer 5");
    assertThat(expired()).containsExactly("timer 5");
  }

  @Test
  void doesNotRunACancelledTimerEvenWhenItIsDue() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    with(
        process,
        role,
        host -> {
          AtomicReference<Timers.Timer> second = new AtomicReference<>();
          host.timers()
              .schedule(
                  0,
                  () -> {
                    journal.add("timer first");
                    second.get().cancel();
                  });
          second.set(host.timers().schedule(0, () -> journal.add("timer second")));
          host.timers().schedule(MILLI, () -> journal.add("timer last"));
          Timers.Timer never = host.timers().schedule(SECOND, () -> journal.add("timer never"));
          never.cancel();
          never.cancel();
        });
    await("timer last");
    assertThat(expired()).containsExactly("timer first", "timer last");
  }

  @Test
  void cancellingATimerThatRanDoesNothing() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    AtomicReference<Timers.Timer> ran = new AtomicReference<>();
    with(
        process,
        role,
        host -> ran.set(host.timers().schedule(0, () -> journal.add("timer first"))));
    await("timer first");
    with(
        process,
        role,
        host -> {
          Timers.Timer other = host.timers().schedule(MILLI, () -> journal.add("timer second"));
          ran.get().cancel();
          assertThat(other).isNotSameAs(ran.get());
        });
    await("timer second");
  }

  @Test
  void dropsTheTimersOfAStoppedRole() {
    PortWorld.Process process = world.newProcess("one");
    TestRole stopped = role(process, "stopped", 10);
    TestRole other = role(process, "other", 11);
    with(
        process,
        stopped,
        host -> host.timers().schedule(MILLI, () -> journal.add("timer stopped")));
    world.run(
        process,
        () -> {
          process.hosts().stop(10);
          other.host.timers().schedule(2 * MILLI, () -> journal.add("timer other"));
        });
    await("timer other");
    // It may have run before the stop, but not after it.
    List<String> lines = journal.lines();
    assertThat(lines.subList(lines.indexOf("stopped stops"), lines.size()))
        .doesNotContain("timer stopped");
  }

  @Test
  void showsOneTimeDuringOneEvent() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    with(
        process,
        role,
        host -> {
          long begin = host.clock().nowNanos();
          long wall = host.clock().wallMillis();
          StringBuilder work = new StringBuilder();
          for (int i = 0; i < 10_000; i++) {
            work.append(i);
          }
          assertThat(work).isNotEmpty();
          assertThat(host.clock().nowNanos()).isEqualTo(begin);
          assertThat(host.clock().wallMillis()).isEqualTo(wall);
          journal.add("the time stood");
        });
    assertThat(journal.has("the time stood")).isTrue();
  }

  @Test
  void aTimerIsAnEventThatEndsABatch() {
    PortWorld.Process process = world.newProcess("one");
    TestRole role = role(process, "role", 10);
    with(process, role, host -> host.timers().schedule(MILLI, () -> journal.add("timer ran")));
    await("timer ran");
    world.runUntil(
        "the end of the batch",
        () -> {
          List<String> lines = journal.lines();
          return lines
              .subList(lines.indexOf("timer ran"), lines.size())
              .contains("role ends a batch");
        });
  }
}
