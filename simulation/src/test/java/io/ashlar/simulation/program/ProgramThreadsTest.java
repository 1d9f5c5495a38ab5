package io.ashlar.simulation.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs that wait, in a world without a cluster. */
@Timeout(60)
class ProgramThreadsTest {
  private static final long MILLI = 1_000_000;
  private static final long LIMIT_NANOS = 500 * MILLI;

  private final List<String> log = new ArrayList<>();
  private SimWorld world = new SimWorld(1, WorldConditions.calm());
  private ProgramThreads threads = threads();

  private ProgramThreads threads() {
    ProgramThreads made = new ProgramThreads(world, LIMIT_NANOS);
    world.setOnDeath(made::onDeath);
    made.drive();
    return made;
  }

  @AfterEach
  void everyThreadHasEnded() {
    String prefix = ProgramThreads.NAME + " of this test";
    closeQuietly();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith(prefix) && !name.endsWith("immortal"));
  }

  private void closeQuietly() {
    try {
      threads.close();
    } catch (ThreadBlocked e) {
      log.add("close: " + e.getMessage());
    }
  }

  private SimProcess process(String name) {
    return world.boot(world.machine(name), name, started -> {});
  }

  private void start(SimProcess process, String label, Runnable program) {
    process.userExecutor().execute(() -> threads.run(process, "of this test: " + label, program));
  }

  private void await(CompletableFuture<?> future) {
    threads.await(future, Long.MAX_VALUE, "a future of the test");
  }

  private void sleep(long nanos) {
    threads.await(new CompletableFuture<>(), nanos, "a while");
  }

  private void say(String what) {
    log.add(world.nowNanos() / MILLI + " " + what);
  }

  @Test
  void programsRunInTheOrderOfVirtualTime() {
    SimProcess a = process("a");
    SimProcess b = process("b");
    start(
        a,
        "one",
        () -> {
          sleep(10 * MILLI);
          say("one wakes");
          sleep(20 * MILLI);
          say("one ends");
        });
    start(
        b,
        "other",
        () -> {
          sleep(20 * MILLI);
          say("other ends");
        });
    world.runFor(100 * MILLI);
    assertThat(log).containsExactly("10 one wakes", "20 other ends", "30 one ends");
    assertThat(threads.busy()).isZero();
  }

  @Test
  void whoWaitsForAFutureGoesOnInALaterEventThanTheOneThatCompletesIt() {
    CompletableFuture<String> future = new CompletableFuture<>();
    SimProcess a = process("a");
    start(
        a,
        "waiter",
        () -> {
          await(future);
          say("got " + future.join());
        });
    world.after(
        5 * MILLI,
        () -> {
          future.complete("it");
          say("completed");
        });
    world.runFor(10 * MILLI);
    assertThat(log).containsExactly("5 completed", "5 got it");
  }

  @Test
  void aWaitWithALimitEndsAtIt() {
    CompletableFuture<String> future = new CompletableFuture<>();
    start(
        process("a"),
        "waiter",
        () -> {
          threads.await(future, 7 * MILLI, "a future of the test");
          say(future.isDone() ? "done" : "not done");
          await(future);
          say("done");
        });
    world.after(9 * MILLI, () -> future.complete("late"));
    world.runFor(20 * MILLI);
    assertThat(log).containsExactly("7 not done", "9 done");
  }

  @Test
  void aPausedProcessDoesNotGoOn() {
    SimProcess a = process("a");
    start(
        a,
        "sleeper",
        () -> {
          sleep(10 * MILLI);
          say("awake");
        });
    world.after(5 * MILLI, () -> a.pause(50 * MILLI));
    world.runFor(100 * MILLI);
    assertThat(log).containsExactly("55 awake");
  }

  @Test
  void whatAProgramThrowsComesOutOfTheEvent() {
    start(
        process("a"),
        "thrower",
        () -> {
          sleep(MILLI);
          throw new IllegalStateException("from a program");
        });
    world.runFor(10 * MILLI);
    assertThat(world.failure().cause()).hasMessage("from a program");
    assertThat(threads.busy()).isZero();
  }

  @Test
  void theDeathOfAProcessUnwindsItsProgramsAndNoOthers() {
    SimProcess a = process("a");
    SimProcess b = process("b");
    start(
        a,
        "victim",
        () -> {
          try {
            sleep(1_000 * MILLI);
            say("never");
          } catch (RuntimeException e) {
            say("caught");
          } finally {
            say("finally");
          }
        });
    start(
        b,
        "survivor",
        () -> {
          sleep(50 * MILLI);
          say("survived");
        });
    world.after(20 * MILLI, () -> world.kill(a, false));
    world.runFor(2_000 * MILLI);
    assertThat(log).containsExactly("20 finally", "50 survived");
    assertThat(world.failure()).isNull();
    assertThat(threads.busy()).isZero();
  }

  @Test
  void aProgramThatKillsItsOwnProcessGetsNoFurtherThanItsNextWait() {
    SimProcess a = process("a");
    start(
        a,
        "suicide",
        () -> {
          world.kill(a, false);
          say("still runs");
          sleep(1);
          say("never");
        });
    world.runFor(10 * MILLI);
    assertThat(log).containsExactly("0 still runs");
    assertThat(threads.busy()).isZero();
  }

  @Test
  void whoCatchesItsEndAgainAndAgainFailsTheRun() {
    SimProcess a = process("a");
    start(
        a,
        "immortal",
        () -> {
          while (true) {
            try {
              sleep(MILLI);
            } catch (Throwable e) {
              log.add(e.getClass().getSimpleName());
            }
          }
        });
    world.after(20 * MILLI, () -> world.kill(a, false));
    world.runFor(100 * MILLI);
    assertThat(log).hasSize(1_000).containsOnly("ProcessDied");
    assertThat(world.failure().cause())
        .hasMessageContaining("immortal")
        .hasMessageContaining("Catch Exception instead");
    threads = threads();
  }

  @Test
  void closingEndsProgramsThatWait() {
    start(
        process("a"),
        "waiter",
        () -> {
          try {
            await(new CompletableFuture<>());
          } finally {
            say("unwound");
          }
        });
    world.runFor(10 * MILLI);
    assertThat(threads.busy()).isEqualTo(1);
    threads.close();
    assertThat(log).containsExactly("10 unwound");
    threads = threads();
  }

  @Test
  void whoWaitsForSomethingElseIsReportedWithItsPlace() {
    CountDownLatch never = new CountDownLatch(1);
    start(process("a"), "latched", () -> waitFor(never));
    world.runFor(10 * MILLI);
    assertThat(world.failure().cause())
        .isInstanceOf(ThreadBlocked.class)
        .hasMessageContaining("latched has not waited for the database for 0.5 s of real time")
        .hasMessageContaining("Its thread is WAITING on java.util.concurrent.CountDownLatch")
        .hasMessageContaining("ProgramThreadsTest.waitFor")
        .hasMessageContaining("In place of Thread.sleep use client.sleep");
  }

  private void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      log.add("interrupted");
    }
  }

  @Test
  void whoHoldsALockWhileItWaitsIsNamed() {
    Object lock = new Object();
    SimProcess a = process("a");
    start(
        a,
        "holder",
        () -> {
          synchronized (lock) {
            sleep(100 * MILLI);
          }
        });
    start(
        a,
        "second",
        () -> {
          sleep(MILLI);
          synchronized (lock) {
            say("in");
          }
        });
    world.runFor(200 * MILLI);
    assertThat(world.failure().cause())
        .hasMessageContaining("second waits for a lock of a program that does not run")
        .hasMessageContaining("BLOCKED")
        .hasMessageContaining("which the thread 'simulated of this test: holder' holds");
  }

  @Test
  void aThreadFromOutsideIsRefusedAndRemembered() throws InterruptedException {
    ProgramHost host = new ProgramHost(threads, process("a"), "a");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread outside =
        new Thread(
            () -> {
              try {
                host.execute(() -> log.add("never"));
              } catch (IllegalStateException e) {
                thrown.set(e);
              }
            },
            "outside");
    outside.start();
    outside.join();
    world.runFor(MILLI);
    assertThat(thrown.get()).hasMessageContaining("'outside'").hasMessageContaining("spawn");
    assertThat(threads.intruder()).isSameAs(thrown.get());
    assertThat(log).isEmpty();
  }

  @Test
  void theWorldsThreadCannotWait() {
    assertThatThrownBy(() -> await(new CompletableFuture<>()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("only a program of the simulation");
  }

  @Test
  void threadsAreUsedAgain() {
    SimProcess a = process("a");
    List<Thread> used = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      start(a, "short", () -> used.add(Thread.currentThread()));
    }
    world.runFor(MILLI);
    assertThat(used).hasSize(20);
    assertThat(used.stream().distinct()).hasSize(1);
  }

  @Test
  void whereProgramsStandCanBeTold() {
    start(process("a"), "waiter", () -> await(new CompletableFuture<>()));
    world.runFor(3_000 * MILLI);
    assertThat(threads.describe())
        .singleElement()
        .asString()
        .contains("waiter has waited for a future of the test for 3.0 s")
        .contains("ProgramThreadsTest.await");
  }

  @Test
  void manyProgramsInterleaveTheSameWayForTheSameSeed() {
    List<String> first = interleaving(5);
    assertThat(interleaving(5)).isEqualTo(first);
    assertThat(interleaving(6)).isNotEqualTo(first);
  }

  private List<String> interleaving(long seed) {
    threads.close();
    world = new SimWorld(seed, WorldConditions.calm());
    threads = threads();
    List<String> order = new ArrayList<>();
    CompletableFuture<Void> gate = new CompletableFuture<>();
    for (int i = 0; i < 8; i++) {
      String name = "p" + i;
      start(
          process(name),
          name,
          () -> {
            await(gate);
            for (int k = 0; k < 20; k++) {
              order.add(name);
              await(world.nowNanos() % 2 == 0 ? gate : later());
            }
          });
    }
    world.after(MILLI, () -> gate.complete(null));
    world.runFor(1_000 * MILLI);
    assertThat(order).hasSize(160);
    return order;
  }

  private CompletableFuture<Void> later() {
    CompletableFuture<Void> future = new CompletableFuture<>();
    world.after(1_000, () -> future.complete(null));
    return future;
  }
}
