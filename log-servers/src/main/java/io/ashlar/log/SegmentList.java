package io.ashlar.log;

import io.ashlar.core.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/** The segments there are, in the order of their numbers. Pure. */
final class SegmentList {
  private final List<SegmentIndex> segments = new ArrayList<>();

  /** A segment behind all others. */
  void add(SegmentIndex segment) {
    Check.that(
        segments.isEmpty() || last().number() + 1 == segment.number(), "a gap before a segment");
    Check.that(segments.isEmpty() || last().last() == segment.base(), "a gap between segments");
    segments.add(segment);
  }

  SegmentIndex last() {
    return segments.get(segments.size() - 1);
  }

  int count() {
    return segments.size();
  }

  long sizeBytes() {
    long bytes = 0;
    for (SegmentIndex segment : segments) {
      bytes += segment.sizeBytes();
    }
    return bytes;
  }

  /** The segment with the next version from {@code from} that may concern the tag, or null. */
  SegmentIndex nextWith(int tag, long from) {
    for (int i = firstReaching(from); i < segments.size(); i++) {
      if (segments.get(i).nextOf(tag, from) >= 0) {
        return segments.get(i);
      }
    }
    return null;
  }

  /** The index of the first segment whose last version is at or above {@code version}. */
  private int firstReaching(long version) {
    int low = 0;
    int high = segments.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (segments.get(middle).last() < version) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  long firstUnpopped(IntToLongFunction poppedThrough) {
    for (SegmentIndex segment : segments) {
      long first = segment.firstUnpopped(poppedThrough);
      if (first != Long.MAX_VALUE) {
        return first;
      }
    }
    return Long.MAX_VALUE;
  }

  /**
   * The first segment, when every entry in it is popped and it is not the last: the last one tells
   * where the chain ends. Only from the first on, so that a gap is always a lost file.
   */
  SegmentIndex firstIfPopped(IntToLongFunction poppedThrough) {
    if (segments.size() < 2 || segments.get(0).firstUnpopped(poppedThrough) != Long.MAX_VALUE) {
      return null;
    }
    return segments.get(0);
  }

  void removeFirst() {
    Check.that(segments.size() > 1, "the last segment stays");
    segments.remove(0);
  }
}
