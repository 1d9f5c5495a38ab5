package io.ashlar.table;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.Limits;
import io.ashlar.layer.RangePart;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Looks whether rows and readable indexes of a table agree: that each row has its entries, and that
 * each entry is one of a row. It goes through rows and entries a batch in each transaction, while
 * they are written; what it says of a row and its entries holds at one version. It repairs what it
 * finds, if it is asked to: the rows are right, and indexes follow. What is no row it leaves as it
 * is, and tells its key.
 *
 * <p>Thread-safe.
 */
public final class Scrub<K, V> implements AutoCloseable {
  private static final int EXAMPLES_MAX = 20;

  /** So many entries of an index in one transaction: their rows are all in memory. */
  private static final int ENTRIES_MAX = 500;

  /** Of the rows, which are in no index. */
  private static final long NO_ID = -1;

  /**
   * What was found so far.
   *
   * @param rows that were looked at
   * @param entries that were looked at
   * @param missing entries that rows lack, or that say something else than the row
   * @param dangling entries of no row
   * @param repaired how many of these were put right. Of a batch of which nobody knows whether it
   *     was committed the most that one of its tries has found is told
   * @param corrupt rows that are none of this table; nobody knows what they were, so they are left
   *     as they are, with the entries that lead to them
   * @param examples the first of them, in words
   */
  public record Report(
      long rows,
      long entries,
      long missing,
      long dangling,
      long repaired,
      long corrupt,
      List<String> examples) {
    static final Report NOTHING = new Report(0, 0, 0, 0, 0, 0, List.of());

    /** Whether rows and indexes agree, and rows can be read. */
    public boolean isClean() {
      return missing == 0 && dangling == 0 && corrupt == 0;
    }

    /** This one with the findings of another, if these are more. */
    Report orMore(Report other) {
      return other.missing + other.dangling <= missing + dangling
          ? this
          : new Report(
              rows,
              entries,
              other.missing,
              other.dangling,
              other.repaired,
              Math.max(corrupt, other.corrupt),
              other.examples);
    }

    Report plus(Report other) {
      List<String> both = new ArrayList<>(examples);
      both.addAll(other.examples());
      return new Report(
          rows + other.rows(),
          entries + other.entries(),
          missing + other.missing(),
          dangling + other.dangling(),
          repaired + other.repaired(),
          corrupt + other.corrupt(),
          List.copyOf(both.subList(0, Math.min(both.size(), EXAMPLES_MAX))));
    }
  }

  /**
   * Where it is.
   *
   * @param index whose entries it goes through, null while it goes through the rows
   * @param id of that index; it is another one when it was dropped and added again
   * @param last the last key that it has looked at, null at the beginning
   */
  private record Place(String index, long id, byte[] last) {
    static final Place BEGIN = new Place(null, NO_ID, null);

    static Place atBeginOf(Entries<?> index) {
      return new Place(index.name(), index.id(), null);
    }
  }

  /**
   * What one transaction has done.
   *
   * @param next null at the end
   */
  private record Done(Report report, Place next) {}

  private final Table<K, V> table;
  private final boolean repairs;
  private final Pass<Done> pass;
  private Place place = Place.BEGIN;
  private Report report = Report.NOTHING;

  /** The most that was found by a transaction at this place that may have been committed. */
  private Report doubtful = Report.NOTHING;

  Scrub(Database database, Table<K, V> table, boolean repairs, PassOptions options) {
    this.table = table;
    this.repairs = repairs;
    // Who repairs and does so twice finds nothing the second time.
    this.pass =
        repairs
            ? new Pass<>(database, options, this::step, this::note, this::doubt)
            : new Pass<>(database, options, this::step, this::note);
  }

  /** Goes once through everything; completes at the end, or after {@link #close}. */
  public CompletableFuture<Report> run() {
    return pass.run().thenApply(done -> report());
  }

  /** Goes on for one transaction. */
  public CompletableFuture<Report> stepOnce() {
    return pass.stepOnce().thenApply(more -> report());
  }

  /** What was found so far. */
  public synchronized Report report() {
    return report;
  }

  /** Stops after the transaction that is under way; does not wait for that. */
  @Override
  public void close() {
    pass.close();
  }

  /** It may have repaired what it has told of, and is made again. */
  private synchronized void doubt(Done done) {
    doubtful = doubtful.orMore(done.report());
  }

  private synchronized boolean note(Done done) {
    report = report.plus(done.report().orMore(doubtful));
    doubtful = Report.NOTHING;
    place = done.next();
    return place != null;
  }

  private synchronized Place place() {
    return place;
  }

  private CompletableFuture<Done> step(Transaction transaction, int batchMax) {
    Place at = place();
    if (at == null) {
      return CompletableFuture.completedFuture(new Done(Report.NOTHING, null));
    }
    return table
        .schema(transaction)
        .thenCompose(
            schema -> {
              List<Entries<V>> readable =
                  table.kept(schema).stream().filter(index -> !index.isBuilding()).toList();
              if (at.index() == null) {
                return rows(transaction, readable, at, batchMax);
              }
              for (Entries<V> index : readable) {
                if (index.name().equals(at.index())) {
                  // Behind a key of the one that was dropped are the entries of other indexes.
                  Place here = index.id() == at.id() ? at : Place.atBeginOf(index);
                  return entries(transaction, readable, index, here, batchMax);
                }
              }
              return CompletableFuture.completedFuture(
                  new Done(Report.NOTHING, after(readable, at.index())));
            });
  }

  /** The first index behind {@code name} in their order, from its beginning. */
  private Place after(List<Entries<V>> readable, String name) {
    for (Entries<V> index : readable) {
      if (name == null || index.name().compareTo(name) > 0) {
        return Place.atBeginOf(index);
      }
    }
    return null;
  }

  private static CompletableFuture<RangePart> read(
      Transaction transaction, Subspace place, byte[] last, int batchMax) {
    Range all = Layout.all(place);
    Check.that(last == null || place.contains(last), "went on from where it was not");
    Range rest = new Range(last == null ? all.begin : Layout.after(last), all.end);
    return Pass.read(transaction, rest, batchMax);
  }

  private Place next(List<Entries<V>> readable, Place at, RangePart part) {
    return part.hasMore()
        ? new Place(at.index(), at.id(), part.rows().get(part.rows().size() - 1).getKey())
        : after(readable, at.index());
  }

  /** An entry that a row must have. */
  private record Wanted(Entries<?> index, Tuple key, byte[] entryKey, byte[] value) {}

  private CompletableFuture<Done> rows(
      Transaction transaction, List<Entries<V>> readable, Place at, int batchMax) {
    return read(transaction, table.layout().rows(), at.last(), batchMax)
        .thenCompose(
            part -> {
              List<KeyValue> rows = part.rows();
              List<Wanted> wanted = new ArrayList<>();
              List<String> impossible = new ArrayList<>();
              List<String> corrupt = new ArrayList<>();
              for (KeyValue row : rows) {
                try {
                  want(row, readable, wanted, impossible);
                } catch (TableException e) {
                  corrupt.add(
                      Bytes.copyOf(row.getKey()).printable(60)
                          + ": "
                          + unlessCorrupt(e).getMessage());
                }
              }
              Report found = new Report(0, 0, impossible.size(), 0, 0, 0, impossible);
              Report unread = new Report(0, 0, 0, 0, 0, corrupt.size(), corrupt);
              return transaction
                  .getMany(wanted.stream().map(Wanted::entryKey).toList())
                  .thenApply(
                      there ->
                          new Done(
                              compare(transaction, rows.size(), wanted, there)
                                  .plus(found)
                                  .plus(unread),
                              next(readable, at, part)));
            });
  }

  /** What is not of this table is told and passed over; all else ends the scrub. */
  private static TableException unlessCorrupt(TableException thrown) {
    if (thrown.reason() != Reason.CORRUPT) {
      throw thrown;
    }
    return thrown;
  }

  private void want(
      KeyValue row, List<Entries<V>> readable, List<Wanted> wanted, List<String> impossible) {
    Tuple key = table.layout().keyOfRow(row.getKey());
    V decoded = table.decode(key, row.getValue());
    for (Entries<V> index : readable) {
      index
          .of(decoded, key)
          .forEach(
              (entryKey, value) -> {
                if (Entries.fits(entryKey, value)) {
                  wanted.add(new Wanted(index, key, entryKey, value));
                } else {
                  impossible.add(index.tooLarge(key, entryKey, value).getMessage());
                }
              });
    }
  }

  private Report compare(
      Transaction transaction, int rows, List<Wanted> wanted, List<byte[]> found) {
    long missing = 0;
    long repaired = 0;
    List<String> examples = new ArrayList<>();
    // What this transaction has set itself, which was not read again.
    Set<byte[]> taken = new TreeSet<>(Arrays::compareUnsigned);
    for (int i = 0; i < wanted.size(); i++) {
      Wanted entry = wanted.get(i);
      byte[] there = found.get(i);
      if (!Arrays.equals(entry.value(), there)) {
        missing++;
        examples.add(
            "the row "
                + entry.key()
                + " has no entry "
                + entry.index().values(entry.entryKey())
                + " in the index "
                + entry.index().name());
        // What another row has in a unique index is a question for people.
        boolean isOthers =
            entry.index().isUnique() && there != null && isOthers(there, entry.key());
        if (repairs && !isOthers && taken.add(entry.entryKey())) {
          transaction.set(entry.entryKey(), entry.value());
          repaired++;
        }
      }
    }
    return new Report(rows, 0, missing, 0, repaired, 0, examples);
  }

  private static boolean isOthers(byte[] value, Tuple key) {
    try {
      return !Entries.ownerOf(value).equals(key);
    } catch (TableException e) {
      unlessCorrupt(e);
      return false;
    }
  }

  /**
   * An entry that is there.
   *
   * @param key of the row to which it leads; null for what is no entry
   */
  private record There(byte[] entryKey, Tuple key) {}

  private There there(Entries<V> index, KeyValue entry) {
    try {
      Tuple key = index.keyOf(entry);
      boolean canBe = table.layout().rowKey(key).length <= Limits.KEY_BYTES_MAX;
      return new There(entry.getKey(), canBe ? key : null);
    } catch (TableException e) {
      unlessCorrupt(e);
      return new There(entry.getKey(), null);
    }
  }

  private CompletableFuture<Done> entries(
      Transaction transaction,
      List<Entries<V>> readable,
      Entries<V> index,
      Place at,
      int batchMax) {
    return read(transaction, index.place(), at.last(), Math.min(batchMax, ENTRIES_MAX))
        .thenCompose(
            part -> {
              List<There> entries = part.rows().stream().map(entry -> there(index, entry)).toList();
              List<byte[]> rowKeys =
                  entries.stream()
                      .filter(entry -> entry.key() != null)
                      .map(entry -> table.layout().rowKey(entry.key()))
                      .toList();
              return transaction
                  .getMany(rowKeys)
                  .thenApply(
                      rows ->
                          new Done(
                              compare(transaction, index, entries, rows.iterator()),
                              next(readable, at, part)));
            });
  }

  /**
   * @param rows of those entries that lead to one
   */
  private Report compare(
      Transaction transaction, Entries<V> index, List<There> entries, Iterator<byte[]> rows) {
    long dangling = 0;
    long repaired = 0;
    List<String> examples = new ArrayList<>();
    for (There entry : entries) {
      if (entry.key() == null || !isOf(index, entry, rows.next())) {
        dangling++;
        examples.add(
            "the entry "
                + Bytes.copyOf(entry.entryKey()).printable(60)
                + " of the index "
                + index.name()
                + (entry.key() == null
                    ? " leads to no row"
                    : " is not one of the row " + entry.key()));
        if (repairs) {
          transaction.clear(entry.entryKey());
          repaired++;
        }
      }
    }
    return new Report(0, entries.size(), 0, dangling, repaired, 0, examples);
  }

  /** Whether it is an entry of the row; of one that nobody can read it may be. */
  private boolean isOf(Entries<V> index, There entry, byte[] row) {
    try {
      V decoded = table.decode(entry.key(), row);
      return index.of(decoded, entry.key()).containsKey(entry.entryKey());
    } catch (TableException e) {
      unlessCorrupt(e);
      return true;
    }
  }
}
