package io.ashlar.simulation.workload;

import io.ashlar.client.MutationType;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Transactions that read what they have written themselves and not yet committed, in every way that
 * there is to read: over rows that each has for itself, so that what it must see is known
 * beforehand. A part of them is never committed, clears the whole database but for these rows, and
 * asks for keys beyond both its ends.
 *
 * <p>When a transaction is in doubt, the next one that takes its rows first makes sure that it will
 * not come after, then finds out whether it came.
 */
public final class ReadYourWritesWorkload implements Workload {
  private static final int ABANDONED_PER_MILLION = 200_000;
  private static final int ROAMING_PER_MILLION = 100_000;

  /** A transaction that was given up on purpose. */
  private static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Abandoned() {
      super("given up", null, false, false);
    }
  }

  /** What was found in a slot at one version. */
  private record Found(long id, Stamp stamp, Map<Bytes, Bytes> rows) {}

  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();
  private final List<OwnedSlot> slots = new ArrayList<>();
  private long lastId;

  /**
   * @param slotCount how many transactions at a time have something to do
   */
  public ReadYourWritesWorkload(KeySpace keys, int slotCount) {
    for (int i = 0; i < slotCount; i++) {
      slots.add(new OwnedSlot(keys, i, slotCount));
    }
  }

  @Override
  public String name() {
    return "read-your-writes";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return client.patiently(
        transaction -> {
          slots.forEach(slot -> slot.setup(transaction));
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    long id = ++lastId;
    SeededRandom random = client.random().fork("read-your-writes " + id);
    if (random.chance(ROAMING_PER_MILLION)) {
      return roam(client, id, random).thenCompose(attempt -> attempt.pause(client));
    }
    int first = random.nextInt(slots.size());
    for (int i = 0; i < slots.size(); i++) {
      OwnedSlot slot = slots.get((first + i) % slots.size());
      if (slot.take(client)) {
        CompletableFuture<Attempt> done =
            slot.rows().isSettled() ? transact(client, slot, id, random) : settle(client, slot, id);
        return done.thenCompose(
            attempt -> {
              slot.giveBack();
              return attempt.pause(client);
            });
      }
    }
    counts.count("nothing to do", 1);
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Attempt> transact(
      SimClient client, OwnedSlot slot, long id, SeededRandom random) {
    boolean abandoned = random.chance(ABANDONED_PER_MILLION);
    OwnWritesTransaction own =
        new OwnWritesTransaction(id, slot, slot.rows().rows(), abandoned, random, violations);
    return Attempt.run(
            client,
            transaction -> {
              own.setOptions(transaction);
              return transaction
                  .getReadVersion()
                  .thenCompose(own::run)
                  .thenRun(() -> leaveGeneration(transaction, slot, id, own, abandoned));
            })
        .handle(
            (attempt, thrown) -> {
              count(own);
              if (thrown != null) {
                return abandoned(thrown);
              }
              end(slot, attempt);
              return attempt;
            });
  }

  private static void leaveGeneration(
      Transaction transaction,
      OwnedSlot slot,
      long id,
      OwnWritesTransaction own,
      boolean abandoned) {
    if (abandoned) {
      throw new Abandoned();
    }
    byte[] key = slot.generationKey();
    transaction.addReadConflictKey(key);
    transaction.mutate(
        MutationType.SET_VERSIONSTAMPED_VALUE, key, OwnedSlot.generationOf(id).toArray());
    slot.rows().committing(id, own.mutations());
  }

  /**
   * Reads and writes the keys of all slots, in all shards there are, and is given up: what is there
   * it knows from another transaction at the same version.
   */
  private CompletableFuture<Attempt> roam(SimClient client, long id, SeededRandom random) {
    AllSlots all = new AllSlots(slots);
    KeyRange range = all.range();
    return Attempt.run(
            client,
            transaction -> {
              Transaction other = client.database().createTransaction();
              return other
                  .getReadVersion()
                  .thenCompose(
                      version ->
                          other
                              .getRange(range.begin().toArray(), range.end().toArray())
                              .asList()
                              .thenCompose(
                                  rows -> {
                                    OwnWritesTransaction own =
                                        new OwnWritesTransaction(
                                            id, all, map(rows), true, random, violations);
                                    own.setOptions(transaction);
                                    transaction.setReadVersion(version);
                                    return own.run(version).thenRun(() -> count(own));
                                  }))
                  .whenComplete((done, thrown) -> other.close())
                  .thenRun(
                      () -> {
                        throw new Abandoned();
                      });
            })
        .handle(
            (attempt, thrown) -> {
              if (thrown != null) {
                return abandoned(thrown);
              }
              counts.add(attempt);
              return attempt;
            });
  }

  private void count(OwnWritesTransaction own) {
    counts.count("reads compared", own.readsCompared());
    counts.count("reads of what cannot be read", own.unreadableSeen());
  }

  private Attempt abandoned(Throwable thrown) {
    if (thrown instanceof CompletionException && thrown.getCause() instanceof Abandoned) {
      counts.count("given up on purpose", 1);
      return new Attempt(Outcome.FAILED, null, -1, null);
    }
    throw new CompletionException(thrown);
  }

  private static Map<Bytes, Bytes> map(List<io.ashlar.client.KeyValue> rows) {
    Map<Bytes, Bytes> map = new TreeMap<>();
    for (KeyValue row : RecordedTransaction.toCore(rows)) {
      map.put(row.key(), row.value());
    }
    return map;
  }

  private void end(OwnedSlot slot, Attempt attempt) {
    counts.add(attempt);
    if (attempt.isCommitted()) {
      slot.rows().committed(attempt.stamp());
    } else if (attempt.outcome() == Outcome.FAILED) {
      slot.rows().failed();
    }
  }

  /** Ends the doubt about the transaction before: this one collides with it in the generation. */
  private CompletableFuture<Attempt> settle(SimClient client, OwnedSlot slot, long id) {
    return Attempt.run(
            client,
            transaction ->
                find(transaction, slot)
                    .thenAccept(
                        what -> {
                          compare(slot, what);
                          slot.rows().settling(id, what.id, what.stamp);
                          transaction.mutate(
                              MutationType.SET_VERSIONSTAMPED_VALUE,
                              slot.generationKey(),
                              OwnedSlot.generationOf(id).toArray());
                        }))
        .thenApply(
            attempt -> {
              counts.add(attempt);
              if (attempt.isCommitted()) {
                slot.rows().settled(id);
                counts.count("doubts settled", 1);
              } else if (attempt.outcome() == Outcome.FAILED) {
                slot.rows().gaveUp(id);
              }
              return attempt;
            });
  }

  private static CompletableFuture<Found> find(ReadTransaction transaction, OwnedSlot slot) {
    CompletableFuture<byte[]> generation = transaction.get(slot.generationKey());
    return transaction
        .getRange(slot.range().begin().toArray(), slot.range().end().toArray())
        .asList()
        .thenCombine(
            generation,
            (rows, value) -> {
              Bytes left = Bytes.wrap(value);
              long id = Encoding.bigEndian(left.slice(0, Long.BYTES).toArray());
              return new Found(id, Stamp.of(left.slice(Long.BYTES, left.length())), map(rows));
            });
  }

  private void compare(OwnedSlot slot, Found found) {
    String wrong = slot.rows().compare(found.id, found.stamp, found.rows);
    if (wrong != null) {
      violations.add(wrong);
    }
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
    for (OwnedSlot slot : slots) {
      all =
          all.thenCompose(
              done ->
                  client
                      .patiently(transaction -> find(transaction, slot))
                      .thenAccept(found -> compare(slot, found)));
    }
    return all.thenApply(done -> violations);
  }
}
