package io.ashlar.storage;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.KeyRange;
import java.util.ArrayList;
import java.util.List;

/** The ranges that belong to a server at a version: disjoint, in order, not touching. Immutable. */
final class Shards {
  static final Shards NONE = new Shards(List.of());

  private final List<KeyRange> ranges;

  private Shards(List<KeyRange> ranges) {
    this.ranges = List.copyOf(ranges);
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
    return new Shards(result);
  }

  /** These without {@code removed}. */
  Shards without(KeyRange removed) {
    if (removed.isEmpty()) {
      return this;
    }
    List<KeyRange> result = new ArrayList<>();
    for (KeyRange range : ranges) {
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
    return new Shards(result);
  }

  void encode(ByteWriter to) {
    to.putVarint(ranges.size());
    for (KeyRange range : ranges) {
      to.putBytes(range.begin()).putBytes(range.end());
    }
  }

  static Shards decode(ByteReader from) {
    int count = from.getCount();
    List<KeyRange> ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ranges.add(new KeyRange(from.getBytes(), from.getBytes()));
    }
    return new Shards(ranges);
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
  }
}
