package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads one range as a transaction sees it: what the {@link SnapshotCache} knows of the database,
 * under the transaction's own writes. {@link #advance} goes as far as the cache carries and then
 * names the stretch of the database that is needed; the caller puts it there and calls again.
 *
 * <p>On the way it notes which keys of the database the result depends on: exactly those become
 * read conflicts. Cleared stretches and keys with a value of the transaction's own are not among
 * them, nor is anything behind the last row when a limit ended the read.
 */
final class RangeMerge {
  /** How far to look for a cleared stretch that ends what is worth fetching. */
  private static final int LOOK_AHEAD_SEGMENTS = 16;

  private final WriteMap writes;
  private final SnapshotCache cache;
  private final Bytes begin;
  private final Bytes end;
  private final boolean reverse;
  private final boolean bypassUnreadable;
  private final int rowsMax;
  private final long bytesMax;

  private final List<KeyValue> rows = new ArrayList<>();
  private final List<KeyRange> dependencies = new ArrayList<>();
  private Bytes position;
  private long sizeBytes;
  private boolean limitReached;

  /**
   * @param writes as of the call of the read
   * @param rowsMax positive
   * @param bytesMax the row that reaches it is the last
   */
  RangeMerge(
      WriteMap writes,
      SnapshotCache cache,
      KeyRange range,
      boolean reverse,
      boolean bypassUnreadable,
      int rowsMax,
      long bytesMax) {
    this.writes = writes;
    this.cache = cache;
    this.begin = range.begin();
    this.end = range.end();
    this.reverse = reverse;
    this.bypassUnreadable = bypassUnreadable;
    this.rowsMax = rowsMax;
    this.bytesMax = bytesMax;
    this.position = reverse ? end : begin;
  }

  /**
   * Goes on. Null when the range is read or a limit reached; else what is to be put into the cache,
   * or at least a part of it that touches its begin (in reverse its end).
   *
   * @throws AshlarException {@code accessed_unreadable}
   */
  KeyRange advance() {
    while (!isDone()) {
      WriteMap.Segment segment = reverse ? writes.before(position) : writes.at(position);
      if (segment.unreadable() && !bypassUnreadable) {
        throw new AshlarException(ErrorCode.ACCESSED_UNREADABLE);
      }
      boolean known =
          switch (segment.kind()) {
            case CLEARED -> pass(segment);
            case WRITTEN -> takeWritten(segment);
            case UNMODIFIED -> takeKnown(segment);
          };
      if (!known) {
        return reverse ? neededBelow() : neededAbove();
      }
    }
    return null;
  }

  /** The database has exactly {@code found} in {@code covered}. */
  void supply(KeyRange covered, List<KeyValue> found) {
    cache.putRange(covered.begin(), covered.end(), found);
  }

  boolean isReverse() {
    return reverse;
  }

  boolean isDone() {
    return limitReached || position.equals(reverse ? begin : end) || begin.compareTo(end) >= 0;
  }

  /** What was found, in reading order. */
  List<KeyValue> rows() {
    return rows;
  }

  /** Whether a limit ended the read before the range's end. */
  boolean hasMore() {
    return limitReached && !position.equals(reverse ? begin : end);
  }

  /** Where the read stands: everything before it in reading order is read. */
  Bytes position() {
    return position;
  }

  int rowsLeft() {
    return rowsMax - rows.size();
  }

  long bytesLeft() {
    return bytesMax - sizeBytes;
  }

  /** The keys of the database that the result depends on; may touch and repeat. */
  List<KeyRange> dependencies() {
    return dependencies;
  }

  private Bytes near(WriteMap.Segment segment) {
    if (reverse) {
      return segment.begin().compareTo(begin) > 0 ? segment.begin() : begin;
    }
    return segment.end() == null || segment.end().compareTo(end) > 0 ? end : segment.end();
  }

  private boolean pass(WriteMap.Segment segment) {
    position = near(segment);
    return true;
  }

  private boolean takeWritten(WriteMap.Segment segment) {
    Bytes key = segment.begin();
    Written written = segment.written();
    Bytes value;
    if (written.isIndependent()) {
      value = written.evaluate(null);
    } else {
      if (!cache.knows(key)) {
        return false;
      }
      value = written.evaluate(cache.get(key));
      dependencies.add(KeyRange.ofKey(key));
    }
    position = near(segment);
    if (value != null) {
      take(key, value);
    }
    return true;
  }

  private boolean takeKnown(WriteMap.Segment segment) {
    Bytes limit = near(segment);
    Bytes known = reverse ? cache.knownDownTo(position) : cache.knownUpTo(position);
    if (known == null) {
      return false;
    }
    Bytes from = position;
    boolean isShort = reverse ? known.compareTo(limit) > 0 : known.compareTo(limit) < 0;
    Bytes to = isShort ? known : limit;
    Map<Bytes, Bytes> found =
        reverse ? cache.rows(to, position).descendingMap() : cache.rows(position, to);
    for (Map.Entry<Bytes, Bytes> row : found.entrySet()) {
      take(row.getKey(), row.getValue());
      if (limitReached) {
        to = reverse ? row.getKey() : Keys.after(row.getKey());
        break;
      }
    }
    position = to;
    dependencies.add(reverse ? new KeyRange(to, from) : new KeyRange(from, to));
    return true;
  }

  private void take(Bytes key, Bytes value) {
    Check.that(!limitReached, "a row behind the limit: ", key);
    rows.add(new KeyValue(key, value));
    sizeBytes += key.length() + value.length();
    limitReached = rows.size() >= rowsMax || sizeBytes >= bytesMax;
  }

  /** From the position to where the cache knows again, a cleared stretch begins, or the end. */
  private KeyRange neededAbove() {
    Bytes to = end;
    Bytes next = cache.nextKnown(position);
    if (next != null && next.compareTo(to) < 0) {
      to = next;
    }
    Bytes at = position;
    for (int i = 0; i < LOOK_AHEAD_SEGMENTS && at.compareTo(to) < 0; i++) {
      WriteMap.Segment segment = writes.at(at);
      if (segment.kind() == WriteMap.Kind.CLEARED) {
        to = at;
      } else if (segment.end() == null) {
        break;
      } else {
        at = segment.end();
      }
    }
    return new KeyRange(position, to);
  }

  private KeyRange neededBelow() {
    Bytes from = begin;
    Bytes previous = cache.previousKnown(position);
    if (previous != null && previous.compareTo(from) > 0) {
      from = previous;
    }
    Bytes at = position;
    for (int i = 0; i < LOOK_AHEAD_SEGMENTS && at.compareTo(from) > 0; i++) {
      WriteMap.Segment segment = writes.before(at);
      if (segment.kind() == WriteMap.Kind.CLEARED) {
        from = at;
      } else {
        at = segment.begin();
      }
    }
    return new KeyRange(from, position);
  }
}
