package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeySelector;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;
import java.util.List;

/**
 * A read that takes one or more {@link RangeMerge}s one after the other, fetching what they need.
 * Computes under the transaction's monitor; sends and completes without it.
 */
abstract class RangeProcedure implements RangeFetch.Receiver {
  private final TransactionReader reader;
  private Attempt attempt;

  /** The writes that the read sees: those before it began. */
  private WriteMap writes;

  // The options as they were then.
  private Bytes readEnd;
  private boolean bypassesUnreadable;

  private RangeMerge merge;

  RangeProcedure(TransactionReader reader) {
    this.reader = reader;
  }

  final TransactionReader reader() {
    return reader;
  }

  /** With the monitor held: checks, and gives the first merge, or null when nothing is to read. */
  abstract RangeMerge first();

  /** With the monitor held: {@code merge} is done; gives the next one, or null at the end. */
  abstract RangeMerge next(RangeMerge done);

  /** Without the monitor: hands out the result. */
  abstract void succeed();

  abstract void fail(AshlarException error);

  final void begin() {
    ClientTransaction transaction = reader.transaction();
    RangeFetch fetch;
    synchronized (transaction) {
      attempt = transaction.attempt();
      try {
        attempt.expectActive();
        writes =
            settings().seesOwnWrites(reader.isSnapshot()) ? attempt.writes.map() : WriteMap.EMPTY;
        readEnd = settings().readEnd();
        bypassesUnreadable = settings().bypassesUnreadable();
        merge = first();
        attempt.used = true;
        fetch = drive();
      } catch (AshlarException e) {
        merge = null;
        fail(e);
        return;
      }
      if (fetch != null) {
        attempt.readBegun();
      }
    }
    if (fetch == null) {
      succeed();
    } else {
      transaction.database().post(fetch);
    }
  }

  /** Goes on as far as it is known; gives what is to be fetched, or null at the end. */
  private RangeFetch drive() {
    while (merge != null) {
      KeyRange needed = merge.advance();
      if (needed != null) {
        return new RangeFetch(
            attempt.session, needed, merge.isReverse(), merge.rowsLeft(), merge.bytesLeft(), this);
      }
      merge = next(merge);
    }
    return null;
  }

  @Override
  public final void onRows(KeyRange covered, List<KeyValue> rows, AshlarException error) {
    ClientTransaction transaction = reader.transaction();
    AshlarException failure = error;
    RangeFetch fetch = null;
    synchronized (transaction) {
      if (failure == null) {
        merge.supply(covered, rows);
        try {
          fetch = drive();
        } catch (AshlarException e) {
          failure = e;
        }
      }
    }
    if (fetch != null) {
      transaction.database().post(fetch);
      return;
    }
    transaction.readEnded(attempt.session, failure == null);
    if (failure == null) {
      succeed();
    } else {
      fail(failure);
    }
  }

  private TransactionSettings settings() {
    return reader.transaction().settings();
  }

  /** A merge over the transaction's writes as they were at the beginning. */
  final RangeMerge newMerge(KeyRange range, boolean reverse, int rowsMax, long bytesMax) {
    SnapshotCache cache =
        settings().readsYourWrites() ? attempt.cache() : new SnapshotCache(Long.MAX_VALUE);
    return new RangeMerge(writes, cache, range, reverse, bypassesUnreadable, rowsMax, bytesMax);
  }

  /** What the result depends on becomes read conflicts, unless this is a snapshot read. */
  final void addConflicts(List<KeyRange> dependencies) {
    if (!reader.isSnapshot()) {
      for (KeyRange range : dependencies) {
        attempt.readConflicts.add(range.begin(), range.end());
      }
    }
  }

  // ---- selectors

  /** Where the selector starts to count: the offset-th key from here on, or before here. */
  final Bytes origin(KeySelector selector) {
    return origin(selector, readEnd);
  }

  /** The same, where keys may be read up to {@code end}. */
  static Bytes origin(KeySelector selector, Bytes end) {
    Legality.checkBoundary(selector.key(), end);
    // No key is as long as the longest reference, so that nothing comes between it and the next.
    boolean isBehind = selector.orEqual() && selector.key().length() <= Limits.KEY_BYTES_MAX;
    Bytes origin = isBehind ? Keys.after(selector.key()) : selector.key();
    return origin.compareTo(end) > 0 ? end : origin;
  }

  /** Whether the selector names a place, not a key that has to be looked for. */
  static boolean isPlace(KeySelector selector) {
    return selector.offset() == 1;
  }

  /** Counts keys from the selector's origin. */
  final RangeMerge resolution(KeySelector selector) {
    Bytes origin = origin(selector);
    int offset = selector.offset();
    if (offset > 0) {
      return newMerge(new KeyRange(origin, readEnd), false, offset, Long.MAX_VALUE);
    }
    int count = (int) Math.min(Integer.MAX_VALUE, 1L - offset);
    return newMerge(new KeyRange(Keys.FIRST, origin), true, count, Long.MAX_VALUE);
  }

  /** The key a resolution has found, or the end of the key space it ran into. */
  final Bytes resolved(KeySelector selector, RangeMerge done) {
    List<KeyValue> rows = done.rows();
    if (done.rowsLeft() == 0) {
      return rows.get(rows.size() - 1).key();
    }
    return selector.offset() > 0 ? readEnd : Keys.FIRST;
  }
}
