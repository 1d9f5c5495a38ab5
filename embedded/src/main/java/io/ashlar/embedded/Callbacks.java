package io.ashlar.embedded;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;

/**
 * Where a database's futures complete: a pool of its own, whose threads make up for one another
 * when a callback waits for another future, and do not keep the JVM alive.
 */
final class Callbacks implements AutoCloseable {
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

  Executor executor() {
    return pool;
  }

  /** Lets what is queued run, and takes no more. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
