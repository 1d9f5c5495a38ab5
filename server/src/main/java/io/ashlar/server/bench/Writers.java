package io.ashlar.server.bench;

import io.ashlar.client.Database;
import io.ashlar.core.SeededRandom;
import io.ashlar.server.bench.IndexWorkerCommand.Player;
import io.ashlar.table.Table;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** Writers that set random rows of a table, each in a transaction of its own, until closed. */
final class Writers implements AutoCloseable {
  private static final long END_SECONDS = 60;

  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final LongAdder commits = new LongAdder();
  private final LongAdder attempts = new LongAdder();
  private final ExecutorService pool;
  private final long begunNanos = System.nanoTime();

  Writers(Database database, Table<Long, Player> table, long rows, int count, long seed) {
    pool = Executors.newFixedThreadPool(count);
    for (int i = 0; i < count; i++) {
      SeededRandom random = new SeededRandom(seed).fork("writer " + i);
      pool.execute(() -> write(database, table, rows, random));
    }
  }

  private void write(Database database, Table<Long, Player> table, long rows, SeededRandom random) {
    try {
      while (!stopped.get()) {
        Player player = Player.draw(random.nextLong(rows), random);
        database.run(
            transaction -> {
              attempts.increment();
              return table.put(transaction, player).join();
            });
        commits.increment();
      }
    } catch (RuntimeException failed) {
      // told() and close() fail with it.
      failure.compareAndSet(null, failed);
    }
  }

  private void check() {
    if (failure.get() != null) {
      throw new IllegalStateException("a writer failed", failure.get());
    }
  }

  /** What they did so far, in words. */
  String told(String when) {
    check();
    double seconds = (System.nanoTime() - begunNanos) / 1e9;
    long done = commits.sum();
    long repeated = Math.max(0, attempts.sum() - done);
    return String.format(
        Locale.ROOT,
        "writers %s: %,.0f rows/s, %,d of %,d transactions repeated (%.2f %%)",
        when,
        done / seconds,
        repeated,
        done,
        100.0 * repeated / Math.max(1, done));
  }

  @Override
  public void close() {
    stopped.set(true);
    pool.shutdown();
    try {
      if (!pool.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("writers do not end");
      }
    } catch (InterruptedException interrupted) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
    check();
  }
}
