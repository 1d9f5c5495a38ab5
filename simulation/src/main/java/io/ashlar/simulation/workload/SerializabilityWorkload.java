package io.ashlar.simulation.workload;

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
 * is kept, and the whole history goes to the {@link SerializabilityChecker}. Some are tried again
 * on the same object: what the try before read and wrote is no part of the next one.
 */
public final class SerializabilityWorkload implements Workload {
  private static final int STEPS_MAX = 7;
  private static final int READ_ONLY_PER_MILLION = 150_000;

  private static final String KEY = "key/";
  private static final String MARKER = "marker/";

  private final KeySpace space;
  private final int keys;
  private final List<RecordedTransaction> history = new ArrayList<>();
  private final WorkloadCounts counts = new WorkloadCounts();
  private long stepsBegun;
  private long lastId;
  private long readsChecked;

  /**
   * @param keys the fewer, the more conflicts
   */
  public SerializabilityWorkload(KeySpace space, int keys) {
    this.space = space;
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
    SeededRandom own = client.random().fork("serializability " + ++stepsBegun);
    boolean readOnly = client.random().chance(READ_ONLY_PER_MILLION);
    int steps = 1 + client.random().nextInt(STEPS_MAX);
    return Attempt.runTries(client, own, () -> begin(client, steps, readOnly))
        .thenCompose(attempt -> attempt.pause(client));
  }

  /** Each try is a transaction of its own in the history. */
  private Attempt.Try begin(SimClient client, int steps, boolean readOnly) {
    long id = ++lastId;
    RecordedTransaction record =
        new RecordedTransaction(id, space.fixed(MARKER, id), client.moment());
    history.add(record);
    return new Attempt.Try() {
      @Override
      public CompletableFuture<?> run(Transaction transaction) {
        return body(client, transaction, record, steps, readOnly);
      }

      @Override
      public void ended(Attempt attempt) {
        record.end(client.moment(), attempt);
        counts.add(attempt);
      }
    };
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
    return record.getRange(reader, key(from), end(to), limit, random.chance(300_000), snapshot);
  }

  private Bytes key(long number) {
    return Bytes.wrap(space.spread(KEY, number, keys));
  }

  /** The end of a range: the key of a number, or what lies behind all keys. */
  private Bytes end(long number) {
    return number < keys ? key(number) : space.behind();
  }

  private Bytes key(SeededRandom random) {
    return key(random.nextInt(keys));
  }

  private void write(
      SeededRandom random, Transaction transaction, RecordedTransaction record, int step) {
    Bytes key = key(random);
    Bytes unique = Bytes.wrap(Encoding.bigEndian(record.id() * 16 + step));
    switch (random.nextInt(10)) {
      case 0, 1 -> record.clear(transaction, key);
      case 2 -> {
        long from = random.nextInt(keys);
        record.clearRange(transaction, key(from), end(from + 1 + random.nextInt(4)));
      }
      case 3, 4 -> record.add(transaction, key, Bytes.wrap(Encoding.littleEndian(step + 1)));
      default -> record.set(transaction, key, unique);
    }
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .patiently(transaction -> transaction.getRange(space.all()).asList())
        .thenApply(rows -> decide(RecordedTransaction.toCore(rows)));
  }

  private Violations decide(List<KeyValue> found) {
    List<KeyValue> rows = new ArrayList<>();
    Map<Long, Stamp> markers = new TreeMap<>();
    for (KeyValue row : found) {
      if (space.isNamed(row.key(), MARKER)) {
        markers.put(space.number(MARKER, row.key()), Stamp.of(row.value()));
      } else {
        rows.add(row);
      }
    }
    List<TransactionRecord> records = new ArrayList<>();
    for (RecordedTransaction recorded : history) {
      records.add(recorded.toRecord());
    }
    SerializabilityChecker checker = new SerializabilityChecker();
    Violations violations = checker.check(Map.of(), records, markers, rows);
    readsChecked = checker.readsChecked();
    counts.count("tries after another", lastId - stepsBegun);
    return violations;
  }
}
