package io.ashlar.kv;

import io.ashlar.client.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Conditions, and what is done if all of them hold: for {@link KeyValueStore#apply}. Conditions
 * look at what is there before the batch; then puts and deletes are done in their order, all or
 * none. For one thread.
 */
public final class Batch<K, V> {
  private enum Need {
    PRESENT,
    ABSENT,
    VALUE,
    VERSION
  }

  private record Condition<K, V>(K key, Need need, V value, long version) {}

  private record Write<K, V>(K key, V value, Duration ttl) {}

  private final List<Condition<K, V>> conditions = new ArrayList<>();
  private final List<Write<K, V>> writes = new ArrayList<>();

  Batch() {}

  private Batch<K, V> when(K key, Need need, V value, long version) {
    Objects.requireNonNull(key, "the key is null");
    conditions.add(new Condition<>(key, need, value, version));
    return this;
  }

  /** If the key is there. */
  public Batch<K, V> ifPresent(K key) {
    return when(key, Need.PRESENT, null, 0);
  }

  /** If the key is not there. */
  public Batch<K, V> ifAbsent(K key) {
    return when(key, Need.ABSENT, null, 0);
  }

  /** If the key is there with this value, compared as bytes. */
  public Batch<K, V> ifValue(K key, V value) {
    return when(key, Need.VALUE, Objects.requireNonNull(value, "the value is null"), 0);
  }

  /** If the key is there and has not been written since it had this version. */
  public Batch<K, V> ifVersion(K key, long version) {
    return when(key, Need.VERSION, null, version);
  }

  /** Sets a key, for ever. */
  public Batch<K, V> put(K key, V value) {
    return put(key, value, KeyValueStore.FOREVER);
  }

  /** Sets a key, for some time. */
  public Batch<K, V> put(K key, V value, Duration ttl) {
    Objects.requireNonNull(key, "the key is null");
    Objects.requireNonNull(value, "the value is null");
    writes.add(new Write<>(key, value, Objects.requireNonNull(ttl, "the time to live is null")));
    return this;
  }

  /** Removes a key. */
  public Batch<K, V> delete(K key) {
    writes.add(new Write<>(Objects.requireNonNull(key, "the key is null"), null, null));
    return this;
  }

  /** As it is now, whatever becomes of it and of its keys and values. */
  Encoded encode(KeyValueStore<K, V> store) {
    List<EncodedCondition> allConditions = new ArrayList<>(conditions.size());
    for (Condition<K, V> one : conditions) {
      byte[] value = one.value() == null ? null : store.valueBytes(one.value());
      allConditions.add(
          new EncodedCondition(store.keyBytes(one.key()), one.need(), value, one.version()));
    }
    List<EncodedWrite> allWrites = new ArrayList<>(writes.size());
    for (Write<K, V> one : writes) {
      byte[] value = one.value() == null ? null : store.valueBytes(one.value());
      allWrites.add(new EncodedWrite(store.keyBytes(one.key()), value, one.ttl()));
    }
    return new Encoded(store.rows(), allConditions, allWrites);
  }

  private record EncodedCondition(byte[] key, Need need, byte[] value, long version) {
    boolean holds(Row row) {
      return switch (need) {
        case PRESENT -> row != null;
        case ABSENT -> row == null;
        case VALUE -> row != null && Arrays.equals(row.value(), value);
        case VERSION -> row != null && row.version() == version;
      };
    }
  }

  /** Without a value it is a delete. */
  private record EncodedWrite(byte[] key, byte[] value, Duration ttl) {
    boolean isTimed() {
      return value != null && !ttl.equals(KeyValueStore.FOREVER);
    }
  }

  /** A batch in bytes, which may be applied several times. */
  static final class Encoded {
    private final Rows rows;
    private final List<EncodedCondition> conditions;
    private final List<EncodedWrite> writes;

    private Encoded(Rows rows, List<EncodedCondition> conditions, List<EncodedWrite> writes) {
      this.rows = rows;
      this.conditions = conditions;
      this.writes = writes;
    }

    CompletableFuture<Boolean> applyTo(Transaction transaction) {
      List<byte[]> rowKeys =
          conditions.stream().map(condition -> rows.rowKey(condition.key())).toList();
      return transaction
          .getMany(rowKeys)
          .thenCompose(all -> rows.seen(transaction, all.stream().map(Row::decode).toList()))
          .thenCompose(
              found -> {
                for (int i = 0; i < conditions.size(); i++) {
                  if (!conditions.get(i).holds(found.get(i))) {
                    return CompletableFuture.completedFuture(false);
                  }
                }
                return write(transaction).thenApply(done -> true);
              });
    }

    private CompletableFuture<Void> write(Transaction transaction) {
      boolean isTimed = writes.stream().anyMatch(EncodedWrite::isTimed);
      CompletableFuture<Long> time =
          isTimed ? transaction.getStoreTime() : CompletableFuture.completedFuture(0L);
      return time.thenAccept(
          now -> {
            List<Rows.Write> all = new ArrayList<>(writes.size());
            for (EncodedWrite one : writes) {
              all.add(
                  one.value() == null
                      ? new Rows.Write(one.key(), null)
                      : KeyValueStore.write(
                          transaction,
                          one.key(),
                          one.value(),
                          KeyValueStore.expiryAt(now, one.ttl())));
            }
            rows.writeAll(transaction, all);
          });
    }
  }
}
