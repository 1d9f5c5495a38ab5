package io.ashlar.kv;

import io.ashlar.client.AsyncIterator;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.core.Bytes;
import io.ashlar.kv.KeyValueException.Reason;
import io.ashlar.layer.Calls;
import io.ashlar.layer.Repeat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A scan over some keys of a store, in pages. Immutable: each of its methods gives another one.
 *
 * <p>A page is read at one version; the next page may be read at a later one, and then shows what
 * was written meanwhile behind the place that was reached. Read all pages in one transaction to see
 * them at the same version.
 */
public final class Scan<K, V> {
  private static final byte FORWARD = 1;
  private static final byte BACKWARD = 2;
  private static final int LIMIT = 1_000;

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
   * At most so many entries in a page; 1,000 unless set.
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
   *     for the first page. {@code FOREIGN_CONTINUATION} when it is of another scan
   */
  public CompletableFuture<Page<K, V>> page(ReadTransactionContext context, byte[] continuation) {
    byte[] at = continuation == null ? null : continuation.clone();
    return Calls.read(
        context,
        reads -> {
          Range range = range(at);
          if (Arrays.compareUnsigned(range.begin, range.end) >= 0) {
            return CompletableFuture.completedFuture(new Page<>(List.of(), null));
          }
          Reading reading = new Reading(reads, range);
          return Repeat.whileTrue(reading::oneRow).thenApply(done -> reading.page());
        });
  }

  private Range range(byte[] continuation) {
    Rows rows = store.rows();
    Range range = prefix.length == 0 ? allRows() : rows.rowsOf(prefix);
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
    private final AsyncIterator<KeyValue> found;
    private final List<Entry<K, V>> entries = new ArrayList<>();
    private byte[] last;

    Reading(ReadTransaction reads, Range range) {
      this.reads = reads;
      this.found = reads.getRange(range, ReadTransaction.ROW_LIMIT_UNLIMITED, reverse).iterator();
    }

    CompletableFuture<Boolean> oneRow() {
      if (entries.size() == limit) {
        found.cancel();
        return CompletableFuture.completedFuture(false);
      }
      return found
          .onHasNext()
          .thenCompose(
              more -> {
                if (!more) {
                  last = null;
                  return CompletableFuture.completedFuture(false);
                }
                KeyValue next = found.next();
                byte[] key = store.rows().keyOfRow(next.getKey());
                return store
                    .rows()
                    .seen(reads, Row.decode(next.getValue()))
                    .thenApply(row -> take(key, row));
              });
    }

    private boolean take(byte[] key, Row row) {
      last = key;
      if (row != null) {
        entries.add(store.entry(key, row));
      }
      return true;
    }

    Page<K, V> page() {
      if (last == null) {
        return new Page<>(List.copyOf(entries), null);
      }
      byte[] continuation = new byte[1 + last.length];
      continuation[0] = reverse ? BACKWARD : FORWARD;
      System.arraycopy(last, 0, continuation, 1, last.length);
      return new Page<>(List.copyOf(entries), continuation);
    }
  }
}
