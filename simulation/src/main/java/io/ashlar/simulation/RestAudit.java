package io.ashlar.simulation;

import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.ShardMap;
import io.ashlar.message.ClusterView;
import io.ashlar.message.StorageAddress;
import io.ashlar.simulation.check.ReplicaChecker;
import io.ashlar.simulation.check.Violations;
import io.ashlar.simulation.workload.SimClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * What must be true of a cluster whose faults have ended, whatever its clients did: it commits; log
 * servers that hold the same have the same; and when all is at rest the engines of the storage
 * servers hold what clients read, each its shards and nothing else.
 */
final class RestAudit {
  private static final String ROWS = "rows of engines";
  private static final String VERSIONS = "versions of the log";

  /** The names of all that is compared. */
  static final List<String> COUNTED = List.of(ROWS, VERSIONS);

  /** The records of so many versions before the last commit are compared. */
  private static final long TAIL_VERSIONS = 2_000_000;

  /** A key that no workload has. */
  private static final Bytes MARKER = Keys.FIRST;

  private final ClusterRun run;
  private final ReplicaChecker checker = new ReplicaChecker();

  RestAudit(ClusterRun run) {
    this.run = run;
  }

  /**
   * Compares the newest records of the log.
   *
   * @param lastCommitted the highest version that a client knows to be committed
   */
  Violations tails(long lastCommitted) {
    long from = Math.max(1, lastCommitted - TAIL_VERSIONS);
    checker.checkTails(run.readTails(from, lastCommitted));
    return checker.violations();
  }

  /** Commits once more, and gives the version: who can, has a cluster that works. */
  static CompletableFuture<Long> lastCommit(SimClient client) {
    Transaction[] last = new Transaction[1];
    return client
        .<Void>patiently(
            transaction -> {
              last[0] = transaction;
              transaction.set(MARKER.toArray(), new byte[] {1});
              return CompletableFuture.completedFuture(null);
            })
        .thenApply(done -> last[0].getCommittedVersion());
  }

  /** All rows, system keys too, as a client reads them. */
  static CompletableFuture<List<KeyValue>> readAll(SimClient client) {
    return client.patiently(RestAudit::rows);
  }

  private static CompletableFuture<List<KeyValue>> rows(Transaction transaction) {
    transaction.options().setReadSystemKeys();
    return transaction
        .getRange(Keys.FIRST.toArray(), Keys.SYSTEM_END.toArray())
        .asList()
        .thenApply(
            rows -> {
              List<KeyValue> found = new ArrayList<>(rows.size());
              for (io.ashlar.client.KeyValue row : rows) {
                found.add(new KeyValue(Bytes.wrap(row.getKey()), Bytes.wrap(row.getValue())));
              }
              return found;
            });
  }

  /** What the engines of the storage servers hold at the moment. */
  List<ReplicaChecker.Engine> engines(ClusterView view) {
    List<ReplicaChecker.Engine> engines = new ArrayList<>();
    for (StorageAddress storage : view.storages()) {
      String name = "the storage server at " + storage.address();
      engines.add(
          new ReplicaChecker.Engine(
              name, storage.tag(), run.engineRows(storage.address(), storage.storageId())));
    }
    return engines;
  }

  /**
   * Compares engines with what clients read.
   *
   * @param rows all of them, at a version that every engine has and after which nothing was written
   */
  Violations compare(List<KeyValue> rows, List<ReplicaChecker.Engine> engines) {
    ShardMap map = new ShardMap();
    rows.forEach(map::load);
    List<ShardMap.Shard> shards =
        map.shards(new KeyRange(Keys.FIRST, Keys.SYSTEM_END), Integer.MAX_VALUE, false);
    checker.checkEngines(rows, shards, engines);
    return checker.violations();
  }

  /** What was compared, by name. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    counts.put(ROWS, checker.rowsCompared());
    counts.put(VERSIONS, checker.versionsCompared());
    return counts;
  }
}
