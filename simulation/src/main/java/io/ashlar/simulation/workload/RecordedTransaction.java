package io.ashlar.simulation.workload;

import io.ashlar.client.MutationType;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.Step;
import io.ashlar.simulation.check.TransactionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What one transaction does and sees, kept while it does it. */
final class RecordedTransaction {
  private final long id;
  private final byte[] markerKey;
  private final long begunAt;
  private final List<Step> steps = new ArrayList<>();
  private long endedAt = Long.MAX_VALUE;
  private long readVersion = -1;
  private Outcome outcome = Outcome.OPEN;
  private Stamp stamp;

  RecordedTransaction(long id, byte[] markerKey, long begunAt) {
    this.id = id;
    this.markerKey = markerKey;
    this.begunAt = begunAt;
  }

  long id() {
    return id;
  }

  void setReadVersion(long version) {
    readVersion = version;
  }

  /** Leaves the stamp in the data, so that an unknown outcome can be resolved at the end. */
  void mark(Transaction transaction) {
    transaction.mutate(MutationType.SET_VERSIONSTAMPED_VALUE, markerKey, Encoding.stampedValue());
  }

  void end(long moment, Attempt attempt) {
    outcome = attempt.outcome();
    stamp = attempt.stamp();
    endedAt = outcome == Outcome.OPEN ? Long.MAX_VALUE : moment;
  }

  TransactionRecord toRecord() {
    return new TransactionRecord(id, begunAt, endedAt, readVersion, steps, outcome, stamp);
  }

  CompletableFuture<?> get(ReadTransaction reader, Bytes key, boolean snapshot) {
    return reader
        .get(key.toArray())
        .thenAccept(value -> steps.add(new Step.PointRead(key, wrapped(value), snapshot)));
  }

  CompletableFuture<?> getMany(ReadTransaction reader, List<Bytes> keys, boolean snapshot) {
    List<byte[]> arrays = keys.stream().map(Bytes::toArray).toList();
    return reader
        .getMany(arrays)
        .thenAccept(
            values -> {
              for (int i = 0; i < keys.size(); i++) {
                steps.add(new Step.PointRead(keys.get(i), wrapped(values.get(i)), snapshot));
              }
            });
  }

  CompletableFuture<?> getRange(
      ReadTransaction reader, Bytes begin, Bytes end, int limit, boolean reverse, boolean snap) {
    return reader
        .getRange(begin.toArray(), end.toArray(), limit, reverse)
        .asList()
        .thenAccept(
            rows -> steps.add(new Step.RangeRead(begin, end, limit, reverse, toCore(rows), snap)));
  }

  private static Bytes wrapped(byte[] value) {
    return value == null ? null : Bytes.wrap(value);
  }

  static List<KeyValue> toCore(List<io.ashlar.client.KeyValue> rows) {
    List<KeyValue> found = new ArrayList<>();
    for (io.ashlar.client.KeyValue row : rows) {
      found.add(new KeyValue(Bytes.wrap(row.getKey()), Bytes.wrap(row.getValue())));
    }
    return found;
  }

  void set(Transaction transaction, Bytes key, Bytes value) {
    transaction.set(key.toArray(), value.toArray());
    steps.add(new Step.Write(Mutation.set(key, value)));
  }

  void clear(Transaction transaction, Bytes key) {
    transaction.clear(key.toArray());
    steps.add(new Step.Write(Mutation.clearRange(key, Keys.after(key))));
  }

  void clearRange(Transaction transaction, Bytes begin, Bytes end) {
    transaction.clear(begin.toArray(), end.toArray());
    steps.add(new Step.Write(Mutation.clearRange(begin, end)));
  }

  void add(Transaction transaction, Bytes key, Bytes amount) {
    transaction.mutate(MutationType.ADD, key.toArray(), amount.toArray());
    steps.add(new Step.Write(new Mutation(io.ashlar.core.MutationType.ADD, key, amount)));
  }
}
