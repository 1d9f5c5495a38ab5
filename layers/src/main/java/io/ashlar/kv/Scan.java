package io.ashlar.kv;

import io.ashlar.client.Database;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.core.Bytes;
import io.ashlar.kv.KeyValueException.Reason;
import io.ashlar.layer.Calls;
import io.ashlar.layer.RangePart;
import io.ashlar.layer.Repeat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A scan over some keys of a store, in pages. Immutable: each of its methods gives another one.
 *
 * <p>A page is read at one version; the next page may be read at a later one, and then shows what
 * was written meanwhile behind the place that was reached. Read all pages in one transaction to see
 * them at the same version, as far as that goes within the five seconds of a transaction; {@link
 * #forEach} goes through everything, however long it takes, at as many versions as it takes.
 */
public final class Scan<K, V> {
  private static final byte FORWARD = 1;
  private static final byte BACKWARD = 2;
  private static final int LIMIT = 1_000;

  /** Rows that are looked at together. */
  private static final int ROUND_MAX = 10_000;

  private final KeyValueStore<K, V> store;
  private final byte[] prefix;
  private final byte[] from;
  private final byte[] to;
  private final boolean reverse;
  private final int limit;

  Scan(KeyValueStore<K, V> store, byte[] prefix) {
    this(store, prefix, null, null, false, LIMIT);
  }

  private Scan(
      KeyValueStore<K, V> store,
      byte[] prefix,
      byte[] from,
      byte[] to,
      boolean reverse,
      int limit) {
    this.store = store;
    this.prefix = prefix;
    this.from = from;
    this.to = to;
    this.reverse = reverse;
    this.limit = limit;
  }

  /** Only keys from this one on. */
  public Scan<K, V> from(K key) {
    return new Scan<>(store, prefix, store.keyBytes(key), to, reverse, limit);
  }

  /** Only keys before this one. */
  public Scan<K, V> to(K key) {
    return new Scan<>(store, prefix, from, store.keyBytes(key), reverse, limit);
  }

  /** From the last key to the first. */
  public Scan<K, V> reversed() {
    return new Scan<>(store, prefix, from, to, !reverse, limit);
  }

  /**
   * At most so many entries in a page; 1,000 unless set. A page may have fewer, or none, although
   * there are more: when it has become large (16 MB), or when it has gone through more than 1,000,
   * those that have expired counted, and has taken two seconds.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public Scan<K, V> limit(int entries) {
    if (entries < 1) {
      throw new IllegalArgumentException("a page has at least one entry, not " + entries);
    }
    return new Scan<>(store, prefix, from, to, reverse, entries);
  }

  /** The first page. */
  public CompletableFuture<Page<K, V>> page(ReadTransactionContext context) {
    return page(context, null);
  }

  /**
   * A page.
   *
   * @param continuation of the page before, from a scan with the same bounds and direction; null
   *     for the first page. {@code FOREIGN_CONTINUATION} when it is of a scan in the other
   *     direction or of a place outside the bounds; of another store it may be a place here as well
   */
  public CompletableFuture<Page<K, V>> page(ReadTransactionContext context, byte[] continuation) {
    byte[] at = continuation == null ? null : continuation.clone();
    return Calls.read(context, reads -> page(reads, at));
  }

  private CompletableFuture<Page<K, V>> page(ReadTransaction reads, byte[] at) {
    Reading reading = new Reading(reads, at, limit, RangePart.endOfPage(reads));
    return Repeat.whileTrue(reading::go).thenApply(done -> reading.page());
  }

  /**
   * How many there are at one version, counted one by one. That must be done within a transaction:
   * {@code TOO_MANY} when four seconds do not suffice; see {@link #countInParts} then.
   */
  public CompletableFuture<Long> count(ReadTransactionContext context) {
    return Calls.read(
        context,
        reads -> {
          Reading reading =
              new Reading(reads, null, Integer.MAX_VALUE, RangePart.endOfVersion(reads));
          reading.counts = true;
          return Repeat.whileTrue(reading::go).thenApply(done -> reading.all());
        });
  }

  /**
   * How many there are, counted in as many transactions as it takes: not at one version, so that
   * what is written meanwhile is counted or not.
   */
  public CompletableFuture<Long> countInParts(Database database) {
    long[] count = new long[1];
    return forEachPage(database, page -> count[0] += page.entries().size())
        .thenApply(done -> count[0]);
  }

  /**
   * Goes through all entries, page after page, each in a transaction of its own: not at one
   * version, so that what is written meanwhile is seen or not.
   *
   * @param each is called with one entry after the other, where futures of the database complete,
   *     and must not block. What it throws ends the walk
   * @return completes after the last entry
   */
  public CompletableFuture<Void> forEach(Database database, Consumer<? super Entry<K, V>> each) {
    Objects.requireNonNull(each, "the consumer is null");
    return forEachPage(database, page -> page.entries().forEach(each));
  }

  private CompletableFuture<Void> forEachPage(Database database, Consumer<Page<K, V>> each) {
    byte[][] at = new byte[1][];
    return database
        .environment()
        .adopt(
            Repeat.whileTrue(
                () ->
                    page(database, at[0])
                        .thenApply(
                            page -> {
                              each.accept(page);
                              at[0] = page.continuation();
                              return page.hasMore();
                            })));
  }

  private Range range(byte[] continuation) {
    Rows rows = store.rows();
    Range range = prefix.length == 0 ? allRows() : store.rowsOf(prefix);
    byte[] begin = range.begin;
    byte[] end = range.end;
    if (from != null) {
      begin = later(begin, rows.rowKey(from));
    }
    if (to != null) {
      end = earlier(end, rows.rowKey(to));
    }
    if (continuation == null) {
      return new Range(begin, end);
    }
    byte way = reverse ? BACKWARD : FORWARD;
    byte[] last =
        rows.rowKey(
            Arrays.copyOfRange(
                continuation, Math.min(1, continuation.length), continuation.length));
    boolean isInside =
        Arrays.compareUnsigned(last, begin) >= 0 && Arrays.compareUnsigned(last, end) < 0;
    if (continuation.length == 0 || continuation[0] != way || !isInside) {
      throw new KeyValueException(
          Reason.FOREIGN_CONTINUATION,
          "not the continuation of this scan: " + Bytes.copyOf(continuation).printable(60));
    }
    return reverse ? new Range(begin, last) : new Range(Arrays.copyOf(last, last.length + 1), end);
  }

  private Range allRows() {
    return new Range(store.rows().rowKey(new byte[0]), store.rows().rowsEnd());
  }

  private static byte[] later(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other) >= 0 ? one : other;
  }

  private static byte[] earlier(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other) <= 0 ? one : other;
  }

  /** One page while it is read: rows that have expired do not count. */
  private final class Reading {
    private final ReadTransaction reads;
    private final int most;
    private final long end;
    private final List<Entry<K, V>> entries = new ArrayList<>();
    private byte[] continuation;
    private boolean counts;
    private long count;
    private long looked;

    /** Of what is kept, which is in memory. */
    private long bytes;

    Reading(ReadTransaction reads, byte[] continuation, int most, long end) {
      this.reads = reads;
      this.continuation = continuation;
      this.most = most;
      this.end = end;
    }

    /** Reads some rows; gives whether to go on. */
    CompletableFuture<Boolean> go() {
      int left = Math.min(most - entries.size(), ROUND_MAX);
      long bytesLeft = RangePart.BYTES_MAX - bytes;
      return RangePart.read(reads, range(continuation), left, reverse, bytesLeft, end)
          .thenCompose(
              part ->
                  store
                      .rows()
                      .seen(
                          reads,
                          part.rows().stream().map(row -> Row.decode(row.getValue())).toList())
                      .thenApply(rows -> take(part, rows)));
    }

    private boolean take(RangePart part, List<Row> rows) {
      byte[] last = null;
      for (int i = 0; i < rows.size(); i++) {
        last = store.rows().keyOfRow(part.rows().get(i).getKey());
        if (!counts) {
          bytes += last.length + part.rows().get(i).getValue().length;
        }
        if (rows.get(i) != null) {
          count++;
          if (!counts) {
            entries.add(store.entry(last, rows.get(i)));
          }
        }
      }
      looked += rows.size();
      continuation = part.hasMore() ? continuation(last) : null;
      boolean isLate = looked >= RangePart.WHOLE_ROWS && RangePart.isOver(reads, end);
      boolean isLarge = bytes >= RangePart.BYTES_MAX;
      return part.hasMore() && entries.size() < most && !isLate && !isLarge;
    }

    private byte[] continuation(byte[] last) {
      byte[] behind = new byte[1 + last.length];
      behind[0] = reverse ? BACKWARD : FORWARD;
      System.arraycopy(last, 0, behind, 1, last.length);
      return behind;
    }

    Page<K, V> page() {
      return new Page<>(List.copyOf(entries), continuation);
    }

    long all() {
      if (continuation != null) {
        throw new KeyValueException(
            Reason.TOO_MANY,
            "there are more than "
                + count
                + ", too many to count within a transaction; countInParts counts them in several,"
                + " though not at one version");
      }
      return count;
    }
  }
}
