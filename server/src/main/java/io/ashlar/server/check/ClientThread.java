package io.ashlar.server.check;

import io.ashlar.client.ClientHost;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.workload.Surroundings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * A thread on which clients of workloads live, with all callbacks of their databases. Since it is
 * one thread, the order in which they hear of things is an order that whoever looked could have
 * seen: what ended before something else began has ended before.
 */
final class ClientThread implements Surroundings, ClientHost, AutoCloseable {
  private final ScheduledThreadPoolExecutor thread;
  private volatile Thread own;
  private long moment;

  ClientThread(String name) {
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "ashlar-" + name);
              made.setDaemon(true);
              own = made;
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public boolean isAlive() {
    return true;
  }

  @Override
  public long nowNanos() {
    return System.nanoTime();
  }

  @Override
  public Executor executor() {
    return thread;
  }

  @Override
  public Executor callbacks() {
    return thread;
  }

  @Override
  public void after(long nanos, Runnable task) {
    thread.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  /** A larger number each time; for this thread. */
  long nextMoment() {
    return ++moment;
  }

  /** Nobody counts them in other processes. */
  @Override
  public long timesReached(String mark) {
    return 0;
  }

  @Override
  public RandomGenerator newRandom() {
    return new SeededRandom(System.nanoTime());
  }

  /**
   * Leaves it to the JDK, except on this thread: there a wait would never end, since what it waits
   * for comes here.
   */
  @Override
  public boolean await(CompletableFuture<?> future, long limitNanos) {
    if (Thread.currentThread() == own) {
      throw new IllegalStateException(
          "a client of a workload waits for a future: chain it instead");
    }
    return false;
  }

  /** Ends with what it is doing now. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
