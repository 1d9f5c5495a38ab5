package io.ashlar.table;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.Transaction;
import io.ashlar.layer.RangePart;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Builds an index while rows are written: goes through the rows by primary key, a batch in each
 * transaction, and makes the index readable with the last one.
 *
 * <p>Everyone who writes keeps the index from the moment it was added, so only rows from before are
 * missing: it ends at the last row that there is when it begins. A batch is committed only if none
 * of its rows has changed since it was read, and none has come between them; who writes does not
 * wait for it. How far it has come is kept in the table: it goes on where it was when it is started
 * again, also by another process, and any number of them may run.
 *
 * <p>When rows turn out to have the same values in a unique index, it fails with {@code
 * NOT_UNIQUE}, and with {@code ENTRY_TOO_LARGE} at a row with a value that is too long for an
 * entry; the index stays as it is. Change the row that the message names and start again, or drop
 * the index.
 *
 * <p>Thread-safe.
 */
public final class IndexBuild<K, V> implements AutoCloseable {
  /**
   * How far it is.
   *
   * @param rows that it has been through, of this and of earlier starts
   * @param finished whether the index is readable
   */
  public record Progress(long rows, boolean finished) {}

  private final Table<K, V> table;
  private final Index<V> index;
  private final Pass<Progress> pass;
  private Progress progress = new Progress(0, false);

  IndexBuild(Database database, Table<K, V> table, Index<V> index, PassOptions options) {
    this.table = table;
    this.index = index;
    this.pass = new Pass<>(database, options, this::step, this::note);
  }

  /** Builds until the index is readable, or until {@link #close}. */
  public CompletableFuture<Progress> run() {
    return pass.run().thenApply(done -> progress());
  }

  /** Builds for one transaction. */
  public CompletableFuture<Progress> stepOnce() {
    return pass.stepOnce().thenApply(more -> progress());
  }

  /** How far it was after the last transaction. */
  public synchronized Progress progress() {
    return progress;
  }

  private synchronized boolean note(Progress told) {
    progress = new Progress(Math.max(progress.rows(), told.rows()), told.finished());
    return !told.finished();
  }

  /** Stops after the transaction that is under way; does not wait for that. */
  @Override
  public void close() {
    pass.close();
  }

  private CompletableFuture<Progress> step(Transaction transaction, int batchMax) {
    return table
        .schema(transaction)
        .thenCompose(
            schema -> {
              TableSchema.Stored stored = Table.stored(schema, index.name());
              if (stored.state() == IndexState.READABLE) {
                return CompletableFuture.completedFuture(new Progress(0, true));
              }
              if (stored.state() == IndexState.DROPPED) {
                throw new TableException(
                    Reason.INDEX_NOT_READABLE, "the index " + index.name() + " was dropped");
              }
              SchemaCheck.index(index.name(), stored, index);
              Entries<V> entries = new Entries<>(table.layout(), index, stored);
              return transaction
                  .get(table.layout().buildKey(stored.id()))
                  .thenCompose(bytes -> markWithLast(transaction, Mark.decode(bytes)))
                  .thenCompose(mark -> batch(transaction, schema, entries, mark, batchMax));
            });
  }

  /**
   * How far the build has come, as it is kept in the table.
   *
   * @param rows that it has been through
   * @param reached the key of the last one of them; null before the first
   * @param last the key of the last row that may lack an entry; null when nobody has looked, or
   *     when there are no rows
   */
  private record Mark(long rows, byte[] reached, byte[] last) {
    /**
     * Null for null: it has not begun. Before {@code last} was kept, marks had no third element.
     */
    static Mark decode(byte[] bytes) {
      if (bytes == null) {
        return new Mark(0, null, null);
      }
      Tuple mark = Tuple.fromBytes(bytes);
      return new Mark(mark.getLong(0), mark.getBytes(1), mark.size() > 2 ? mark.getBytes(2) : null);
    }

    byte[] encode() {
      return Tuple.from(rows, reached, last).pack();
    }
  }

  /**
   * Everyone keeps the index at the version at which this looks, so who inserts a row behind the
   * last one there writes its entries himself. Otherwise the build would have to catch up with all
   * that is inserted at the end, and could never be committed where that is much.
   */
  private CompletableFuture<Mark> markWithLast(Transaction transaction, Mark mark) {
    if (mark.last() != null) {
      return CompletableFuture.completedFuture(mark);
    }
    return transaction
        .snapshot()
        .getRange(Layout.all(table.layout().rows()), 1, true)
        .asList()
        .thenApply(
            rows ->
                new Mark(
                    mark.rows(), mark.reached(), rows.isEmpty() ? null : rows.get(0).getKey()));
  }

  private CompletableFuture<Progress> batch(
      Transaction transaction, TableSchema schema, Entries<V> entries, Mark mark, int batchMax) {
    Layout layout = table.layout();
    return rowsBehind(transaction, mark, batchMax)
        .thenCompose(
            part -> {
              List<KeyValue> rows = part.rows();
              KindsNoted noted = new KindsNoted(schema);
              return writeEntries(transaction, entries, rows, noted)
                  .thenApply(
                      done -> {
                        long count = mark.rows() + rows.size();
                        byte[] place = layout.buildKey(entries.id());
                        byte[] reached = rows.isEmpty() ? null : rows.get(rows.size() - 1).getKey();
                        boolean finished = !part.hasMore() || Arrays.equals(reached, mark.last());
                        if (finished) {
                          TableSchema changed =
                              noted.added().with(index.name(), IndexState.READABLE, index.shape());
                          transaction.set(layout.schemaKey(), changed.encode());
                          transaction.clear(place);
                        } else {
                          transaction.set(place, new Mark(count, reached, mark.last()).encode());
                          noted.write(transaction, layout);
                        }
                        return new Progress(count, finished);
                      });
            });
  }

  /** Read with read conflicts: an entry must not be written for a row that is not so any more. */
  private CompletableFuture<RangePart> rowsBehind(
      Transaction transaction, Mark mark, int batchMax) {
    byte[] begin =
        mark.reached() == null
            ? Layout.all(table.layout().rows()).begin
            : Layout.after(mark.reached());
    if (mark.last() == null || Arrays.compareUnsigned(begin, mark.last()) > 0) {
      return CompletableFuture.completedFuture(new RangePart(List.of(), false));
    }
    Range range = new Range(begin, Layout.after(mark.last()));
    return Pass.read(transaction, range, batchMax);
  }

  private CompletableFuture<Void> writeEntries(
      Transaction transaction, Entries<V> entries, List<KeyValue> rows, KindsNoted noted) {
    Map<byte[], byte[]> wanted = new TreeMap<>(Arrays::compareUnsigned);
    for (KeyValue row : rows) {
      Tuple key = table.layout().keyOfRow(row.getKey());
      entries
          .of(table.decode(key, row.getValue()), key, noted)
          .forEach(
              (entryKey, value) -> {
                if (!Entries.fits(entryKey, value)) {
                  throw entries.tooLarge(key, entryKey, value);
                }
                byte[] other = wanted.put(entryKey, value);
                if (other != null) {
                  throw IndexWrites.notUnique(entries, entryKey, key, Entries.ownerOf(other));
                }
              });
    }
    if (!entries.isUnique()) {
      wanted.forEach(transaction::set);
      return CompletableFuture.completedFuture(null);
    }
    List<byte[]> keys = new ArrayList<>(wanted.keySet());
    return transaction
        .getMany(keys)
        .thenAccept(
            found -> {
              for (int i = 0; i < keys.size(); i++) {
                byte[] value = wanted.get(keys.get(i));
                Tuple owner = Entries.ownerOf(value);
                Tuple other = found.get(i) == null ? owner : Entries.ownerOf(found.get(i));
                if (!other.equals(owner)) {
                  throw IndexWrites.notUnique(entries, keys.get(i), owner, other);
                }
                transaction.set(keys.get(i), value);
              }
            });
  }
}
