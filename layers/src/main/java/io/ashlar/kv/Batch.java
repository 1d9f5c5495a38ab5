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

  private record Write<K, V>(K key, V value, Duration ttl) {
    boolean isTimed() {
      return value != null && !ttl.equals(KeyValueStore.FOREVER);
    }
  }

  private final List<Condition<K, V>> conditions = new ArrayList<>();
  private final List<Write<K, V>> writes = new ArrayList<>();

  Batch() {}

  Batch<K, V> copy() {
    Batch<K, V> copy = new Batch<>();
    copy.conditions.addAll(conditions);
    copy.writes.addAll(writes);
    return copy;
  }

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

  CompletableFuture<Boolean> applyTo(Transaction transaction, KeyValueStore<K, V> store) {
    List<byte[]> rowKeys =
        conditions.stream()
            .map(condition -> store.rows().rowKey(store.keyBytes(condition.key())))
            .toList();
    return transaction
        .getMany(rowKeys)
        .thenCompose(all -> store.rows().seen(transaction, all.stream().map(Row::decode).toList()))
        .thenCompose(
            found -> {
              for (int i = 0; i < conditions.size(); i++) {
                if (!holds(conditions.get(i), found.get(i), store)) {
                  return CompletableFuture.completedFuture(false);
                }
              }
              return write(transaction, store).thenApply(done -> true);
            });
  }

  private boolean holds(Condition<K, V> condition, Row row, KeyValueStore<K, V> store) {
    return switch (condition.need()) {
      case PRESENT -> row != null;
      case ABSENT -> row == null;
      case VALUE -> row != null && Arrays.equals(row.value(), store.valueBytes(condition.value()));
      case VERSION -> row != null && row.version() == condition.version();
    };
  }

  private CompletableFuture<Void> write(Transaction transaction, KeyValueStore<K, V> store) {
    boolean isTimed = writes.stream().anyMatch(Write::isTimed);
    CompletableFuture<Long> time =
        isTimed ? transaction.getStoreTime() : CompletableFuture.completedFuture(0L);
    return time.thenAccept(
        now -> {
          List<Rows.Write> all = new ArrayList<>(writes.size());
          for (Write<K, V> one : writes) {
            byte[] key = store.keyBytes(one.key());
            all.add(
                one.value() == null
                    ? new Rows.Write(key, null)
                    : KeyValueStore.write(
                        transaction,
                        key,
                        store.valueBytes(one.value()),
                        KeyValueStore.expiryAt(now, one.ttl())));
          }
          store.rows().writeAll(transaction, all);
        });
  }
}
