package io.ashlar.table;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;
import io.ashlar.layer.Calls;
import io.ashlar.layer.RangePart;
import io.ashlar.layer.Repeat;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Rows of a table in the order of an index, or of the primary key, in pages. Immutable: each of its
 * methods gives another one.
 *
 * <p>A page is read at one version; the next page may be read at a later one, and then shows what
 * was written meanwhile behind the place that was reached. Read all pages in one transaction to see
 * them at the same version, as far as that goes within the five seconds of a transaction; {@link
 * #forEach} goes through everything, however long it takes, at as many versions as it takes.
 *
 * <p>Numbers in conditions may be of another type than those in the column, if the column can have
 * that number: 5 finds 5.0. Else, and for all other types, {@code WRONG_KIND}; nulls are always
 * possible.
 */
public final class Query<K, V> {
  private static final byte FORWARD = 1;
  private static final byte BACKWARD = 2;
  private static final int LIMIT = 1_000;
  private static final int COUNT_LIMIT = 100_000;
  private static final byte[] NOTHING = new byte[0];

  /** Rows of an index that are read together: at most 10 MB. */
  private static final int ROUND_MAX = 100;

  /**
   * Which rows.
   *
   * @param equal in the first columns
   * @param from the next columns are these or later; null for no bound
   * @param to the next columns are before these; null for no bound
   * @param prefix with which the next column begins; null for none
   */
  private record Conditions(Tuple equal, Tuple from, Tuple to, String prefix) {}

  private final Table<K, V> table;
  private final String index;
  private final int columns;
  private final Conditions conditions;
  private final boolean reverse;
  private final int limit;

  private Query(
      Table<K, V> table,
      String index,
      int columns,
      Conditions conditions,
      boolean reverse,
      int limit) {
    this.table = table;
    this.index = index;
    this.columns = columns;
    this.conditions = conditions;
    this.reverse = reverse;
    this.limit = limit;
  }

  static <K, V> Query<K, V> of(Table<K, V> table, String index, int columns) {
    Conditions none = new Conditions(new Tuple(), null, null, null);
    return new Query<>(table, index, columns, none, false, LIMIT);
  }

  /** By primary key. */
  static <K, V> Query<K, V> ofRows(Table<K, V> table, int columns) {
    return of(table, null, columns);
  }

  static Tuple elements(Object... values) {
    Objects.requireNonNull(values, "the values are null; a null in a column is (Object) null");
    Tuple tuple = new Tuple();
    for (Object value : values) {
      tuple = tuple.addObject(Index.element(value));
    }
    return tuple;
  }

  private Query<K, V> with(Conditions others) {
    return new Query<>(table, index, columns, others, reverse, limit);
  }

  /**
   * Only rows with these values in the first columns.
   *
   * @throws IllegalArgumentException when there are fewer columns
   * @throws IllegalStateException when bounds were set before
   */
  public Query<K, V> equalTo(Object... values) {
    if (conditions.from() != null || conditions.to() != null || conditions.prefix() != null) {
      throw new IllegalStateException("what is equal comes before what is bounded");
    }
    return with(new Conditions(bound(values), null, null, null));
  }

  /** Only rows whose next columns are these or later, compared one column after the other. */
  public Query<K, V> from(Object... values) {
    return with(
        new Conditions(conditions.equal(), bound(values), conditions.to(), conditions.prefix()));
  }

  /** Only rows whose next columns are before these: those that are equal in them are not there. */
  public Query<K, V> to(Object... values) {
    return with(
        new Conditions(conditions.equal(), conditions.from(), bound(values), conditions.prefix()));
  }

  /** Only rows whose next column is a text that begins with this one. */
  public Query<K, V> startingWith(String text) {
    Objects.requireNonNull(text, "the text is null");
    bound(text);
    return with(new Conditions(conditions.equal(), conditions.from(), conditions.to(), text));
  }

  /** The values of the first columns and these. */
  private Tuple bound(Object... values) {
    Tuple both = conditions.equal().addAll(elements(values));
    if (both.size() > columns) {
      throw new IllegalArgumentException("there are " + columns + " columns, not " + both.size());
    }
    return both;
  }

  /** From the last row to the first. */
  public Query<K, V> reversed() {
    return new Query<>(table, index, columns, conditions, !reverse, limit);
  }

  /**
   * At most so many in a page; 1,000 unless set. A page may have fewer although there are more:
   * when it has become large (16 MB), or when a page of more than 1,000 has taken two seconds.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public Query<K, V> limit(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("a page has at least one row, not " + rows);
    }
    return new Query<>(table, index, columns, conditions, reverse, rows);
  }

  /** The rows of the first page. */
  public CompletableFuture<TablePage<V>> page(ReadTransactionContext context) {
    return page(context, null);
  }

  /**
   * The rows of a page.
   *
   * @param continuation of the page before, from the same query; null for the first. {@code
   *     FOREIGN_CONTINUATION} when it is of one in the other direction or of a place outside the
   *     conditions; of another table or index it may be a place here as well
   */
  public CompletableFuture<TablePage<V>> page(ReadTransactionContext context, byte[] continuation) {
    byte[] at = continuation == null ? null : continuation.clone();
    return Calls.read(
        context,
        reads -> {
          long end = RangePart.endOfPage(reads);
          return table
              .schema(reads)
              .thenCompose(
                  schema ->
                      index == null
                          ? rowPage(reads, place(schema), at, end)
                          : indexPage(reads, table.readable(schema, index), at, end));
        });
  }

  /**
   * The entries of a page of an index, without their rows.
   *
   * @param continuation as in {@link #page(ReadTransactionContext, byte[])}
   * @throws IllegalStateException when this query is by primary key
   */
  public CompletableFuture<TablePage<IndexEntry<K>>> entries(
      ReadTransactionContext context, byte[] continuation) {
    if (index == null) {
      throw new IllegalStateException("rows have no entries");
    }
    byte[] at = continuation == null ? null : continuation.clone();
    return Calls.read(
        context,
        reads -> {
          long end = RangePart.endOfPage(reads);
          return table
              .schema(reads)
              .thenCompose(
                  schema -> {
                    Entries<V> entries = table.readable(schema, index);
                    return fetch(reads, place(entries), at, limit, end)
                        .thenApply(
                            page ->
                                new TablePage<>(
                                    page.found().stream()
                                        .map(entry -> told(entries, entry))
                                        .toList(),
                                    page.continuation()));
                  });
        });
  }

  private IndexEntry<K> told(Entries<V> entries, KeyValue entry) {
    return new IndexEntry<>(
        entries.values(entry.getKey()), table.key(entries.keyOf(entry)), entries.coveredOf(entry));
  }

  /**
   * How many there are at one version, counted one by one. That must be done within a transaction:
   * {@code TOO_MANY} when four seconds do not suffice; see {@link #countInParts} then.
   */
  public CompletableFuture<Long> count(ReadTransactionContext context) {
    return Calls.read(
        context,
        reads -> {
          long end = RangePart.endOfVersion(reads);
          return table.schema(reads).thenCompose(schema -> count(reads, anyPlace(schema), end));
        });
  }

  private CompletableFuture<Long> count(ReadTransaction reads, Place place, long end) {
    long[] count = new long[1];
    byte[][] at = new byte[1][];
    return Repeat.whileTrue(
            () ->
                fetch(reads, place, at[0], COUNT_LIMIT, end)
                    .thenApply(
                        page -> {
                          count[0] += page.found().size();
                          at[0] = page.continuation();
                          if (page.hasMore() && RangePart.isOver(reads, end)) {
                            throw new TableException(
                                Reason.TOO_MANY,
                                "there are more than "
                                    + count[0]
                                    + ", too many to count within a transaction; countInParts"
                                    + " counts them in several, though not at one version");
                          }
                          return page.hasMore();
                        }))
        .thenApply(done -> count[0]);
  }

  /**
   * How many there are, counted in as many transactions as it takes: not at one version, so that
   * what is written meanwhile is counted or not, and a row that moves may be counted twice, or not
   * at all.
   */
  public CompletableFuture<Long> countInParts(Database database) {
    long[] count = new long[1];
    return inParts(
            database,
            at ->
                Calls.read(
                    database,
                    reads -> {
                      long end = RangePart.endOfPage(reads);
                      return table
                          .schema(reads)
                          .thenCompose(
                              schema -> fetch(reads, anyPlace(schema), at, COUNT_LIMIT, end));
                    }),
            page -> count[0] += page.found().size())
        .thenApply(done -> count[0]);
  }

  /**
   * Goes through all rows, page after page, each in a transaction of its own: not at one version,
   * so that what is written meanwhile is seen or not, and a row that moves may be seen twice, or
   * not at all.
   *
   * @param each is called with one row after the other, where futures of the database complete, and
   *     must not block. What it throws ends the walk
   * @return completes after the last row
   */
  public CompletableFuture<Void> forEach(Database database, Consumer<? super V> each) {
    Objects.requireNonNull(each, "the consumer is null");
    return inParts(database, at -> page(database, at), page -> page.found().forEach(each));
  }

  private static <T> CompletableFuture<Void> inParts(
      Database database,
      Function<byte[], CompletableFuture<TablePage<T>>> next,
      Consumer<TablePage<T>> each) {
    byte[][] at = new byte[1][];
    return database
        .environment()
        .adopt(
            Repeat.whileTrue(
                () ->
                    next.apply(at[0])
                        .thenApply(
                            page -> {
                              each.accept(page);
                              at[0] = page.continuation();
                              return page.hasMore();
                            })));
  }

  private CompletableFuture<TablePage<V>> rowPage(
      ReadTransaction reads, Place place, byte[] at, long end) {
    return fetch(reads, place, at, limit, end)
        .thenApply(
            page ->
                new TablePage<>(
                    page.found().stream().map(row -> table.decode(row.getValue())).toList(),
                    page.continuation()));
  }

  /**
   * Some entries, then their rows, until there are enough: no more of them than fit into memory.
   */
  private CompletableFuture<TablePage<V>> indexPage(
      ReadTransaction reads, Entries<V> entries, byte[] begin, long end) {
    Place place = place(entries);
    List<V> found = new ArrayList<>();
    byte[][] at = {begin};
    long[] bytes = new long[1];
    return Repeat.whileTrue(
            () ->
                fetch(reads, place, at[0], Math.min(limit - found.size(), ROUND_MAX), end)
                    .thenCompose(
                        page ->
                            rows(reads, entries, page.found(), bytes)
                                .thenApply(
                                    rows -> {
                                      found.addAll(rows);
                                      at[0] = page.continuation();
                                      boolean isLate =
                                          found.size() >= RangePart.WHOLE_ROWS
                                              && RangePart.isOver(reads, end);
                                      return page.hasMore()
                                          && found.size() < limit
                                          && bytes[0] < RangePart.BYTES_MAX
                                          && !isLate;
                                    })))
        .thenApply(done -> new TablePage<>(Collections.unmodifiableList(found), at[0]));
  }

  /**
   * The rows of some entries.
   *
   * @param bytes to which those of the rows are added
   */
  private CompletableFuture<List<V>> rows(
      ReadTransaction reads, Entries<V> entries, List<KeyValue> found, long[] bytes) {
    List<byte[]> rowKeys =
        found.stream().map(entry -> table.layout().rowKey(entries.keyOf(entry))).toList();
    return reads
        .getMany(rowKeys)
        .thenApply(
            rows -> {
              List<V> decoded = new ArrayList<>(rows.size());
              for (int i = 0; i < rows.size(); i++) {
                byte[] row = rows.get(i);
                bytes[0] += row == null ? 0 : row.length;
                Tuple values = entries.values(found.get(i).getKey());
                decoded.add(table.existing(row, index, values));
              }
              return decoded;
            });
  }

  // Where that is.

  /**
   * Where the rows or entries are that are looked for.
   *
   * @param prefix of all of their keys, which continuations do not have
   */
  private record Place(byte[] prefix, Range range) {}

  private Place anyPlace(TableSchema schema) {
    return index == null ? place(schema) : place(table.readable(schema, index));
  }

  private Place place(TableSchema schema) {
    return place(
        table.layout().rows(), condition -> schema.keyKinds().wanted(condition, "the primary key"));
  }

  private Place place(Entries<V> entries) {
    return place(entries.place(), entries::wanted);
  }

  /**
   * The place of conditions. They may be longer than any key is: as no key begins with the first
   * bytes of such a one, these divide keys as the whole does.
   */
  private Place place(Subspace all, UnaryOperator<Tuple> wanted) {
    byte[] first = all.pack(wanted.apply(conditions.equal()));
    byte[] begin = first;
    byte[] end = Layout.behind(first);
    if (conditions.prefix() != null) {
      byte[] whole = all.pack(wanted.apply(conditions.equal().add(conditions.prefix())));
      // Without the zero that ends the text.
      begin = Arrays.copyOf(whole, whole.length - 1);
      end = Keys.afterPrefix(Bytes.copyOf(begin)).toArray();
    }
    if (conditions.from() != null) {
      byte[] from = all.pack(wanted.apply(conditions.from()));
      begin = Arrays.compareUnsigned(from, begin) > 0 ? from : begin;
    }
    if (conditions.to() != null) {
      byte[] to = all.pack(wanted.apply(conditions.to()));
      end = Arrays.compareUnsigned(to, end) < 0 ? to : end;
    }
    return new Place(all.getKey(), new Range(cut(begin), cut(end)));
  }

  private static byte[] cut(byte[] bound) {
    return bound.length <= Limits.RANGE_END_BYTES_MAX
        ? bound
        : Arrays.copyOf(bound, Limits.RANGE_END_BYTES_MAX);
  }

  /** One page of what is at {@code place}. */
  private CompletableFuture<TablePage<KeyValue>> fetch(
      ReadTransaction reads, Place place, byte[] at, int rows, long end) {
    return RangePart.read(reads, range(place, at), rows, reverse, end)
        .thenApply(
            part -> {
              int count = part.rows().size();
              return new TablePage<>(
                  part.rows(),
                  part.hasMore()
                      ? continuation(place.prefix().length, part.rows().get(count - 1).getKey())
                      : null);
            });
  }

  private byte[] continuation(int prefix, byte[] last) {
    byte[] continuation = new byte[1 + last.length - prefix];
    continuation[0] = reverse ? BACKWARD : FORWARD;
    System.arraycopy(last, prefix, continuation, 1, last.length - prefix);
    return continuation;
  }

  private Range range(Place place, byte[] continuation) {
    byte[] begin = place.range().begin;
    byte[] end = place.range().end;
    if (continuation == null) {
      return place.range();
    }
    byte way = reverse ? BACKWARD : FORWARD;
    byte[] last =
        continuation.length == 0
            ? NOTHING
            : join(place.prefix(), Arrays.copyOfRange(continuation, 1, continuation.length));
    boolean isInside =
        Arrays.compareUnsigned(last, begin) >= 0 && Arrays.compareUnsigned(last, end) < 0;
    if (continuation.length == 0 || continuation[0] != way || !isInside) {
      throw new TableException(
          Reason.FOREIGN_CONTINUATION,
          "not the continuation of this query: " + Bytes.copyOf(continuation).printable(60));
    }
    return reverse ? new Range(begin, last) : new Range(Layout.after(last), end);
  }

  private static byte[] join(byte[] prefix, byte[] rest) {
    byte[] joined = Arrays.copyOf(prefix, prefix.length + rest.length);
    System.arraycopy(rest, 0, joined, prefix.length, rest.length);
    return joined;
  }
}
