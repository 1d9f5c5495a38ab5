package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeySelector;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What one transaction sees of the keys it knows: the rows that were there, and its own writes on
 * top. What lies outside is unknown, until the transaction clears all of it on that side.
 *
 * <p>What a versionstamped write will have written cannot be read, unless it is cleared again: a
 * read that comes upon it on its way gives an error. Stamps up to the read version will not be
 * written, so that keys with such a stamp may be readable or not.
 */
public final class TransactionView {
  /** How a read went, or whether it could. */
  private enum Readable {
    YES,
    PERHAPS,
    NO
  }

  /**
   * Rows on a way through the keys.
   *
   * @param isEnough whether there were as many as were wanted
   */
  private record Way(List<KeyValue> rows, boolean isEnough, Readable readable) {}

  /**
   * Where a selector leads.
   *
   * @param key null when that is outside of what is known
   * @param forward on which side it is then
   */
  private record Place(Bytes key, boolean forward, boolean isKnown, Readable readable) {}

  private final TreeMap<Bytes, Bytes> rows;
  private final KeyRange known;
  private final boolean bypassesUnreadable;
  private final List<KeyRange> unreadable = new ArrayList<>();
  private final List<KeyRange> doubtful = new ArrayList<>();
  private boolean isBelowCleared;
  private boolean isAboveCleared;

  /**
   * @param rows all that are in {@code known}
   */
  public TransactionView(Map<Bytes, Bytes> rows, KeyRange known) {
    this(rows, known, false);
  }

  /**
   * @param bypassesUnreadable whether nothing is unreadable: a stamped value has its hole as it was
   *     given, a stamped key is not there
   */
  public TransactionView(Map<Bytes, Bytes> rows, KeyRange known, boolean bypassesUnreadable) {
    this.rows = new TreeMap<>(rows);
    this.known = known;
    this.bypassesUnreadable = bypassesUnreadable;
  }

  // Writes

  /** A write that leaves what it writes readable; a clear may go beyond what is known. */
  public void write(Mutation mutation) {
    switch (mutation.type()) {
      case CLEAR_RANGE -> clear(new KeyRange(mutation.first(), mutation.second()));
      case SET_VERSIONSTAMPED_VALUE -> {
        if (bypassesUnreadable) {
          rows.put(mutation.first(), StampedTemplate.unfilled(mutation.second()));
          return;
        }
        KeyRange key = KeyRange.ofKey(mutation.first());
        remove(unreadable, key);
        unreadable.add(key);
      }
      default -> {
        Bytes key = mutation.first();
        Bytes after = AtomicModel.apply(mutation.type(), rows.get(key), mutation.second());
        if (after == null) {
          rows.remove(key);
        } else {
          rows.put(key, after);
        }
      }
    }
  }

  /** A versionstamped key: whatever it may become, and what may stand between, is unreadable. */
  public void writeStampedKey(Bytes template, long readVersion) {
    if (bypassesUnreadable) {
      return;
    }
    Bytes least = StampedTemplate.fill(template, new Stamp(0, 0));
    Bytes next = StampedTemplate.fill(template, new Stamp(readVersion + 1, 0));
    Bytes most = StampedTemplate.fill(template, new Stamp(-1, 0xffff));
    doubtful.add(new KeyRange(least, next));
    unreadable.add(new KeyRange(next, Keys.after(most)));
  }

  private void clear(KeyRange range) {
    if (range.isEmpty()) {
      return;
    }
    rows.subMap(range.begin(), range.end()).clear();
    remove(unreadable, range);
    remove(doubtful, range);
    boolean reachesBelow = range.end().compareTo(known.begin()) >= 0;
    boolean reachesAbove = range.begin().compareTo(known.end()) <= 0;
    isBelowCleared |= reachesBelow && range.begin().isEmpty();
    isAboveCleared |= reachesAbove && range.end().compareTo(Keys.USER_END) >= 0;
  }

  private static void remove(List<KeyRange> from, KeyRange gone) {
    List<KeyRange> kept = new ArrayList<>();
    for (KeyRange each : from) {
      if (!each.intersects(gone)) {
        kept.add(each);
        continue;
      }
      KeyRange before = new KeyRange(each.begin(), gone.begin());
      KeyRange after = new KeyRange(gone.end(), each.end());
      if (!before.isEmpty()) {
        kept.add(before);
      }
      if (!after.isEmpty()) {
        kept.add(after);
      }
    }
    from.clear();
    from.addAll(kept);
  }

  // Reads

  public Expectation get(Bytes key) {
    return expect("get " + key, readable(KeyRange.ofKey(key)), new Seen.Value(rows.get(key)));
  }

  /** What the key has now, null for absent; without regard to whether it can be read. */
  public Bytes valueOf(Bytes key) {
    return rows.get(key);
  }

  public Expectation getKey(KeySelector selector) {
    String read = "getKey " + selector;
    Place place = resolve(selector);
    if (!place.isKnown) {
      return Expectation.anything(read);
    }
    if (place.key == null) {
      return place.forward
          ? Expectation.keyNotBelow(read, known.end())
          : Expectation.keyBelow(read, known.begin());
    }
    return expect(read, place.readable, new Seen.Key(place.key));
  }

  /**
   * A read of a range to its end or limit.
   *
   * @param limit 0 for none
   */
  public Expectation getRange(KeySelector begin, KeySelector end, int limit, boolean reverse) {
    String read =
        "getRange ["
            + begin
            + ", "
            + end
            + ")"
            + (limit == 0 ? "" : " limit " + limit)
            + (reverse ? " reverse" : "");
    Place from = rangeEnd(begin);
    Place to = rangeEnd(end);
    if (!from.isKnown || !to.isKnown || from.key == null || to.key == null) {
      return Expectation.anything(read);
    }
    if (from.readable == Readable.NO || to.readable == Readable.NO) {
      // A range that is empty wherever its ends come to lie need not look for them.
      boolean isEmpty = begin.offset() >= end.offset() && origin(begin).compareTo(origin(end)) >= 0;
      return isEmpty
          ? Expectation.exactlyOrUnreadable(read, new Seen.Rows(List.of()))
          : Expectation.exactly(read, new Seen.Unreadable());
    }
    boolean outside =
        (from.key.compareTo(known.begin()) < 0 && !isBelowCleared)
            || (to.key.compareTo(known.end()) > 0 && !isAboveCleared);
    if (outside) {
      return Expectation.anything(read);
    }
    Way way = walk(from.key, to.key, limit == 0 ? Integer.MAX_VALUE : limit, reverse);
    Readable worst = worse(worse(from.readable, to.readable), way.readable);
    return expect(read, worst, new Seen.Rows(way.rows));
  }

  private static Expectation expect(String read, Readable readable, Seen seen) {
    return switch (readable) {
      case YES -> Expectation.exactly(read, seen);
      case PERHAPS -> Expectation.exactlyOrUnreadable(read, seen);
      case NO -> Expectation.exactly(read, new Seen.Unreadable());
    };
  }

  /** Where a range begins or ends: at the reference itself if the selector counts one forward. */
  private Place rangeEnd(KeySelector selector) {
    return selector.offset() == 1
        ? new Place(origin(selector), true, true, Readable.YES)
        : resolve(selector);
  }

  private static Bytes origin(KeySelector selector) {
    return selector.orEqual() ? Keys.after(selector.key()) : selector.key();
  }

  private Place resolve(KeySelector selector) {
    Bytes origin = origin(selector);
    if (selector.offset() > 0) {
      if (origin.compareTo(known.begin()) < 0 && !isBelowCleared) {
        return new Place(null, true, false, Readable.YES);
      }
      Way way = walk(origin, known.end(), selector.offset(), false);
      return place(way, true, isAboveCleared ? Keys.USER_END : null);
    }
    if (origin.compareTo(known.end()) > 0 && !isAboveCleared) {
      return new Place(null, false, false, Readable.YES);
    }
    Way way = walk(known.begin(), origin, 1 - selector.offset(), true);
    return place(way, false, isBelowCleared ? Keys.FIRST : null);
  }

  private static Place place(Way way, boolean forward, Bytes veryEnd) {
    if (way.readable != Readable.YES && !way.isEnough && veryEnd == null) {
      // It runs off what is known, perhaps into the error: then even that is something.
      boolean errs = way.readable == Readable.NO;
      return new Place(errs ? Keys.FIRST : null, forward, errs, way.readable);
    }
    Bytes key = way.isEnough ? way.rows.get(way.rows.size() - 1).key() : veryEnd;
    return new Place(key, forward, true, way.readable);
  }

  private static Readable worse(Readable one, Readable other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  private Readable readable(KeyRange range) {
    if (unreadable.stream().anyMatch(range::intersects)) {
      return Readable.NO;
    }
    return doubtful.stream().anyMatch(range::intersects) ? Readable.PERHAPS : Readable.YES;
  }

  /** Takes rows from one end until there are as many as are wanted. */
  private Way walk(Bytes from, Bytes to, int wanted, boolean reverse) {
    List<KeyValue> found = new ArrayList<>();
    if (from.compareTo(to) >= 0) {
      return new Way(found, false, Readable.YES);
    }
    NavigableMap<Bytes, Bytes> part = rows.subMap(from, true, to, false);
    Bytes passed = reverse ? from : to;
    for (Map.Entry<Bytes, Bytes> row : (reverse ? part.descendingMap() : part).entrySet()) {
      found.add(new KeyValue(row.getKey(), row.getValue()));
      if (found.size() == wanted) {
        passed = reverse ? row.getKey() : Keys.after(row.getKey());
        break;
      }
    }
    KeyRange looked = reverse ? new KeyRange(passed, to) : new KeyRange(from, passed);
    return new Way(found, found.size() == wanted, readable(looked));
  }
}
