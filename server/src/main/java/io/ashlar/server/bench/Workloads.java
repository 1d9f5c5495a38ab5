package io.ashlar.server.bench;

import io.ashlar.client.Consistency;
import io.ashlar.client.Database;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.core.SeededRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/**
 * What clients do. Every operation is a transaction of its own with its own strict read version;
 * keys are drawn uniformly from all that were loaded.
 */
final class Workloads {
  private static final int LOAD_BYTES_PER_TRANSACTION = 400_000;
  private static final int LOADS_IN_FLIGHT = 8;

  private final Database database;
  private final ReadTransactionContext session;
  private final ReadTransactionContext eventual;
  private final RecordShape shape;
  private final long keys;
  private final LongAdder commits = new LongAdder();

  Workloads(Database database, RecordShape shape, long keys) {
    this.database = database;
    this.session = database.session();
    this.eventual = database.eventual();
    this.shape = shape;
    this.keys = keys;
  }

  /** Commits of single operations that were acknowledged as durable. */
  long commits() {
    return commits.sum();
  }

  /** Waits until a key can be read; gives the time that took. */
  long awaitFirstReadNanos() {
    long begun = System.nanoTime();
    present(database.read(tx -> tx.getBlocking(shape.key(0))));
    return System.nanoTime() - begun;
  }

  /** Writes every key once. */
  void load(LongConsumer onRows) throws InterruptedException {
    int rowsEach = (int) Math.max(1, LOAD_BYTES_PER_TRANSACTION / shape.bytes());
    Semaphore inFlight = new Semaphore(LOADS_IN_FLIGHT);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    for (long from = 0; from < keys && failed.get() == null; from += rowsEach) {
      long begin = from;
      long end = Math.min(keys, from + rowsEach);
      inFlight.acquire();
      database
          .runAsync(
              tx -> {
                SeededRandom random = new SeededRandom(begin);
                for (long number = begin; number < end; number++) {
                  tx.set(shape.key(number), shape.value(random));
                }
                return CompletableFuture.completedFuture(null);
              })
          .whenComplete(
              (nothing, failure) -> {
                if (failure == null) {
                  onRows.accept(end - begin);
                } else {
                  failed.compareAndSet(null, failure);
                }
                inFlight.release();
              });
    }
    inFlight.acquire(LOADS_IN_FLIGHT);
    if (failed.get() != null) {
      throw new IllegalStateException("loading failed", failed.get());
    }
  }

  /** One point read; a key that is not there is a failure. */
  CompletableFuture<?> read(SeededRandom random) {
    byte[] key = draw(random);
    return database.readAsync(tx -> tx.get(key)).thenApply(Workloads::present);
  }

  /** The same at a level of consistency; all clients of a session share it. */
  CompletableFuture<?> read(SeededRandom random, Consistency level) {
    ReadTransactionContext context =
        switch (level) {
          case STRONG -> database;
          case SESSION -> session;
          case EVENTUAL -> eventual;
        };
    byte[] key = draw(random);
    return context.readAsync(tx -> tx.get(key)).thenApply(Workloads::present);
  }

  /** Ten point reads at one version. */
  CompletableFuture<?> readTen(SeededRandom random) {
    byte[][] drawn = new byte[10][];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = draw(random);
    }
    List<byte[]> wanted = Arrays.asList(drawn);
    return database
        .readAsync(tx -> tx.getMany(wanted))
        .thenApply(
            values -> {
              values.forEach(Workloads::present);
              return null;
            });
  }

  /** One durable write of one key. */
  CompletableFuture<?> write(SeededRandom random) {
    return write(random, true);
  }

  /** The same without an idempotency id: when its answer gets lost, nobody can tell. */
  CompletableFuture<?> writeWithoutId(SeededRandom random) {
    return write(random, false);
  }

  private CompletableFuture<?> write(SeededRandom random, boolean hasId) {
    byte[] key = draw(random);
    byte[] value = shape.value(random);
    return committed(
        database.runAsync(
            tx -> {
              if (!hasId) {
                tx.options().setAutomaticIdempotencyDisable();
              }
              tx.set(key, value);
              return CompletableFuture.completedFuture(null);
            }));
  }

  private CompletableFuture<?> committed(CompletableFuture<?> run) {
    return run.thenRun(commits::increment);
  }

  /** Reads a key and writes it back with its first byte changed. */
  CompletableFuture<?> readModifyWrite(SeededRandom random) {
    byte[] key = draw(random);
    return committed(
        database.runAsync(
            tx ->
                tx.get(key)
                    .thenApply(
                        found -> {
                          byte[] changed = present(found).clone();
                          changed[0]++;
                          tx.set(key, changed);
                          return null;
                        })));
  }

  /** A read, or in {@code writePercent} of the draws a write. */
  CompletableFuture<?> mixed(SeededRandom random, int writePercent) {
    return random.nextInt(100) < writePercent ? write(random) : read(random);
  }

  private byte[] draw(SeededRandom random) {
    return shape.key(random.nextLong(keys));
  }

  private static byte[] present(byte[] value) {
    if (value == null) {
      throw new IllegalStateException("a loaded key has no value");
    }
    return value;
  }
}
