package io.ashlar.table;

import io.ashlar.client.Transaction;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * What becomes of rows that change, and of their entries. Entries that stay as they are are not
 * written. Entries of unique indexes are looked at first, with a read conflict: of two who write
 * the same values one is not committed, and then finds the other. Nothing is written before all
 * have been looked at, so that a caller may go on with his transaction after a refusal.
 */
final class IndexWrites {
  /**
   * An entry.
   *
   * @param key the primary key of the row
   * @param value null to remove it
   */
  private record Change(Entries<?> index, Tuple key, byte[] entryKey, byte[] value) {
    /** While a unique index is built, what a row would have there may be another row's. */
    boolean mustLook() {
      return index.isUnique() && (value != null || index.isBuilding());
    }
  }

  private final Transaction transaction;
  private final List<Change> removals = new ArrayList<>();
  private final List<Change> additions = new ArrayList<>();

  IndexWrites(Transaction transaction) {
    this.transaction = transaction;
  }

  /**
   * Notes what changes in one index, for one row.
   *
   * <p>Rows from before the index may have entries that do not fit. They are not in the index, and
   * the index is not readable until they are changed; such a row may be written as long as it does
   * not get another entry of that kind, so that it can be put right step by step.
   */
  void add(
      Entries<?> index,
      Tuple key,
      SortedMap<byte[], byte[]> before,
      SortedMap<byte[], byte[]> after) {
    before.forEach(
        (entryKey, value) -> {
          if (!after.containsKey(entryKey) && Entries.fits(entryKey, value)) {
            removals.add(new Change(index, key, entryKey, null));
          }
        });
    after.forEach(
        (entryKey, value) -> {
          byte[] old = before.get(entryKey);
          if (old == null || !Arrays.equals(old, value)) {
            if (!Entries.fits(entryKey, value)) {
              throw index.tooLarge(key, entryKey, value);
            }
            additions.add(new Change(index, key, entryKey, value));
          }
        });
  }

  /** Writes the entries, and then what {@code rows} writes; or fails with {@code NOT_UNIQUE}. */
  CompletableFuture<Void> write(Runnable rows) {
    List<Change> looked =
        Stream.concat(removals.stream(), additions.stream()).filter(Change::mustLook).toList();
    if (looked.isEmpty()) {
      writeAll(rows);
      return CompletableFuture.completedFuture(null);
    }
    return transaction
        .getMany(looked.stream().map(Change::entryKey).toList())
        .thenAccept(
            found -> {
              look(looked, found);
              writeAll(rows);
            });
  }

  /** First all that goes: what one row gives up another may take. */
  private void writeAll(Runnable rows) {
    removals.forEach(change -> transaction.clear(change.entryKey()));
    additions.forEach(change -> transaction.set(change.entryKey(), change.value()));
    rows.run();
  }

  private void look(List<Change> looked, List<byte[]> found) {
    NavigableMap<byte[], Tuple> owners = new TreeMap<>(Arrays::compareUnsigned);
    for (int i = 0; i < looked.size(); i++) {
      if (found.get(i) != null) {
        owners.put(looked.get(i).entryKey(), Entries.ownerOf(found.get(i)));
      }
    }
    removals.removeIf(
        change -> change.mustLook() && isOthers(change, owners.get(change.entryKey())));
    for (Change change : removals) {
      owners.remove(change.entryKey());
    }
    for (Change change : additions) {
      if (change.index().isUnique()) {
        Tuple other = owners.put(change.entryKey(), change.key());
        if (isOthers(change, other)) {
          throw notUnique(change.index(), change.entryKey(), change.key(), other);
        }
      }
    }
  }

  private static boolean isOthers(Change change, Tuple owner) {
    return owner != null && !owner.equals(change.key());
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
}
