package io.ashlar.simulation.workload;

import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.simulation.check.Ledger;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Clients append unique numbers to lists: some by reading the length and writing the next row, some
 * by an atomic operation on a value that holds the whole list. Acknowledged numbers are found
 * exactly once, failed ones never, those of unknown outcome at most once.
 */
public final class AppendWorkload implements Workload {
  private static final int LISTS = 4;

  /** Numbers in one value: far below the limit of values, so that an append always fits. */
  private static final int VALUE_NUMBERS_MAX = 400;

  private static final String LENGTH = "length/";
  private static final String ROW = "row/";
  private static final String VALUE = "value/";

  private final KeySpace keys;
  private final Ledger ledger = new Ledger();
  private final WorkloadCounts counts = new WorkloadCounts();

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
    int list = client.random().nextInt(LISTS);
    boolean atomic = client.random().nextBoolean();
    long deed = ledger.begin();
    return Attempt.run(
            client,
            transaction ->
                atomic ? appendToValue(transaction, deed) : appendRow(transaction, list, deed))
        .thenCompose(
            attempt -> {
              if (attempt.outcome() != Outcome.OPEN) {
                ledger.end(deed, attempt.outcome());
              }
              counts.add(attempt);
              return attempt.pause(client);
            });
  }

  private CompletableFuture<?> appendToValue(Transaction transaction, long deed) {
    transaction.mutate(
        MutationType.APPEND_IF_FITS,
        keys.fixed(VALUE, deed / VALUE_NUMBERS_MAX),
        Encoding.bigEndian(deed));
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<?> appendRow(Transaction transaction, int list, long deed) {
    byte[] lengthKey = keys.spread(LENGTH, list, LISTS);
    return transaction
        .get(lengthKey)
        .thenAccept(
            value -> {
              long length = value == null ? 0 : Encoding.bigEndian(value);
              transaction.set(
                  keys.spread(ROW, list, LISTS, Bytes.wrap(Encoding.bigEndian(length))),
                  Encoding.bigEndian(deed));
              transaction.set(lengthKey, Encoding.bigEndian(length + 1));
            });
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .patiently(transaction -> transaction.getRange(keys.all()).asList())
        .thenApply(
            rows -> {
              List<Long> found = numbers(rows);
              counts.settle(ledger, found);
              return ledger.check(found);
            });
  }

  /** All numbers that are in rows and values. */
  private static List<Long> numbers(List<KeyValue> rows) {
    List<Long> found = new ArrayList<>();
    for (KeyValue row : rows) {
      Bytes value = Bytes.wrap(row.getValue());
      if (!KeySpace.isNamed(Bytes.wrap(row.getKey()), LENGTH)) {
        for (int at = 0; at + Long.BYTES <= value.length(); at += Long.BYTES) {
          found.add(Encoding.bigEndian(value.slice(at, at + Long.BYTES).toArray()));
        }
      }
    }
    return found;
  }
}
