package io.ashlar.log;

import io.ashlar.core.Bytes;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.MalformedException;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.TaggedMutations;
import io.ashlar.core.Uid;
import java.util.Arrays;

/**
 * Finds the tags of a payload that this log server holds. Entries of other tags are nobody's to pop
 * here and are ignored. Not thread-safe.
 */
final class HeldTags implements TaggedMutations.Visitor {
  private static final int[] NONE = new int[0];

  private final TagPlacement placement;
  private final int self;
  private final int tagsMax;
  private int[] known = new int[8];
  private boolean[] held = new boolean[8];
  private int knownCount;
  private int[] found = new int[8];
  private int foundCount;
  private int[] last = NONE;

  HeldTags(LogGeneration generation, Uid logId, int tagsMax) {
    placement = new TagPlacement(generation);
    self = indexOf(generation, logId);
    this.tagsMax = tagsMax;
  }

  /** The place of the log server among the members, or -1. */
  static int indexOf(LogGeneration generation, Uid logId) {
    for (int i = 0; i < generation.members().size(); i++) {
      if (generation.members().get(i).logId().equals(logId)) {
        return i;
      }
    }
    return -1;
  }

  /** Remembers nothing: anybody may ask for any tag, and that must not fill the table. */
  boolean holds(int tag) {
    int i = Arrays.binarySearch(known, 0, knownCount, tag);
    return i >= 0 ? held[i] : placement.holds(self, tag);
  }

  /** Whether the tag is held and was in any payload so far. */
  boolean hasSeen(int tag) {
    int i = Arrays.binarySearch(known, 0, knownCount, tag);
    return i >= 0 && held[i];
  }

  private boolean learn(int tag) {
    int i = Arrays.binarySearch(known, 0, knownCount, tag);
    if (i >= 0) {
      return held[i];
    }
    if (knownCount >= tagsMax) {
      throw new MalformedException("more than " + tagsMax + " tags");
    }
    int at = -i - 1;
    if (knownCount == known.length) {
      known = Arrays.copyOf(known, knownCount * 2);
      held = Arrays.copyOf(held, knownCount * 2);
    }
    System.arraycopy(known, at, known, at + 1, knownCount - at);
    System.arraycopy(held, at, held, at + 1, knownCount - at);
    known[at] = tag;
    held[at] = placement.holds(self, tag);
    knownCount++;
    return held[at];
  }

  /**
   * The held tags of {@code payload}, ascending; often the same array as before, only to be read.
   *
   * @throws MalformedException when the bytes are no tagged mutations
   */
  int[] of(Bytes payload) {
    if (payload.isEmpty()) {
      return NONE;
    }
    foundCount = 0;
    TaggedMutations.forEach(payload, this);
    if (!Arrays.equals(found, 0, foundCount, last, 0, last.length)) {
      last = Arrays.copyOf(found, foundCount);
    }
    return last;
  }

  @Override
  public void entry(int[] tags, int tagCount, byte[] array, int mutationAt, int mutationLength) {
    for (int i = 0; i < tagCount; i++) {
      int at = Arrays.binarySearch(found, 0, foundCount, tags[i]);
      if (at < 0 && learn(tags[i])) {
        insert(-at - 1, tags[i]);
      }
    }
  }

  private void insert(int at, int tag) {
    if (foundCount == found.length) {
      found = Arrays.copyOf(found, foundCount * 2);
    }
    System.arraycopy(found, at, found, at + 1, foundCount - at);
    found[at] = tag;
    foundCount++;
  }
}
