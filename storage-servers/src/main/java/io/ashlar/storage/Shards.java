package io.ashlar.storage;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.KeyRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What belongs to a server at a version: the ranges it can serve, disjoint, in order, not touching;
 * and those that are arriving, which it fetches from others while it receives their mutations. What
 * has arrived whole can be served; it stays among the arriving until it is the server's own.
 * Immutable.
 */
final class Shards {
  static final Shards NONE = new Shards(List.of(), List.of());

  /**
   * A range that is being fetched, or has been and is not the server's own yet.
   *
   * @param range disjoint with all others
   * @param next what lies before it is here; what lies behind is awaited
   * @param since the version at which it began: tells it from an earlier one of the same range
   */
  record Arriving(KeyRange range, Bytes next, long since) {
    boolean isComplete() {
      return next.compareTo(range.end()) >= 0;
    }

    /** What is not here yet; empty when all is. */
    KeyRange awaited() {
      return new KeyRange(next, range.end());
    }
  }

  private final List<KeyRange> ranges;
  private final List<Arriving> arriving;

  private Shards(List<KeyRange> ranges, List<Arriving> arriving) {
    this.ranges = List.copyOf(ranges);
    this.arriving = List.copyOf(arriving);
  }

  /** In key order. */
  List<Arriving> arriving() {
    return arriving;
  }

  /** Those of which something is awaited, in key order. */
  List<Arriving> awaited() {
    return arriving.stream().filter(each -> !each.isComplete()).toList();
  }

  /** Whether the key is in a range that is arriving, and what is there has not been fetched. */
  boolean isAwaited(Bytes key) {
    for (Arriving each : arriving) {
      if (each.awaited().contains(key)) {
        return true;
      }
    }
    return false;
  }

  /** The parts of {@code range} that are awaited, in key order. */
  List<KeyRange> awaitedIn(KeyRange range) {
    List<KeyRange> parts = new ArrayList<>();
    for (Arriving each : arriving) {
      KeyRange part = each.awaited().intersection(range);
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    return parts;
  }

  /** These, with a range that begins to arrive at {@code since}; whatever was here of it is not. */
  Shards withArriving(KeyRange range, long since) {
    if (range.isEmpty()) {
      return this;
    }
    Shards others = without(range);
    List<Arriving> more = new ArrayList<>(others.arriving);
    more.add(new Arriving(range, range.begin(), since));
    more.sort(Comparator.comparing(each -> each.range().begin()));
    return new Shards(others.ranges, more);
  }

  /** These, with a piece that was fetched: it begins at what is awaited of the range it is in. */
  Shards withFetched(KeyRange piece) {
    List<Arriving> more = new ArrayList<>();
    KeyRange complete = null;
    boolean isFound = false;
    for (Arriving each : arriving) {
      if (each.next.equals(piece.begin()) && !each.isComplete()) {
        Check.that(piece.end().compareTo(each.range.end()) <= 0, "fetched too much: ", piece);
        Arriving further = new Arriving(each.range, piece.end(), each.since);
        complete = further.isComplete() ? further.range : null;
        isFound = true;
        more.add(further);
      } else {
        more.add(each);
      }
    }
    Check.that(isFound, "nobody awaits ", piece);
    return new Shards(complete == null ? ranges : with(complete).ranges, more);
  }

  /** These, with a range that has arrived and is the server's own from now on. */
  Shards withJoined(KeyRange range) {
    Check.that(contains(range), "a range is to be served that was not fetched: ", range);
    return withArrivingOnly(range);
  }

  /** Nothing of {@code range} is arriving any more. */
  private Shards withArrivingOnly(KeyRange range) {
    List<Arriving> left = new ArrayList<>();
    Shards result = this;
    for (Arriving each : arriving) {
      if (!each.range.intersects(range)) {
        left.add(each);
        continue;
      }
      KeyRange before = new KeyRange(each.range.begin(), range.begin());
      KeyRange behind = new KeyRange(range.end(), each.range.end());
      for (KeyRange part : List.of(before, behind)) {
        if (part.begin().compareTo(part.end()) < 0) {
          Bytes next = each.next.compareTo(part.end()) > 0 ? part.end() : each.next;
          next = next.compareTo(part.begin()) < 0 ? part.begin() : next;
          Arriving rest = new Arriving(part, next, each.since);
          left.add(rest);
          result = rest.isComplete() ? result.with(part) : result;
        }
      }
    }
    return new Shards(result.ranges, left);
  }

  /**
   * What can be served and cannot be taken back any more: all that is the server's own, and what
   * has arrived if that is so in {@code durable} too.
   *
   * @param durable what belonged to the server at the durable version
   */
  List<KeyRange> rangesSafeBy(Shards durable) {
    Shards safe = new Shards(ranges, List.of());
    for (Arriving each : arriving) {
      if (!durable.arriving.contains(each)) {
        safe = safe.without(each.range);
      }
    }
    return safe.ranges;
  }

  /** Whether something has arrived whole which in {@code durable} has not. */
  boolean hasArrivedSince(Shards durable) {
    for (Arriving each : arriving) {
      if (each.isComplete() && !durable.arriving.contains(each)) {
        return true;
      }
    }
    return false;
  }

  List<KeyRange> ranges() {
    return ranges;
  }

  boolean contains(Bytes key) {
    KeyRange range = at(key);
    return range != null && key.compareTo(range.end()) < 0;
  }

  /**
   * Whether all of {@code range} belongs to the server; an empty range does where its begin does.
   */
  boolean contains(KeyRange range) {
    KeyRange own = at(range.begin());
    if (own == null) {
      return false;
    }
    return range.isEmpty()
        ? range.begin().compareTo(own.end()) <= 0
        : range.end().compareTo(own.end()) <= 0;
  }

  /** The last range that begins at or before {@code key}, or null. */
  private KeyRange at(Bytes key) {
    int low = 0;
    int high = ranges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).begin().compareTo(key) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? null : ranges.get(low - 1);
  }

  /** These and {@code added}. */
  Shards with(KeyRange added) {
    if (added.isEmpty()) {
      return this;
    }
    List<KeyRange> result = new ArrayList<>();
    Bytes begin = added.begin();
    Bytes end = added.end();
    boolean placed = false;
    for (KeyRange range : ranges) {
      if (range.end().compareTo(begin) < 0) {
        result.add(range);
      } else if (range.begin().compareTo(end) > 0) {
        if (!placed) {
          result.add(new KeyRange(begin, end));
          placed = true;
        }
        result.add(range);
      } else {
        begin = range.begin().compareTo(begin) < 0 ? range.begin() : begin;
        end = range.end().compareTo(end) > 0 ? range.end() : end;
      }
    }
    if (!placed) {
      result.add(new KeyRange(begin, end));
    }
    return new Shards(result, arriving);
  }

  /** These without {@code removed}. */
  Shards without(KeyRange removed) {
    if (removed.isEmpty()) {
      return this;
    }
    Shards rest = withArrivingOnly(removed);
    List<KeyRange> result = new ArrayList<>();
    for (KeyRange range : rest.ranges) {
      if (!range.intersects(removed)) {
        result.add(range);
        continue;
      }
      if (range.begin().compareTo(removed.begin()) < 0) {
        result.add(new KeyRange(range.begin(), removed.begin()));
      }
      if (removed.end().compareTo(range.end()) < 0) {
        result.add(new KeyRange(removed.end(), range.end()));
      }
    }
    return new Shards(result, rest.arriving);
  }

  void encode(ByteWriter to) {
    to.putVarint(ranges.size());
    for (KeyRange range : ranges) {
      to.putBytes(range.begin()).putBytes(range.end());
    }
    to.putVarint(arriving.size());
    for (Arriving each : arriving) {
      to.putBytes(each.range.begin()).putBytes(each.range.end());
      to.putBytes(each.next).putLong(each.since);
    }
  }

  static Shards decode(ByteReader from) {
    Shards shards = decodeAtRest(from);
    List<Arriving> arriving = new ArrayList<>();
    for (int left = from.getCount(); left > 0; left--) {
      KeyRange range = new KeyRange(from.getBytes(), from.getBytes());
      arriving.add(new Arriving(range, from.getBytes(), from.getLong()));
    }
    return new Shards(shards.ranges, arriving);
  }

  /** Reads what was written before ranges could arrive. */
  static Shards decodeAtRest(ByteReader from) {
    int count = from.getCount();
    List<KeyRange> ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ranges.add(new KeyRange(from.getBytes(), from.getBytes()));
    }
    return new Shards(ranges, List.of());
  }

  void checkInvariants() {
    for (int i = 0; i < ranges.size(); i++) {
      Check.that(!ranges.get(i).isEmpty(), "an empty shard: ", ranges.get(i));
      if (i > 0) {
        Check.that(
            ranges.get(i - 1).end().compareTo(ranges.get(i).begin()) < 0,
            "shards out of order or not joined: ",
            ranges.get(i));
      }
    }
    for (int i = 0; i < arriving.size(); i++) {
      Arriving each = arriving.get(i);
      Check.that(!each.range.isEmpty(), "an empty range arrives: ", each);
      Check.that(each.next.compareTo(each.range.begin()) >= 0, "fetched before its begin: ", each);
      Check.that(each.next.compareTo(each.range.end()) <= 0, "fetched behind its end: ", each);
      Check.that(
          each.isComplete() ? contains(each.range) : !contains(each.range.begin()),
          "served and awaited, or neither: ",
          each);
      if (i > 0) {
        Check.that(
            arriving.get(i - 1).range.end().compareTo(each.range.begin()) <= 0,
            "arriving out of order: ",
            each);
      }
    }
  }
}
