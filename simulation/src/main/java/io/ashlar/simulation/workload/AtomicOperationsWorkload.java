package io.ashlar.simulation.workload;

import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Limits;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.AtomicLogChecker;
import io.ashlar.simulation.check.Ledger;
import io.ashlar.simulation.check.LoggedOperation;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.StampedTemplate;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Transactions change a few keys by every kind of mutation without reading them, several at once,
 * and log what they do under their versionstamps. At every version each value is what its log makes
 * of nothing; at the end exactly the committed operations are there. A few append more than fits.
 */
public final class AtomicOperationsWorkload implements Workload {
  private static final int READER_PER_MILLION = 80_000;
  private static final int TOGETHER_MAX = 3;
  private static final int OPERATIONS_MAX = 4;
  private static final int SEQUENCES = 64;

  /** How many transactions in a million reach the limit of values. */
  private static final int TOO_MUCH_PER_MILLION = 4_000;

  /** Operands from this length on are large. */
  private static final int LARGE_BYTES = 1_000;

  /** In the log, beside the type of an operation with a large operand. */
  private static final int LARGE = 0x80;

  private static final String VALUE = "value/";
  private static final String LOG = "zlog/";

  private final KeySpace keys;
  private final int count;
  private final Ledger ledger = new Ledger();
  private final Map<Long, Stamp> stamps = new TreeMap<>();
  private final Map<Long, Integer> logged = new TreeMap<>();
  private final AtomicLogChecker checker = new AtomicLogChecker();
  private final WorkloadCounts counts = new WorkloadCounts();
  private long steps;

  /**
   * @param count of keys; the fewer, the more often two change one in one batch
   */
  public AtomicOperationsWorkload(KeySpace keys, int count) {
    this.keys = keys;
    this.count = count;
  }

  @Override
  public String name() {
    return "atomic-operations";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  private byte[] value(int key) {
    return keys.spread(VALUE, key, 2L * count);
  }

  /** Logs are behind all values: who clears several of these leaves them alone. */
  private Range log(int key) {
    return Range.startsWith(keys.spread(LOG, (long) count + key, 2L * count));
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    SeededRandom random = client.random().fork("atomic-operations " + ++steps);
    if (random.chance(READER_PER_MILLION)) {
      int key = random.nextInt(count);
      boolean snapshot = random.nextBoolean();
      return Attempt.run(
              client, transaction -> compare(snapshot ? transaction.snapshot() : transaction, key))
          .thenCompose(
              attempt -> {
                counts.add(attempt);
                return attempt.pause(client);
              });
    }
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 1 + random.nextInt(TOGETHER_MAX); i > 0; i--) {
      all.add(transact(client, random.fork("transaction " + i)));
    }
    return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
  }

  private CompletableFuture<Void> transact(SimClient client, SeededRandom random) {
    long deed = ledger.begin();
    return Attempt.run(client, transaction -> operate(transaction, deed, random))
        .thenCompose(
            attempt -> {
              if (attempt.outcome() != Outcome.OPEN) {
                ledger.end(deed, attempt.outcome());
              }
              if (attempt.isCommitted()) {
                stamps.put(deed, attempt.stamp());
              }
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  private CompletableFuture<?> operate(Transaction transaction, long deed, SeededRandom random) {
    SeededRandom rare = random.fork("too much");
    if (rare.chance(TOO_MUCH_PER_MILLION)) {
      appendTooMuch(new Operations(transaction, deed), rare);
      return CompletableFuture.completedFuture(null);
    }
    int key = random.nextInt(count);
    if (!random.chance(200_000)) {
      operate(transaction, new Operations(transaction, deed), random, key, null);
      return CompletableFuture.completedFuture(null);
    }
    // Without a conflict: by the commit the value may be another, and the comparison fail.
    return transaction
        .snapshot()
        .get(value(key))
        .thenAccept(
            current -> {
              Operations operations = new Operations(transaction, deed);
              if (current != null && current.length < LARGE_BYTES) {
                operations.mutate(
                    MutationType.COMPARE_AND_CLEAR, key, Bytes.wrap(current), random.nextBoolean());
              }
              Bytes seen =
                  current == null || current.length >= LARGE_BYTES ? null : Bytes.wrap(current);
              operate(transaction, operations, random, key, seen);
            });
  }

  /** Appends until there is no more room, or just as much as there is. */
  private void appendTooMuch(Operations operations, SeededRandom random) {
    int key = random.nextInt(count);
    int length = random.nextInt(Limits.VALUE_BYTES_MAX * 4 / 10, Limits.VALUE_BYTES_MAX * 6 / 10);
    if (random.nextBoolean()) {
      operations.set(key, AtomicDraws.large(length, random));
    } else {
      operations.mutate(MutationType.APPEND_IF_FITS, key, AtomicDraws.large(length, random), true);
    }
    counts.count("appended up to the limit", 1);
    int room = Limits.VALUE_BYTES_MAX - length;
    int next = random.nextInt(room - 1, room + 2);
    operations.mutate(MutationType.APPEND_IF_FITS, key, AtomicDraws.large(next, random), true);
    // What fits is appended also after something that did not.
    Bytes little = AtomicDraws.operand(MutationType.APPEND_IF_FITS, null, random);
    operations.mutate(MutationType.APPEND_IF_FITS, key, little, true);
    logged.put(operations.deed, operations.sequence);
  }

  private void operate(
      Transaction transaction,
      Operations operations,
      SeededRandom random,
      int firstKey,
      Bytes current) {
    int key = firstKey;
    Bytes known = current;
    for (int i = 1 + random.nextInt(OPERATIONS_MAX); i > 0; i--) {
      MutationType type = AtomicDraws.type(random);
      Bytes operand = AtomicDraws.operand(type, known, random);
      switch (random.nextInt(12)) {
        case 0, 1 -> {
          known = operand;
          operations.set(key, operand);
        }
        case 2 -> operations.clear(key, key + 1);
        case 3 -> operations.clear(key, key + 1 + random.nextInt(Math.min(3, count - key)));
        case 4 -> {
          Bytes template = StampedTemplate.of(operand, known == null ? Bytes.EMPTY : known);
          operations.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, key, template, true);
        }
        default -> operations.mutate(type, key, operand, true);
      }
      if (random.nextBoolean()) {
        key = random.nextInt(count);
        known = null;
      }
    }
    logged.put(operations.deed, operations.sequence);
  }

  /** What one transaction does, each with a row in the log. */
  private final class Operations {
    private final Transaction transaction;
    private final long deed;
    private int sequence;

    Operations(Transaction transaction, long deed) {
      this.transaction = transaction;
      this.deed = deed;
    }

    void set(int key, Bytes value) {
      log(key, io.ashlar.core.MutationType.SET, value);
      transaction.set(value(key), value.toArray());
    }

    void clear(int from, int to) {
      for (int key = from; key < to; key++) {
        log(key, io.ashlar.core.MutationType.CLEAR_RANGE, Bytes.EMPTY);
      }
      if (to == from + 1) {
        transaction.clear(value(from));
      } else {
        transaction.clear(value(from), Range.startsWith(value(to - 1)).end);
      }
    }

    void mutate(MutationType type, int key, Bytes operand, boolean logFirst) {
      if (logFirst) {
        log(key, AtomicDraws.core(type), operand);
      }
      transaction.mutate(type, value(key), operand.toArray());
      if (!logFirst) {
        log(key, AtomicDraws.core(type), operand);
      }
    }

    private void log(int key, io.ashlar.core.MutationType type, Bytes operand) {
      byte[] row = keys.stamped(LOG, (long) count + key, 2L * count, deed * SEQUENCES + sequence++);
      transaction.mutate(MutationType.SET_VERSIONSTAMPED_KEY, row, logged(type, operand).toArray());
    }
  }

  /** A large operand is one byte again and again, and logged as that. */
  private static Bytes logged(io.ashlar.core.MutationType type, Bytes operand) {
    ByteWriter writer = new ByteWriter(32);
    if (operand.length() < LARGE_BYTES) {
      return writer.putByte(type.code()).putRaw(operand).toBytes();
    }
    return writer
        .putByte(type.code() | LARGE)
        .putLong(operand.length())
        .putByte(operand.at(0))
        .toBytes();
  }

  /** Reads a value and its log at one version. */
  private CompletableFuture<List<LoggedOperation>> compare(ReadTransaction transaction, int key) {
    return transaction
        .get(value(key))
        .thenCombine(
            transaction.getRange(log(key)).asList(),
            (value, rows) -> {
              List<LoggedOperation> operations = new ArrayList<>();
              for (KeyValue row : rows) {
                operations.add(operation(row));
              }
              checker.compare("key " + key, value == null ? null : Bytes.wrap(value), operations);
              return operations;
            });
  }

  private LoggedOperation operation(KeyValue row) {
    Bytes tail = keys.tail(LOG, Bytes.wrap(row.getKey()));
    Stamp stamp = Stamp.of(tail.slice(0, Encoding.STAMP_BYTES));
    long number = Encoding.bigEndian(tail.slice(Encoding.STAMP_BYTES, tail.length()).toArray());
    Bytes what = Bytes.wrap(row.getValue());
    ByteReader reader = new ByteReader(what);
    int code = reader.getByte();
    boolean isLarge = (code & LARGE) != 0;
    Bytes operand =
        isLarge
            ? AtomicDraws.large((int) reader.getLong(), reader.getByte())
            : what.slice(1, what.length());
    return new LoggedOperation(
        stamp,
        number / SEQUENCES,
        (int) (number % SEQUENCES),
        io.ashlar.core.MutationType.ofCode(code & ~LARGE),
        operand);
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
    for (int i = 0; i < count; i++) {
      int key = i;
      all =
          all.thenCompose(
              done ->
                  client
                      .patiently(transaction -> compare(transaction, key))
                      .thenAccept(checker::take));
    }
    return all.thenApply(
        done -> {
          counts.count("operations compared", checker.foldedCount());
          return checker.finish(ledger, stamps, logged);
        });
  }
}
