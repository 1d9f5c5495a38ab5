package io.ashlar.table;

import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.layer.Calls;
import io.ashlar.layer.Repeat;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Rows of a table in the order of an index, or of the primary key, in pages. Immutable: each of its
 * methods gives another one.
 *
 * <p>A page is read at one version; the next page may be read at a later one, and then shows what
 * was written meanwhile behind the place that was reached. Read all pages in one transaction to see
 * them at the same version.
 */
public final class Query<K, V> {
  private static final byte FORWARD = 1;
  private static final byte BACKWARD = 2;
  private static final int LIMIT = 1_000;
  private static final byte[] NOTHING = new byte[0];

  private final Table<K, V> table;
  private final String index;
  private final int columns;
  private final Tuple equal;
  private final byte[] from;
  private final byte[] to;
  private final boolean reverse;
  private final int limit;

  private Query(
      Table<K, V> table,
      String index,
      int columns,
      Tuple equal,
      byte[] from,
      byte[] to,
      boolean reverse,
      int limit) {
    this.table = table;
    this.index = index;
    this.columns = columns;
    this.equal = equal;
    this.from = from;
    this.to = to;
    this.reverse = reverse;
    this.limit = limit;
  }

  static <K, V> Query<K, V> of(Table<K, V> table, String index, int columns) {
    return new Query<>(table, index, columns, new Tuple(), null, null, false, LIMIT);
  }

  /** By primary key. */
  static <K, V> Query<K, V> ofRows(Table<K, V> table, int columns) {
    return of(table, null, columns);
  }

  static Tuple elements(Object... values) {
    Tuple tuple = new Tuple();
    for (Object value : values) {
      tuple = tuple.addObject(Index.element(value));
    }
    return tuple;
  }

  /**
   * Only rows with these values in the first columns.
   *
   * @throws IllegalArgumentException when there are fewer columns
   * @throws IllegalStateException when bounds were set before
   */
  public Query<K, V> equalTo(Object... values) {
    if (from != null || to != null) {
      throw new IllegalStateException("what is equal comes before what is bounded");
    }
    Tuple both = equal.addAll(elements(values));
    if (both.size() > columns) {
      throw new IllegalArgumentException("there are " + columns + " columns, not " + both.size());
    }
    return new Query<>(table, index, columns, both, null, null, reverse, limit);
  }

  /** Only rows whose next columns are these or later, compared one column after the other. */
  public Query<K, V> from(Object... values) {
    return new Query<>(table, index, columns, equal, bound(values), to, reverse, limit);
  }

  /** Only rows whose next columns are before these: those that are equal in them are not there. */
  public Query<K, V> to(Object... values) {
    return new Query<>(table, index, columns, equal, from, bound(values), reverse, limit);
  }

  private byte[] bound(Object... values) {
    Tuple bound = elements(values);
    if (equal.size() + bound.size() > columns) {
      throw new IllegalArgumentException(
          "there are " + columns + " columns, not " + (equal.size() + bound.size()));
    }
    return equal.addAll(bound).pack();
  }

  /** Only rows whose next column is a text that begins with this one. */
  public Query<K, V> startingWith(String text) {
    byte[] whole = bound(text);
    // Without the zero that ends the text.
    byte[] begin = Arrays.copyOf(whole, whole.length - 1);
    byte[] end = Keys.afterPrefix(Bytes.copyOf(begin)).toArray();
    return new Query<>(table, index, columns, equal, begin, end, reverse, limit);
  }

  /** From the last row to the first. */
  public Query<K, V> reversed() {
    return new Query<>(table, index, columns, equal, from, to, !reverse, limit);
  }

  /**
   * At most so many in a page; 1,000 unless set.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public Query<K, V> limit(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("a page has at least one row, not " + rows);
    }
    return new Query<>(table, index, columns, equal, from, to, reverse, rows);
  }

  /** The rows of the first page. */
  public CompletableFuture<TablePage<V>> page(ReadTransactionContext context) {
    return page(context, null);
  }

  /**
   * The rows of a page.
   *
   * @param continuation of the page before, from the same query; null for the first. {@code
   *     FOREIGN_CONTINUATION} when it is of another one
   */
  public CompletableFuture<TablePage<V>> page(ReadTransactionContext context, byte[] continuation) {
    byte[] at = continuation == null ? null : continuation.clone();
    return Calls.read(
        context,
        reads ->
            table
                .schema(reads)
                .thenCompose(
                    schema -> index == null ? rowPage(reads, at) : indexPage(reads, schema, at)));
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
        reads ->
            table
                .schema(reads)
                .thenCompose(
                    schema -> {
                      Entries<V> entries = table.readable(schema, index);
                      return fetch(reads, entries.place(), at)
                          .thenApply(
                              page ->
                                  new TablePage<>(
                                      page.found().stream()
                                          .map(entry -> told(entries, entry))
                                          .toList(),
                                      page.continuation()));
                    }));
  }

  private IndexEntry<K> told(Entries<V> entries, KeyValue entry) {
    return new IndexEntry<>(
        entries.values(entry.getKey()), table.key(entries.keyOf(entry)), entries.coveredOf(entry));
  }

  /** How many there are, counted one by one at one version: for what a few seconds suffice for. */
  public CompletableFuture<Long> count(ReadTransactionContext context) {
    return Calls.read(
        context,
        reads ->
            table
                .schema(reads)
                .thenCompose(
                    schema -> {
                      Subspace place =
                          index == null
                              ? table.layout().rows()
                              : table.readable(schema, index).place();
                      return count(reads, place);
                    }));
  }

  private CompletableFuture<Long> count(ReadTransaction reads, Subspace place) {
    Query<K, V> pages = limit(LIMIT);
    long[] count = new long[1];
    byte[][] at = new byte[1][];
    return Repeat.whileTrue(
            () ->
                pages
                    .fetch(reads, place, at[0])
                    .thenApply(
                        page -> {
                          count[0] += page.found().size();
                          at[0] = page.continuation();
                          return page.hasMore();
                        }))
        .thenApply(done -> count[0]);
  }

  private CompletableFuture<TablePage<V>> rowPage(ReadTransaction reads, byte[] at) {
    return fetch(reads, table.layout().rows(), at)
        .thenApply(
            page ->
                new TablePage<>(
                    page.found().stream().map(row -> table.decode(row.getValue())).toList(),
                    page.continuation()));
  }

  private CompletableFuture<TablePage<V>> indexPage(
      ReadTransaction reads, TableSchema schema, byte[] at) {
    Entries<V> entries = table.readable(schema, index);
    return fetch(reads, entries.place(), at)
        .thenCompose(
            page -> {
              List<byte[]> rowKeys =
                  page.found().stream()
                      .map(entry -> table.layout().rowKey(entries.keyOf(entry)))
                      .toList();
              return reads
                  .getMany(rowKeys)
                  .thenApply(
                      rows -> {
                        List<V> decoded = new ArrayList<>(rows.size());
                        for (int i = 0; i < rows.size(); i++) {
                          Tuple values = entries.values(page.found().get(i).getKey());
                          decoded.add(table.existing(rows.get(i), index, values));
                        }
                        return new TablePage<>(List.<V>copyOf(decoded), page.continuation());
                      });
            });
  }

  /** One page of what is below {@code place}. */
  private CompletableFuture<TablePage<KeyValue>> fetch(
      ReadTransaction reads, Subspace place, byte[] at) {
    Range range = range(place, at);
    if (Arrays.compareUnsigned(range.begin, range.end) >= 0) {
      return CompletableFuture.completedFuture(new TablePage<>(List.of(), null));
    }
    return reads
        .getRange(range, limit, reverse)
        .asList()
        .thenApply(
            found ->
                new TablePage<>(
                    found,
                    found.size() < limit
                        ? null
                        : continuation(place, found.get(found.size() - 1).getKey())));
  }

  private byte[] continuation(Subspace place, byte[] last) {
    int prefix = place.getKey().length;
    byte[] continuation = new byte[1 + last.length - prefix];
    continuation[0] = reverse ? BACKWARD : FORWARD;
    System.arraycopy(last, prefix, continuation, 1, last.length - prefix);
    return continuation;
  }

  private Range range(Subspace place, byte[] continuation) {
    byte[] first = place.pack(equal);
    byte[] begin = from == null ? first : join(place, from);
    byte[] end = to == null ? Layout.behind(first) : join(place, to);
    if (continuation == null) {
      return new Range(begin, end);
    }
    byte way = reverse ? BACKWARD : FORWARD;
    byte[] last =
        continuation.length == 0
            ? NOTHING
            : join(place, Arrays.copyOfRange(continuation, 1, continuation.length));
    boolean isInside =
        Arrays.compareUnsigned(last, begin) >= 0 && Arrays.compareUnsigned(last, end) < 0;
    if (continuation.length == 0 || continuation[0] != way || !isInside) {
      throw new TableException(
          Reason.FOREIGN_CONTINUATION,
          "not the continuation of this query: " + Bytes.copyOf(continuation).printable(60));
    }
    return reverse ? new Range(begin, last) : new Range(Layout.after(last), end);
  }

  private static byte[] join(Subspace place, byte[] rest) {
    byte[] prefix = place.getKey();
    byte[] joined = Arrays.copyOf(prefix, prefix.length + rest.length);
    System.arraycopy(rest, 0, joined, prefix.length, rest.length);
    return joined;
  }
}
