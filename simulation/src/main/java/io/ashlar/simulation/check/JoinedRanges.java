package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A set of keys as ranges that neither overlap nor touch, kept in the simplest way. */
final class JoinedRanges {
  private List<KeyRange> ranges = new ArrayList<>();

  void add(KeyRange added) {
    if (added.isEmpty()) {
      return;
    }
    Bytes begin = added.begin();
    Bytes end = added.end();
    List<KeyRange> apart = new ArrayList<>();
    for (KeyRange each : ranges) {
      if (each.begin().compareTo(end) > 0 || begin.compareTo(each.end()) > 0) {
        apart.add(each);
      } else {
        begin = each.begin().compareTo(begin) < 0 ? each.begin() : begin;
        end = each.end().compareTo(end) > 0 ? each.end() : end;
      }
    }
    apart.add(new KeyRange(begin, end));
    apart.sort(Comparator.comparing(KeyRange::begin));
    ranges = apart;
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** The bytes of all begins and ends. */
  long sizeBytes() {
    long size = 0;
    for (KeyRange range : ranges) {
      size += range.begin().length() + range.end().length();
    }
    return size;
  }

  List<KeyRange> ranges() {
    return List.copyOf(ranges);
  }
}
