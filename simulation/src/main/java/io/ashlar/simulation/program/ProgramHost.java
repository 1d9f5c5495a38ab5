package io.ashlar.simulation.program;

import io.ashlar.client.ClientHost;
import io.ashlar.host.Loop;
import io.ashlar.simulation.world.SimProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * A simulated process as the users of its client see it whose code may wait: what depends on
 * futures runs in threads that take turns.
 */
public final class ProgramHost implements ClientHost, Loop {
  private final ProgramThreads threads;
  private final SimProcess process;
  private final String label;
  private int generators;

  /**
   * @param label who it is, for people
   */
  public ProgramHost(ProgramThreads threads, SimProcess process, String label) {
    this.threads = threads;
    this.process = process;
    this.label = label;
  }

  @Override
  public Executor callbacks() {
    return task -> {
      threads.expectTurn("gives a task to the executor of a database");
      process.userExecutor().execute(() -> threads.run(process, "a callback of " + label, task));
    };
  }

  @Override
  public long nowNanos() {
    return process.usersNowNanos();
  }

  @Override
  public RandomGenerator newRandom() {
    threads.expectTurn("asks for a generator");
    return process.random("environment " + ++generators);
  }

  @Override
  public boolean await(CompletableFuture<?> future, long limitNanos) {
    threads.await(future, limitNanos, "a future of " + label);
    return true;
  }

  @Override
  public void execute(Runnable task) {
    threads.expectTurn("uses a database");
    process.execute(task);
  }

  @Override
  public boolean isCurrent() {
    return process.isCurrent();
  }
}
