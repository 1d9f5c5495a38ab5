package io.ashlar.simulation.workload;

import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.SnapshotChecker;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Some clients change rows; others read all of them at one version, again and again until the
 * version is too old, each time in another way, from another client, or a while later, when other
 * servers or other parts of a server have what was asked for. They always get the same.
 */
public final class SnapshotEqualityWorkload implements Workload {
  private static final String ROW = "row/";
  private static final int CHANGES_MAX = 6;
  private static final int VALUE_BYTES_MAX = 300;
  private static final int KEPT_MAX = 24;

  /** Versions that are read again are among so many of the newest. */
  private static final int RECENT_MAX = 6;

  private static final long PAUSE_MAX_NANOS = 2_500_000_000L;

  private final KeySpace space;
  private final List<byte[]> keys = new ArrayList<>();
  private final SnapshotChecker checker = new SnapshotChecker(KEPT_MAX);
  private final WorkloadCounts counts = new WorkloadCounts();
  private long changes;

  /**
   * @param rows how many there may be
   */
  public SnapshotEqualityWorkload(KeySpace space, int rows) {
    this.space = space;
    for (int i = 0; i < rows; i++) {
      keys.add(space.spread(ROW, i, rows));
    }
  }

  @Override
  public String name() {
    return "snapshot-equality";
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
    int choice = client.random().nextInt(100);
    CompletableFuture<Attempt> attempt;
    if (choice < 70) {
      attempt = Attempt.run(client, transaction -> change(client.random(), transaction));
    } else if (choice < 85 || checker.versions().isEmpty()) {
      attempt = Attempt.run(client, transaction -> readTwice(client, transaction));
    } else {
      attempt = Attempt.run(client, transaction -> readAgain(client, transaction));
    }
    return attempt.thenCompose(
        ended -> {
          counts.add(ended);
          return ended.pause(client);
        });
  }

  // ---- changes

  private CompletableFuture<?> change(SeededRandom random, Transaction transaction) {
    int times = 1 + random.nextInt(CHANGES_MAX);
    for (int i = 0; i < times; i++) {
      int row = random.nextInt(keys.size());
      byte[] key = keys.get(row);
      switch (random.nextInt(8)) {
        case 0 -> transaction.clear(key);
        case 1 -> {
          int last = Math.min(keys.size() - 1, row + 1 + random.nextInt(4));
          transaction.clear(key, keys.get(last));
        }
        case 2 -> transaction.mutate(MutationType.ADD, key, Encoding.littleEndian(++changes));
        case 3 ->
            transaction.mutate(MutationType.APPEND_IF_FITS, key, Encoding.bigEndian(++changes));
        default -> transaction.set(key, value(random));
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  /** No two are the same, so that an older value is not taken for the right one. */
  private byte[] value(SeededRandom random) {
    byte[] number = Encoding.bigEndian(++changes);
    byte[] value = Arrays.copyOf(number, number.length + random.nextInt(VALUE_BYTES_MAX));
    Arrays.fill(value, number.length, value.length, (byte) changes);
    return value;
  }

  // ---- reads

  private CompletableFuture<?> readTwice(SimClient client, Transaction transaction) {
    if (client.random().nextBoolean()) {
      // Then nothing that was read is kept, and the second time asks the servers as well.
      transaction.options().setReadYourWritesDisable();
    }
    return transaction
        .getReadVersion()
        .thenCompose(
            version ->
                readAll(client, transaction, version)
                    .thenCompose(first -> client.pause(pauseNanos(client.random())))
                    .thenCompose(waited -> readAll(client, transaction, version)));
  }

  private static long pauseNanos(SeededRandom random) {
    return random.nextBoolean() ? 0 : random.nextLong(PAUSE_MAX_NANOS);
  }

  /** Reads a version that somebody has read before. */
  private CompletableFuture<?> readAgain(SimClient client, Transaction transaction) {
    List<Long> versions = checker.versions();
    int newest = versions.size() - 1;
    long version = versions.get(Math.max(0, newest - client.random().nextInt(RECENT_MAX)));
    transaction.setReadVersion(version);
    return readAll(client, transaction, version);
  }

  private CompletableFuture<Void> readAll(SimClient client, Transaction transaction, long version) {
    if (client.random().nextBoolean()) {
      return read(client, transaction, version);
    }
    Transaction another = client.database().createTransaction();
    another.setReadVersion(version);
    return read(client, another, version).whenComplete((done, error) -> another.close());
  }

  private CompletableFuture<Void> read(SimClient client, Transaction transaction, long version) {
    SeededRandom random = client.random();
    WayToRead[] ways = WayToRead.values();
    WayToRead way = ways[random.nextInt(ways.length)];
    String how = "client " + client.number() + " " + way;
    return way.read(transaction, space, keys, random)
        .thenAccept(rows -> checker.saw(version, how, rows));
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .patiently(
            transaction -> {
              transaction.options().setReadYourWritesDisable();
              return transaction
                  .getReadVersion()
                  .thenCompose(version -> inEveryWay(client, transaction, version));
            })
        .thenApply(
            done -> {
              counts.count("compared", checker.compared());
              return checker.violations();
            });
  }

  /** All at once: one after the other they outlast a small window when there are many shards. */
  private CompletableFuture<Void> inEveryWay(
      SimClient client, Transaction transaction, long version) {
    List<CompletableFuture<Void>> reads = new ArrayList<>();
    for (WayToRead way : WayToRead.values()) {
      SeededRandom random = client.random().fork("the end " + way);
      reads.add(
          way.read(transaction, space, keys, random)
              .thenAccept(rows -> checker.saw(version, "the end " + way, rows)));
    }
    return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new));
  }
}
