package io.ashlar.simulation.workload;

import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.AppendChecker;
import io.ashlar.simulation.check.AppendRead;
import io.ashlar.simulation.check.AppendRecord;
import io.ashlar.simulation.check.Ledger;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Clients append unique numbers to lists: some by reading the length and writing the next row, some
 * by an atomic operation on a value that holds the whole list, some in both ways at once. Others
 * read lists of both kinds at one version. What a list is at the end tells in which order all this
 * happened, and everything that was told and seen must agree with it. Some append once more in a
 * transaction that failed or was given up, whose own number must not be there.
 */
public final class AppendWorkload implements Workload {
  private static final int LISTS = 4;

  /** Numbers in one value: far below the limit of values, so that an append always fits. */
  private static final int VALUE_NUMBERS_MAX = 400;

  private static final int READER_PER_MILLION = 150_000;
  private static final int BOTH_PER_MILLION = 250_000;

  private static final String LENGTH = "length/";
  private static final String ROW = "row/";
  private static final String VALUE = "value/";

  private final KeySpace keys;
  private final Ledger ledger = new Ledger();
  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();

  /** All appends by their number, those that never ended too. */
  private final Map<Long, AppendRecord> appends = new TreeMap<>();

  private final List<AppendRead> reads = new ArrayList<>();
  private long steps;
  private long appendsBegun;
  private long lastDeed;

  public AppendWorkload(KeySpace keys) {
    this.keys = keys;
  }

  @Override
  public String name() {
    return "append";
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
    SeededRandom own = client.random().fork("append " + ++steps);
    if (own.chance(READER_PER_MILLION)) {
      return read(client, own);
    }
    int list = client.random().nextInt(LISTS);
    boolean atomic = client.random().nextBoolean();
    boolean both = own.chance(BOTH_PER_MILLION);
    boolean toValue = both || atomic;
    boolean toRows = both || !atomic;
    appendsBegun++;
    return Attempt.runTries(client, own.fork("tries"), () -> begin(list, toValue, toRows))
        .thenCompose(attempt -> attempt.pause(client));
  }

  /** Each try appends a number of its own. */
  private Attempt.Try begin(int list, boolean toValue, boolean toRows) {
    long deed = ledger.begin();
    lastDeed = deed;
    List<String> to = new ArrayList<>();
    if (toValue) {
      to.add(VALUE + valueOf(deed));
    }
    if (toRows) {
      to.add(ROW + list);
    }
    appends.put(deed, new AppendRecord(deed, to, Outcome.OPEN, null));
    return new Attempt.Try() {
      @Override
      public CompletableFuture<?> run(Transaction transaction) {
        if (toValue) {
          appendToValue(transaction, deed);
        }
        return toRows
            ? appendRow(transaction, list, deed)
            : CompletableFuture.completedFuture(null);
      }

      @Override
      public void ended(Attempt attempt) {
        if (attempt.outcome() != Outcome.OPEN) {
          ledger.end(deed, attempt.outcome());
        }
        appends.put(deed, new AppendRecord(deed, to, attempt.outcome(), attempt.stamp()));
        counts.add(attempt);
      }
    };
  }

  private static long valueOf(long deed) {
    return deed / VALUE_NUMBERS_MAX;
  }

  private void appendToValue(Transaction transaction, long deed) {
    transaction.mutate(
        MutationType.APPEND_IF_FITS, keys.fixed(VALUE, valueOf(deed)), Encoding.bigEndian(deed));
  }

  private byte[] lengthKey(int list) {
    return keys.spread(LENGTH, list, LISTS);
  }

  private CompletableFuture<?> appendRow(Transaction transaction, int list, long deed) {
    return transaction
        .get(lengthKey(list))
        .thenAccept(
            value -> {
              long length = value == null ? 0 : Encoding.bigEndian(value);
              transaction.set(
                  keys.spread(ROW, list, LISTS, Bytes.wrap(Encoding.bigEndian(length))),
                  Encoding.bigEndian(deed));
              transaction.set(lengthKey(list), Encoding.bigEndian(length + 1));
            });
  }

  // Reads

  private CompletableFuture<Void> read(SimClient client, SeededRandom own) {
    boolean snapshot = own.nextBoolean();
    long value = valueOf(lastDeed);
    int list = own.nextInt(LISTS);
    return Attempt.run(
            client,
            transaction ->
                transaction
                    .getReadVersion()
                    .thenCompose(
                        version -> {
                          ReadTransaction reader = snapshot ? transaction.snapshot() : transaction;
                          return see(reader, value, list, version);
                        }))
        .thenCompose(
            attempt -> {
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  private CompletableFuture<Void> see(ReadTransaction reader, long value, int list, long version) {
    CompletableFuture<byte[]> inValue = reader.get(keys.fixed(VALUE, value));
    CompletableFuture<byte[]> length = reader.get(lengthKey(list));
    return reader
        .getRange(Range.startsWith(keys.spread(ROW, list, LISTS)))
        .asList()
        .thenCombine(
            length,
            (rows, told) -> {
              List<Long> numbers = numbers(list, rows);
              checkLength(list, told, numbers.size());
              return numbers;
            })
        .thenCombine(
            inValue,
            (rows, bytes) -> {
              Map<String, List<Long>> seen = new TreeMap<>();
              seen.put(ROW + list, rows);
              seen.put(VALUE + value, numbers(bytes));
              reads.add(new AppendRead(version, seen));
              return null;
            });
  }

  private void checkLength(int list, byte[] told, int rows) {
    long length = told == null ? 0 : Encoding.bigEndian(told);
    if (length != rows) {
      violations.add("list " + list + " has " + rows + " rows, and its length is " + length);
    }
  }

  /** The numbers of the rows of a list, which must follow each other. */
  private List<Long> numbers(int list, List<KeyValue> rows) {
    List<Long> numbers = new ArrayList<>();
    for (KeyValue row : rows) {
      Bytes key = Bytes.wrap(row.getKey());
      long place = Encoding.bigEndian(keys.tail(ROW, key).toArray());
      if (place != numbers.size()) {
        violations.add(
            "list " + list + " has a row at " + place + " behind " + numbers.size() + " others");
      }
      numbers.add(Encoding.bigEndian(row.getValue()));
    }
    return numbers;
  }

  /** The numbers in a value, null for none. */
  private List<Long> numbers(byte[] value) {
    List<Long> numbers = new ArrayList<>();
    Bytes bytes = value == null ? Bytes.EMPTY : Bytes.wrap(value);
    if (bytes.length() % Long.BYTES != 0) {
      violations.add("a list of " + bytes.length() + " bytes");
    }
    for (int at = 0; at + Long.BYTES <= bytes.length(); at += Long.BYTES) {
      numbers.add(Encoding.bigEndian(bytes.slice(at, at + Long.BYTES).toArray()));
    }
    return numbers;
  }

  // The end

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .patiently(transaction -> transaction.getRange(keys.all()).asList())
        .thenApply(this::check);
  }

  private Violations check(List<KeyValue> rows) {
    Map<String, List<Long>> lists = new TreeMap<>();
    Map<Integer, List<KeyValue>> byList = new TreeMap<>();
    Map<Integer, byte[]> lengths = new TreeMap<>();
    for (KeyValue row : rows) {
      Bytes key = Bytes.wrap(row.getKey());
      if (keys.isNamed(key, VALUE)) {
        lists.put(VALUE + keys.number(VALUE, key), numbers(row.getValue()));
      } else if (keys.isNamed(key, ROW)) {
        int list = (int) keys.number(ROW, key);
        byList.computeIfAbsent(list, none -> new ArrayList<>()).add(row);
      } else if (keys.isNamed(key, LENGTH)) {
        lengths.put((int) keys.number(LENGTH, key), row.getValue());
      } else {
        violations.add("a row of nobody: " + row);
      }
    }
    for (int list = 0; list < LISTS; list++) {
      List<Long> numbers = numbers(list, byList.getOrDefault(list, List.of()));
      checkLength(list, lengths.get(list), numbers.size());
      lists.put(ROW + list, numbers);
    }
    TreeSet<Long> found = new TreeSet<>();
    lists.values().forEach(found::addAll);
    counts.settle(ledger, found);
    counts.count("lists read", reads.size());
    counts.count("appends after another", appends.size() - appendsBegun);
    violations.addAll(AppendChecker.check(appends.values(), reads, lists));
    return violations;
  }
}
