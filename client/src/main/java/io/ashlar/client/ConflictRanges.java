package io.ashlar.client;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Keys;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of ranges of keys that grows. Ranges are only appended, since most transactions never look
 * at them; they are sorted and joined when asked for, or when there are many.
 */
final class ConflictRanges {
  private static final int JOIN_AT = 64;
  private static final Comparator<KeyRange> BY_BEGIN = Comparator.comparing(KeyRange::begin);

  private List<KeyRange> ranges = new ArrayList<>();

  /** How many of {@link #ranges} are sorted and joined already. */
  private int joined;

  private int joinAt = JOIN_AT;

  void addKey(Bytes key) {
    add(key, Keys.after(key));
  }

  /** Adds a range; an empty one adds nothing. */
  void add(Bytes begin, Bytes end) {
    if (begin.compareTo(end) >= 0) {
      return;
    }
    ranges.add(new KeyRange(begin, end));
    if (ranges.size() >= joinAt) {
      join();
      joinAt = Math.max(JOIN_AT, 2 * ranges.size());
    }
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** The ranges: ascending, disjoint, and not touching. */
  List<KeyRange> ranges() {
    join();
    return ranges;
  }

  /** The bytes of all begins and ends. */
  long sizeBytes() {
    long size = 0;
    for (KeyRange range : ranges()) {
      size += range.begin().length() + range.end().length();
    }
    return size;
  }

  void encode(ByteWriter to) {
    for (KeyRange range : ranges()) {
      KeyRanges.encode(range, to);
    }
  }

  private void join() {
    if (joined == ranges.size()) {
      return;
    }
    List<KeyRange> sorted = ranges;
    sorted.sort(BY_BEGIN);
    List<KeyRange> result = new ArrayList<>(sorted.size());
    Bytes begin = sorted.get(0).begin();
    Bytes end = sorted.get(0).end();
    for (int i = 1; i < sorted.size(); i++) {
      KeyRange next = sorted.get(i);
      if (next.begin().compareTo(end) > 0) {
        result.add(new KeyRange(begin, end));
        begin = next.begin();
        end = next.end();
      } else if (next.end().compareTo(end) > 0) {
        end = next.end();
      }
    }
    result.add(new KeyRange(begin, end));
    ranges = result;
    joined = result.size();
  }
}
