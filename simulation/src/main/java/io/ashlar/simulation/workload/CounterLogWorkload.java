package io.ashlar.simulation.workload;

import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.simulation.check.Ledger;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Each transaction adds one to a counter and a row to the log beside it, both without reading: the
 * counter atomically, the row's key by the versionstamp. At every version the counter equals the
 * number of rows; every acknowledged row is at the stamp its client was told.
 */
public final class CounterLogWorkload implements Workload {
  private static final int READER_PER_MILLION = 150_000;
  private static final int RISKY_PER_MILLION = 300_000;
  private static final int COUNTERS = 8;
  private static final int STAMP_BYTES = 10;
  private static final String COUNTER = "counter/";
  private static final String LOG = "log/";

  /** What counters in the system's key space begin with. */
  private static final Bytes SYSTEM_COUNTER = Keys.USER_END.concat(Bytes.utf8("/simulated/"));

  private final KeySpace keys;
  private final boolean isSystem;
  private final Ledger ledger = new Ledger();
  private final Map<Long, Stamp> stamps = new TreeMap<>();
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();

  private CounterLogWorkload(KeySpace keys, boolean isSystem) {
    this.keys = keys;
    this.isSystem = isSystem;
  }

  /** With counters that are rows of users as all others are. */
  static CounterLogWorkload ofUserKeys(KeySpace keys) {
    return new CounterLogWorkload(keys, false);
  }

  /**
   * With counters that are metadata: every commit proxy keeps them, evaluates the additions, and
   * hears of those of the others.
   */
  static CounterLogWorkload ofSystemKeys(KeySpace keys) {
    return new CounterLogWorkload(keys, true);
  }

  @Override
  public String name() {
    return isSystem ? "metadata" : "counter-log";
  }

  private byte[] counterKey(int counter) {
    return isSystem
        ? SYSTEM_COUNTER.concat(Bytes.of(counter)).toArray()
        : keys.spread(COUNTER, counter, COUNTERS);
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
    int counter = client.random().nextInt(COUNTERS);
    if (client.random().chance(READER_PER_MILLION)) {
      boolean snapshot = client.random().nextBoolean();
      boolean isRisky = client.random().chance(RISKY_PER_MILLION);
      return Attempt.run(
              client,
              transaction ->
                  compare(snapshot ? transaction.snapshot() : transaction, counter, isRisky))
          .thenCompose(attempt -> count(client, attempt));
    }
    long deed = ledger.begin();
    return Attempt.run(
            client,
            transaction -> {
              add(transaction, counter, deed);
              return CompletableFuture.completedFuture(null);
            })
        .thenCompose(
            attempt -> {
              if (attempt.outcome() != Outcome.OPEN) {
                ledger.end(deed, attempt.outcome());
              }
              if (attempt.isCommitted()) {
                stamps.put(deed, attempt.stamp());
              }
              return count(client, attempt);
            });
  }

  private CompletableFuture<Void> count(SimClient client, Attempt attempt) {
    counts.add(attempt);
    return attempt.pause(client);
  }

  private void add(Transaction transaction, int counter, long deed) {
    if (isSystem) {
      transaction.options().setAccessSystemKeys();
    }
    transaction.mutate(MutationType.ADD, counterKey(counter), Encoding.littleEndian(1));
    transaction.mutate(
        MutationType.SET_VERSIONSTAMPED_KEY,
        keys.stamped(LOG, counter, COUNTERS, deed),
        new byte[0]);
  }

  private Range log(int counter) {
    return Range.startsWith(keys.spread(LOG, counter, COUNTERS));
  }

  /** Reads a counter and its log at one version. */
  private CompletableFuture<List<KeyValue>> compare(
      ReadTransaction transaction, int counter, boolean isRisky) {
    if (isSystem) {
      transaction.options().setReadSystemKeys();
    }
    if (isRisky) {
      // It may be a little old; what is compared is of one version anyway.
      transaction.options().setCausalReadRisky();
    }
    return transaction
        .get(counterKey(counter))
        .thenCombine(
            transaction.getRange(log(counter)).asList(),
            (value, rows) -> {
              long counted = value == null ? 0 : Encoding.littleEndian(value);
              if (counted != rows.size()) {
                violations.add(
                    "counter "
                        + counter
                        + " is "
                        + counted
                        + " and its log has "
                        + rows.size()
                        + " rows");
              }
              return rows;
            });
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return checkFrom(client, 0, new ArrayList<>());
  }

  private CompletableFuture<Violations> checkFrom(
      SimClient client, int counter, List<KeyValue> found) {
    if (counter == COUNTERS) {
      checkFound(found);
      return CompletableFuture.completedFuture(violations);
    }
    return client
        .patiently(transaction -> compare(transaction, counter, false))
        .thenCompose(
            rows -> {
              found.addAll(rows);
              return checkFrom(client, counter + 1, found);
            });
  }

  private void checkFound(List<KeyValue> rows) {
    List<Long> deeds = new ArrayList<>();
    Map<Stamp, Long> byStamp = new TreeMap<>();
    for (KeyValue row : rows) {
      Bytes tail = keys.tail(LOG, Bytes.wrap(row.getKey()));
      Stamp stamp = Stamp.of(tail.slice(0, STAMP_BYTES));
      long deed = Encoding.bigEndian(tail.slice(STAMP_BYTES, tail.length()).toArray());
      deeds.add(deed);
      Long other = byStamp.put(stamp, deed);
      if (other != null) {
        violations.add("rows " + other + " and " + deed + " are both at " + stamp);
      }
      Stamp told = stamps.get(deed);
      if (told != null && !told.equals(stamp)) {
        violations.add("row " + deed + " is at " + stamp + " and was acknowledged at " + told);
      }
    }
    counts.settle(ledger, deeds);
    violations.addAll(ledger.check(deeds));
  }
}
