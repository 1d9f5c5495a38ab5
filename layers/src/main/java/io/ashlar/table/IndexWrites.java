package io.ashlar.table;

import io.ashlar.client.Transaction;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * What becomes of a row that changes, and of its entries. Entries that stay as they are are not
 * written. Entries of unique indexes are looked at first, with a read conflict: of two who write
 * the same values one is not committed, and then finds the other. Nothing is written before all
 * have been looked at, so that a caller may go on with his transaction after {@code NOT_UNIQUE}.
 */
final class IndexWrites {
  /**
   * An entry.
   *
   * @param value null to remove it
   */
  private record Change(Entries<?> index, byte[] entryKey, byte[] value) {
    /** While a unique index is built, what a row would have there may be another row's. */
    boolean mustLook() {
      return index.isUnique() && (value != null || index.isBuilding());
    }
  }

  private final Transaction transaction;
  private final Tuple key;
  private final List<Change> changes = new ArrayList<>();

  IndexWrites(Transaction transaction, Tuple key) {
    this.transaction = transaction;
    this.key = key;
  }

  /** Notes what changes in one index. */
  void add(Entries<?> index, SortedMap<byte[], byte[]> before, SortedMap<byte[], byte[]> after) {
    for (byte[] entryKey : before.keySet()) {
      if (!after.containsKey(entryKey)) {
        changes.add(new Change(index, entryKey, null));
      }
    }
    after.forEach(
        (entryKey, value) -> {
          byte[] old = before.get(entryKey);
          if (old == null || !Arrays.equals(old, value)) {
            changes.add(new Change(index, entryKey, value));
          }
        });
  }

  /** Writes the entries, and then what {@code row} writes; or fails with {@code NOT_UNIQUE}. */
  CompletableFuture<Void> write(Runnable row) {
    List<Change> looked = changes.stream().filter(Change::mustLook).toList();
    if (looked.isEmpty()) {
      changes.forEach(this::write);
      row.run();
      return CompletableFuture.completedFuture(null);
    }
    return transaction
        .getMany(looked.stream().map(Change::entryKey).toList())
        .thenAccept(
            found -> {
              for (int i = 0; i < looked.size(); i++) {
                look(looked.get(i), found.get(i));
              }
              changes.forEach(this::write);
              row.run();
            });
  }

  private void look(Change change, byte[] found) {
    Tuple other = found == null ? key : Entries.ownerOf(found);
    if (other.equals(key)) {
      return;
    }
    if (change.value() == null) {
      changes.remove(change);
    } else {
      throw notUnique(change.index(), change.entryKey(), key, other);
    }
  }

  static TableException notUnique(Entries<?> index, byte[] entryKey, Tuple key, Tuple other) {
    return new TableException(
        Reason.NOT_UNIQUE,
        "the row "
            + key
            + " cannot have "
            + index.values(entryKey)
            + " in the index "
            + index.name()
            + ", the row "
            + other
            + " has it");
  }

  private void write(Change change) {
    if (change.value() == null) {
      transaction.clear(change.entryKey());
    } else {
      transaction.set(change.entryKey(), change.value());
    }
  }
}
