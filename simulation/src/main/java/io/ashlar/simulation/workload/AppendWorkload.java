package io.ashlar.simulation.workload;

import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
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

  private final String lengthPrefix;
  private final String rowPrefix;
  private final String valuePrefix;
  private final Ledger ledger = new Ledger();
  private final WorkloadCounts counts = new WorkloadCounts();

  public AppendWorkload(String prefix) {
    lengthPrefix = prefix + "length/";
    rowPrefix = prefix + "row/";
    valuePrefix = prefix + "value/";
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
              counts.add(attempt.outcome(), attempt.error());
              return attempt.pause(client);
            });
  }

  private CompletableFuture<?> appendToValue(Transaction transaction, long deed) {
    transaction.mutate(
        MutationType.APPEND_IF_FITS,
        Encoding.key(valuePrefix, deed / VALUE_NUMBERS_MAX),
        Encoding.bigEndian(deed));
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<?> appendRow(Transaction transaction, int list, long deed) {
    byte[] lengthKey = Encoding.key(lengthPrefix, list);
    return transaction
        .get(lengthKey)
        .thenAccept(
            value -> {
              long length = value == null ? 0 : Encoding.bigEndian(value);
              transaction.set(
                  Encoding.key(rowPrefix, list, Encoding.bigEndian(length)),
                  Encoding.bigEndian(deed));
              transaction.set(lengthKey, Encoding.bigEndian(length + 1));
            });
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client
        .database()
        .readAsync(
            transaction ->
                numbers(transaction, rowPrefix)
                    .thenCombine(
                        numbers(transaction, valuePrefix),
                        (rows, values) -> {
                          rows.addAll(values);
                          return rows;
                        }))
        .thenApply(ledger::check);
  }

  /** All numbers in the values below a prefix. */
  private static CompletableFuture<List<Long>> numbers(ReadTransaction transaction, String prefix) {
    return transaction
        .getRange(Range.startsWith(Bytes.utf8(prefix).toArray()))
        .asList()
        .thenApply(
            rows -> {
              List<Long> found = new ArrayList<>();
              for (io.ashlar.client.KeyValue row : rows) {
                Bytes value = Bytes.wrap(row.getValue());
                for (int at = 0; at + Long.BYTES <= value.length(); at += Long.BYTES) {
                  found.add(Encoding.bigEndian(value.slice(at, at + Long.BYTES).toArray()));
                }
              }
              return found;
            });
  }
}
