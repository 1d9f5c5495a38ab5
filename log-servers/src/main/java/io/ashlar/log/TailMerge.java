package io.ashlar.log;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.TaggedMutations;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts the streams of several tags together again, version by version: a version is given out when
 * every tag has been read through it. Pure.
 */
final class TailMerge {
  private final int[] tags;
  private final long end;
  private final long[] through;
  private final long[] heldThrough;
  private final TreeMap<Long, TreeMap<Integer, Bytes>> byVersion = new TreeMap<>();

  /**
   * A version of the tail.
   *
   * @param payload as {@link TaggedMutations} encodes it; all mutations of a tag are one entry
   */
  record Merged(long version, Bytes payload) {}

  /** The tail (begin, end] of the tags, which ascend. */
  TailMerge(int[] tags, long begin, long end) {
    this.tags = tags.clone();
    this.end = end;
    through = new long[tags.length];
    heldThrough = new long[tags.length];
    Arrays.fill(through, begin);
    Arrays.fill(heldThrough, begin);
  }

  /** The first version of the tag at {@code index} that has not been read. */
  long next(int index) {
    return through[index] + 1;
  }

  /** Whether the tag is to be read on now: not to its end, and nothing read of it waits. */
  boolean wants(int index) {
    return through[index] < end && heldThrough[index] <= horizon();
  }

  boolean isWhole() {
    return horizon() >= end;
  }

  private long horizon() {
    long horizon = end;
    for (long tagThrough : through) {
      horizon = Math.min(horizon, tagThrough);
    }
    return horizon;
  }

  /** Entries of the tag at {@code index}: all from {@link #next} to {@code readThrough}. */
  void received(int index, List<PeekEntries.Entry> entries, long readThrough) {
    Check.that(readThrough > through[index], "nothing read: ", readThrough);
    for (PeekEntries.Entry entry : entries) {
      // Above the end lies what the epoch before left uncommitted: it never happened.
      if (entry.version() > through[index]
          && entry.version() <= Math.min(readThrough, end)
          && !entry.mutations().isEmpty()) {
        byVersion
            .computeIfAbsent(entry.version(), version -> new TreeMap<>())
            .put(tags[index], entry.mutations());
        heldThrough[index] = entry.version();
      }
    }
    through[index] = Math.min(readThrough, end);
  }

  /** The next version of the tail in order, or null when more has to be read first. */
  Merged take() {
    if (byVersion.isEmpty() || byVersion.firstKey() > horizon()) {
      return null;
    }
    Map.Entry<Long, TreeMap<Integer, Bytes>> first = byVersion.pollFirstEntry();
    ByteWriter payload = new ByteWriter(256);
    int[] tag = new int[1];
    for (Map.Entry<Integer, Bytes> entry : first.getValue().entrySet()) {
      tag[0] = entry.getKey();
      Bytes mutations = entry.getValue();
      TaggedMutations.append(payload, tag, 1, mutations.unsafeArray(), mutations.length());
    }
    return new Merged(first.getKey(), payload.toBytes());
  }
}
