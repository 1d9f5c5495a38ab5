package io.ashlar.simulation.workload;

import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * One client of the cluster, simulated or real, with one connection to the database.
 *
 * @param number unique in the run, also among those that died
 * @param place which of the clients that live at a time, from 0: one that is started again has that
 *     of the one that died
 * @param clients how many live at a time
 * @param surroundings where it lives
 * @param random its own draws
 * @param moments gives a larger number each time, for all clients of the run
 * @param connector makes one more connection to the database from the same place
 * @param resolversMax how many the cluster may have had so far: with several, each decides on a
 *     part of the keys
 * @param unknownAfterNanos since a transaction began, before which its idempotency id cannot have
 *     expired
 */
public record SimClient(
    int number,
    int place,
    int clients,
    Surroundings surroundings,
    Database database,
    SeededRandom random,
    LongSupplier moments,
    Function<DatabaseOptions, Database> connector,
    IntSupplier resolversMax,
    LongSupplier unknownAfterNanos) {

  /** The same client with draws of its own for one workload: what others draw is nothing to it. */
  public SimClient of(String workload) {
    return new SimClient(
        number,
        place,
        clients,
        surroundings,
        database,
        random.fork(workload),
        moments,
        connector,
        resolversMax,
        unknownAfterNanos);
  }

  /** One more connection, which ends with the client if not before. */
  Database connect(DatabaseOptions options) {
    return connector.apply(options);
  }

  /** The present moment, in the order of all moments of the run. */
  public long moment() {
    return moments.getAsLong();
  }

  /**
   * Repeats {@code body} until it succeeds, whatever timeout the run has drawn for transactions,
   * and also when it is open whether it did: for what must be made before a run and found after it,
   * and may be done twice.
   */
  public <T> CompletableFuture<T> patiently(Function<Transaction, CompletableFuture<T>> body) {
    return database.runAsync(
        transaction -> {
          transaction.options().setTimeout(0).setIdempotent();
          return body.apply(transaction);
        });
  }

  /** Completes after a while, on this client's executor. */
  public CompletableFuture<Void> pause(long nanos) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    surroundings.after(nanos, () -> done.complete(null));
    return done;
  }
}
