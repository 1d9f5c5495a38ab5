package io.ashlar.log;

import io.ashlar.core.Check;
import java.util.Arrays;
import java.util.function.IntToLongFunction;

/**
 * What is known of one segment without its frames: for each tag the first and last version, and
 * marks from which its frames can be read. Small however full the segment is. Pure.
 */
final class SegmentIndex {
  private final long number;
  private final long base;
  private final int markBytes;
  private long last;
  private long sizeBytes = SegmentCodec.HEADER_BYTES;
  private int[] tags = new int[4];
  private long[] firstVersions = new long[4];
  private long[] lastVersions = new long[4];
  private int tagCount;

  /** The first version behind each mark, and where its frame begins. */
  private long[] markVersions = new long[8];

  private long[] markOffsets = new long[8];
  private int markCount;

  /**
   * @param base the last version before this segment
   * @param markBytes least distance between two marks
   */
  SegmentIndex(long number, long base, int markBytes) {
    this.number = number;
    this.base = base;
    this.markBytes = markBytes;
    last = base;
  }

  /** A stretch of whole frames. */
  record Span(long offset, int length, long through) {}

  long number() {
    return number;
  }

  long base() {
    return base;
  }

  /** The last version in it. */
  long last() {
    return last;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** The next frame, which begins where the one before ended. */
  void add(long version, int frameBytes, int[] entryTags) {
    Check.that(version > last, "not forward: ", version, " after ", last);
    last = version;
    if (markCount == 0 || sizeBytes - markOffsets[markCount - 1] >= markBytes) {
      if (markCount == markOffsets.length) {
        markOffsets = Arrays.copyOf(markOffsets, markCount * 2);
        markVersions = Arrays.copyOf(markVersions, markCount * 2);
      }
      markVersions[markCount] = version;
      markOffsets[markCount] = sizeBytes;
      markCount++;
    }
    sizeBytes += frameBytes;
    for (int tag : entryTags) {
      addTag(tag, version);
    }
  }

  private void addTag(int tag, long version) {
    int i = Arrays.binarySearch(tags, 0, tagCount, tag);
    if (i >= 0) {
      lastVersions[i] = version;
      return;
    }
    int at = -i - 1;
    if (tagCount == tags.length) {
      tags = Arrays.copyOf(tags, tagCount * 2);
      firstVersions = Arrays.copyOf(firstVersions, tagCount * 2);
      lastVersions = Arrays.copyOf(lastVersions, tagCount * 2);
    }
    System.arraycopy(tags, at, tags, at + 1, tagCount - at);
    System.arraycopy(firstVersions, at, firstVersions, at + 1, tagCount - at);
    System.arraycopy(lastVersions, at, lastVersions, at + 1, tagCount - at);
    tags[at] = tag;
    firstVersions[at] = version;
    lastVersions[at] = version;
    tagCount++;
  }

  /** The first version at or above {@code from} that may have an entry of the tag; or -1. */
  long nextOf(int tag, long from) {
    int i = Arrays.binarySearch(tags, 0, tagCount, tag);
    if (i < 0 || lastVersions[i] < from) {
      return -1;
    }
    return Math.max(from, firstVersions[i]);
  }

  /**
   * The lowest version that may have an entry no reader has popped, or the largest long when
   * everything is popped: exact about whether there is one.
   */
  long firstUnpopped(IntToLongFunction poppedThrough) {
    long first = Long.MAX_VALUE;
    for (int i = 0; i < tagCount; i++) {
      long popped = poppedThrough.applyAsLong(tags[i]);
      if (popped < lastVersions[i]) {
        first = Math.min(first, Math.max(firstVersions[i], popped + 1));
      }
    }
    return first;
  }

  /** The frames from {@code version}, which lies in this segment, about {@code readBytes} long. */
  Span spanFrom(long version, int readBytes) {
    Check.that(version > base && version <= last, "not in this segment: ", version);
    int mark = Arrays.binarySearch(markVersions, 0, markCount, version);
    if (mark < 0) {
      // Versions between two that exist belong to the later one, so to this stretch or the next.
      mark = Math.max(0, -mark - 2);
    }
    int stop = mark + 1;
    while (stop < markCount && offsetOf(stop + 1) - markOffsets[mark] <= readBytes) {
      stop++;
    }
    long through = stop < markCount ? markVersions[stop] - 1 : last;
    long length = offsetOf(stop) - markOffsets[mark];
    Check.that(length <= Integer.MAX_VALUE, "a stretch too long: ", length);
    return new Span(markOffsets[mark], (int) length, through);
  }

  private long offsetOf(int mark) {
    return mark < markCount ? markOffsets[mark] : sizeBytes;
  }

  void checkInvariants() {
    for (int i = 0; i < tagCount; i++) {
      Check.that(i == 0 || tags[i - 1] < tags[i], "tags out of order");
      Check.that(firstVersions[i] <= lastVersions[i], "tag versions out of order");
      Check.that(firstVersions[i] > base, "a tag before the base");
      Check.that(lastVersions[i] <= last, "a tag after the end");
    }
    for (int i = 1; i < markCount; i++) {
      Check.that(markVersions[i - 1] < markVersions[i], "marks out of order");
      Check.that(markOffsets[i - 1] < markOffsets[i], "marks out of order");
    }
  }
}
