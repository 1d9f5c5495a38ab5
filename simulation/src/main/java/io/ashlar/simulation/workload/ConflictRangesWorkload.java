package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.ConflictChecker;
import io.ashlar.simulation.check.ConflictRecord;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Transactions that read and write keys and ranges of every shape, at rest for a while in between
 * so that others get in their way. Which of them conflicted goes to the {@link ConflictChecker}:
 * none may be missed, and one that nobody caused is false. Some commit while a read is under way,
 * which counts like one that has ended.
 */
public final class ConflictRangesWorkload implements Workload {
  private static final int READS_MAX = 3;
  private static final int WRITES_MAX = 3;
  private static final int VERSIONS_KEPT = 30;
  private static final long REST_MAX_NANOS = 300_000_000;

  /** Longer than the window. */
  private static final long LONG_REST_MAX_NANOS = 7_000_000_000L;

  private static final String REJECTING_POINT = "resolver.reject-transaction";

  /** Where a client is told that its transaction was refused after it began to fence it. */
  private static final String FENCED_PATH = "client.refused-while-fencing";

  private final ConflictKeys keys;
  private final WorkloadCounts counts = new WorkloadCounts();
  private final List<ConflictTransaction> history = new ArrayList<>();

  /** Read versions of late, for those who read at one that is not new. */
  private final ArrayDeque<Long> versions = new ArrayDeque<>();

  /**
   * @param keyCount the fewer, the more conflicts
   */
  public ConflictRangesWorkload(KeySpace space, int keyCount) {
    this.keys = new ConflictKeys(space, keyCount);
  }

  @Override
  public String name() {
    return "conflict-ranges";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return client.patiently(
        transaction -> {
          for (byte[] guard : keys.guards()) {
            transaction.set(guard, new byte[0]);
          }
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    long id = history.size();
    SeededRandom random = client.random().fork("conflict-ranges " + id);
    ConflictTransaction recorded = new ConflictTransaction(id, keys, random);
    history.add(recorded);
    return Attempt.run(client, transaction -> body(client, transaction, recorded, random))
        .thenCompose(
            attempt -> {
              recorded.end(client.moment(), attempt);
              counts.add(attempt);
              return recorded.whenRead().thenCompose(read -> attempt.pause(client));
            });
  }

  private CompletableFuture<?> body(
      SimClient client,
      Transaction transaction,
      ConflictTransaction recorded,
      SeededRandom random) {
    // A commit that never arrived would end as one that conflicts, and here each conflict must have
    // its reason.
    transaction.options().setAutomaticIdempotencyDisable();
    if (random.chance(200_000)) {
      write(client, transaction, recorded, random);
      return CompletableFuture.completedFuture(null);
    }
    if (!versions.isEmpty() && random.chance(150_000)) {
      int skipped = random.nextInt(versions.size());
      transaction.setReadVersion(versions.stream().skip(skipped).findFirst().orElseThrow());
    }
    return transaction
        .getReadVersion()
        .thenCompose(
            version -> {
              recorded.setReadVersion(version);
              versions.add(version);
              if (versions.size() > VERSIONS_KEPT) {
                versions.remove();
              }
              return reads(transaction, recorded, 1 + random.nextInt(READS_MAX));
            })
        .thenCompose(
            done -> {
              long most = random.chance(20_000) ? LONG_REST_MAX_NANOS : REST_MAX_NANOS;
              return client.pause(random.nextLong(random.nextLong(1, most)));
            })
        .thenAccept(
            done -> {
              if (recorded.readUnawaited(transaction)) {
                counts.count("reads not waited for", 1);
              }
              write(client, transaction, recorded, random);
            });
  }

  private static CompletableFuture<?> reads(
      Transaction transaction, ConflictTransaction recorded, int count) {
    return count == 0
        ? CompletableFuture.completedFuture(null)
        : recorded.read(transaction).thenCompose(done -> reads(transaction, recorded, count - 1));
  }

  private static void write(
      SimClient client,
      Transaction transaction,
      ConflictTransaction recorded,
      SeededRandom random) {
    recorded.mark(transaction);
    for (int i = random.nextInt(1, WRITES_MAX + 1); i > 0; i--) {
      recorded.write(transaction);
    }
    recorded.committing(client.moment());
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .patiently(transaction -> transaction.getRange(keys.space().all()).asList())
        .thenApply(rows -> decide(client, RecordedTransaction.toCore(rows)));
  }

  private Violations decide(SimClient client, List<KeyValue> rows) {
    Map<Long, Stamp> markers = new TreeMap<>();
    for (KeyValue row : rows) {
      Bytes key = row.key();
      if (keys.isMarker(key)) {
        markers.put(keys.markerId(key), Stamp.of(row.value()));
      }
    }
    List<ConflictRecord> records = new ArrayList<>();
    for (int id = 0; id < history.size(); id++) {
      records.add(history.get(id).toRecord(markers.get((long) id)));
    }
    // A fence rejects its own transaction when it overtakes it; the client may hear that first.
    long madeUp =
        client.surroundings().timesReached(REJECTING_POINT)
            + client.surroundings().timesReached(FENCED_PATH);
    ConflictChecker checker = new ConflictChecker(client.resolversMax().getAsInt() > 1, madeUp);
    Violations violations = checker.check(records, markers);
    counts.count("conflicts proven", checker.provenCount());
    counts.count("conflicts by a rejected one", checker.explainedByRejectedCount());
    counts.count("conflicts of no cause", checker.unexplainedCount());
    return violations;
  }
}
