package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.counter.Counter;
import io.ashlar.simulation.check.Violations;
import io.ashlar.simulation.workload.StampedLog.Deed;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.concurrent.CompletableFuture;

/**
 * A counter of the layers. All that is done to it is noted in the same transaction; so in the order
 * of commits the number is known at every point, and who has acted on what it read has read that.
 */
public final class SharedCounterWorkload implements Workload {
  private static final int ADD_PER_MILLION = 600_000;
  private static final int TAKE_PER_MILLION = 250_000;
  private static final int LOOK_PER_MILLION = 120_000;
  private static final int SHARDS_MAX = 5;

  private static final long ADDED = 0;
  private static final long TAKEN = 1;
  private static final long SET = 2;

  private final Subspace counterPlace;
  private final StampedLog log;
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();

  SharedCounterWorkload(KeySpace keys) {
    Subspace place = new Subspace(keys.begin().toArray());
    this.counterPlace = place.get("counter");
    this.log = new StampedLog(place.get("log"));
  }

  @Override
  public String name() {
    return "shared-counter";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    // Clients need not agree over how many keys it is spread.
    Counter counter = new Counter(counterPlace, 1 + client.random().nextInt(SHARDS_MAX));
    int choice = client.random().nextInt(1_000_000);
    long number = client.random().nextInt(1, 5);
    return Attempt.run(
            client,
            transaction -> {
              int left = choice - ADD_PER_MILLION;
              if (left < 0) {
                return add(transaction, counter, number);
              }
              left -= TAKE_PER_MILLION;
              if (left < 0) {
                return take(transaction, counter);
              }
              return left < LOOK_PER_MILLION
                  ? look(transaction, counter)
                  : set(transaction, counter, number);
            })
        .thenCompose(
            attempt -> {
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  private CompletableFuture<Void> add(Transaction transaction, Counter counter, long number) {
    log.note(transaction, ADDED, number);
    return counter.add(transaction, number);
  }

  private CompletableFuture<Void> set(Transaction transaction, Counter counter, long number) {
    log.note(transaction, SET, number);
    return counter.set(transaction, number);
  }

  /** One, if there is one: two who do that do not take the same. */
  private CompletableFuture<Void> take(Transaction transaction, Counter counter) {
    return counter
        .get(transaction)
        .thenCompose(
            found -> {
              if (found <= 0) {
                return CompletableFuture.completedFuture(null);
              }
              log.note(transaction, TAKEN, found);
              return counter.add(transaction, -1);
            });
  }

  private CompletableFuture<Void> look(Transaction transaction, Counter counter) {
    return counter
        .get(transaction)
        .thenCombine(
            log.read(transaction),
            (found, deeds) -> {
              long expected = 0;
              for (Deed deed : deeds) {
                expected = after(expected, deed.what());
              }
              if (found != expected) {
                violations.add("the counter is " + found + ", and " + expected + " was added");
              }
              return null;
            });
  }

  private static long after(long before, Tuple what) {
    long kind = what.getLong(0);
    if (kind == TAKEN) {
      return before - 1;
    }
    return kind == ADDED ? before + what.getLong(1) : what.getLong(1);
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .patiently(
            transaction ->
                look(transaction, new Counter(counterPlace))
                    .thenCompose(looked -> log.read(transaction)))
        .thenApply(
            deeds -> {
              long number = 0;
              for (Deed deed : deeds) {
                if (deed.what().getLong(0) == TAKEN && deed.what().getLong(1) != number) {
                  violations.add(
                      "at "
                          + deed.at()
                          + " somebody took one of "
                          + deed.what().getLong(1)
                          + " where there were "
                          + number);
                }
                number = after(number, deed.what());
              }
              counts.count("deeds", deeds.size());
              return violations;
            });
  }
}
