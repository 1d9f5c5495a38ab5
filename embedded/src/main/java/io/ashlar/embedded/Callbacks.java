package io.ashlar.embedded;

import io.ashlar.client.ClientHost;
import io.ashlar.core.SeededRandom;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.random.RandomGenerator;

/**
 * The JVM as a database's callers see it. Futures complete on a pool of its own, whose threads make
 * up for one another when a callback waits for another future, and do not keep the JVM alive.
 */
final class Callbacks implements ClientHost, AutoCloseable {
  private final SecureRandom seeds = new SecureRandom();
  private final ForkJoinPool pool;

  Callbacks(String name) {
    pool =
        new ForkJoinPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            owner -> {
              ForkJoinWorkerThread thread =
                  ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(owner);
              thread.setName("ashlar-" + name + "-callbacks-" + thread.getPoolIndex());
              return thread;
            },
            null,
            true);
  }

  @Override
  public Executor callbacks() {
    return pool;
  }

  @Override
  public long nowNanos() {
    return System.nanoTime();
  }

  @Override
  public RandomGenerator newRandom() {
    return new SeededRandom(seeds.nextLong());
  }

  /** Leaves it to the JDK, which makes up for a thread of the pool that waits. */
  @Override
  public boolean await(CompletableFuture<?> future, long limitNanos) {
    return false;
  }

  /** Lets what is queued run, and takes no more. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
