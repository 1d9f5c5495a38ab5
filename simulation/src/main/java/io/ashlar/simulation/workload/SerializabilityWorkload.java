package io.ashlar.simulation.workload;

import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.SerializabilityChecker;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.TransactionRecord;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Transactions of random reads and writes over few keys. Everything that each of them saw and wrote
 * is kept, and the whole history goes to the {@link SerializabilityChecker}.
 */
public final class SerializabilityWorkload implements Workload {
  private static final int STEPS_MAX = 7;
  private static final int READ_ONLY_PER_MILLION = 150_000;

  private final String keyPrefix;
  private final String markerPrefix;
  private final int keys;
  private final List<RecordedTransaction> history = new ArrayList<>();
  private final WorkloadCounts counts = new WorkloadCounts();
  private long lastId;
  private long readsChecked;

  /**
   * @param keys the fewer, the more conflicts
   */
  public SerializabilityWorkload(String prefix, int keys) {
    keyPrefix = prefix + "key/";
    markerPrefix = prefix + "marker/";
    this.keys = keys;
  }

  @Override
  public String name() {
    return "serializability";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  /** Reads that the checker compared with its model. */
  public long readsChecked() {
    return readsChecked;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    long id = ++lastId;
    RecordedTransaction record =
        new RecordedTransaction(id, Encoding.key(markerPrefix, id), client.moment());
    history.add(record);
    boolean readOnly = client.random().chance(READ_ONLY_PER_MILLION);
    int steps = 1 + client.random().nextInt(STEPS_MAX);
    return Attempt.run(client, transaction -> body(client, transaction, record, steps, readOnly))
        .thenCompose(
            attempt -> {
              record.end(client.moment(), attempt);
              counts.add(attempt.outcome(), attempt.error());
              return attempt.pause(client);
            });
  }

  private CompletableFuture<?> body(
      SimClient client,
      Transaction transaction,
      RecordedTransaction record,
      int steps,
      boolean readOnly) {
    SeededRandom random = client.random();
    if (!readOnly) {
      record.mark(transaction);
      if (random.chance(150_000)) {
        // A blind writer: it has no read version that it knows of.
        for (int i = 0; i < steps; i++) {
          write(random, transaction, record, i);
        }
        return CompletableFuture.completedFuture(null);
      }
    }
    return transaction
        .getReadVersion()
        .thenCompose(
            version -> {
              record.setReadVersion(version);
              return steps(random, transaction, record, steps, readOnly);
            });
  }

  private CompletableFuture<?> steps(
      SeededRandom random,
      Transaction transaction,
      RecordedTransaction record,
      int left,
      boolean readOnly) {
    if (left == 0) {
      return CompletableFuture.completedFuture(null);
    }
    if (readOnly || random.nextInt(100) < 55) {
      return read(random, transaction, record)
          .thenCompose(done -> steps(random, transaction, record, left - 1, readOnly));
    }
    write(random, transaction, record, left);
    return steps(random, transaction, record, left - 1, readOnly);
  }

  private CompletableFuture<?> read(
      SeededRandom random, Transaction transaction, RecordedTransaction record) {
    boolean snapshot = random.chance(150_000);
    ReadTransaction reader = snapshot ? transaction.snapshot() : transaction;
    int choice = random.nextInt(10);
    if (choice < 5) {
      return record.get(reader, key(random), snapshot);
    }
    if (choice < 6) {
      return record.getMany(reader, List.of(key(random), key(random), key(random)), snapshot);
    }
    long from = random.nextInt(keys);
    long to = from + 1 + random.nextInt(keys);
    int limit = random.nextBoolean() ? 0 : 1 + random.nextInt(5);
    return record.getRange(
        reader,
        Bytes.wrap(Encoding.key(keyPrefix, from)),
        Bytes.wrap(Encoding.key(keyPrefix, Math.min(to, keys))),
        limit,
        random.chance(300_000),
        snapshot);
  }

  private Bytes key(SeededRandom random) {
    return Bytes.wrap(Encoding.key(keyPrefix, random.nextInt(keys)));
  }

  private void write(
      SeededRandom random, Transaction transaction, RecordedTransaction record, int step) {
    Bytes key = key(random);
    Bytes unique = Bytes.wrap(Encoding.bigEndian(record.id() * 16 + step));
    switch (random.nextInt(10)) {
      case 0, 1 -> record.clear(transaction, key);
      case 2 -> {
        long from = random.nextInt(keys);
        record.clearRange(
            transaction,
            Bytes.wrap(Encoding.key(keyPrefix, from)),
            Bytes.wrap(Encoding.key(keyPrefix, Math.min(keys, from + 1 + random.nextInt(4)))));
      }
      case 3, 4 -> record.add(transaction, key, Bytes.wrap(Encoding.littleEndian(step + 1)));
      default -> record.set(transaction, key, unique);
    }
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .database()
        .readAsync(
            transaction ->
                rows(transaction, keyPrefix)
                    .thenCombine(
                        rows(transaction, markerPrefix), (rows, markers) -> decide(rows, markers)));
  }

  private Violations decide(List<KeyValue> rows, List<KeyValue> markerRows) {
    Map<Long, Stamp> markers = new TreeMap<>();
    for (KeyValue row : markerRows) {
      markers.put(Encoding.number(markerPrefix, row.key().unsafeArray()), Stamp.of(row.value()));
    }
    List<TransactionRecord> records = new ArrayList<>();
    for (RecordedTransaction recorded : history) {
      records.add(recorded.toRecord());
    }
    SerializabilityChecker checker = new SerializabilityChecker();
    Violations violations = checker.check(Map.of(), records, markers, rows);
    readsChecked = checker.readsChecked();
    return violations;
  }

  private static CompletableFuture<List<KeyValue>> rows(
      ReadTransaction transaction, String prefix) {
    return transaction
        .getRange(Range.startsWith(Bytes.utf8(prefix).toArray()))
        .asList()
        .thenApply(RecordedTransaction::toCore);
  }
}
