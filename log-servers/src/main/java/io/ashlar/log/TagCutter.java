package io.ashlar.log;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.TaggedMutations;

/** Cuts the mutations of one tag out of payloads. Not thread-safe; reused to save garbage. */
final class TagCutter implements TaggedMutations.Visitor {
  private static final int ENTRY_OVERHEAD_BYTES = 18;

  private final ByteWriter mutations = new ByteWriter(1 << 12);
  private int tag;

  /**
   * Appends the version with the tag's mutations to {@code to}, if it has any.
   *
   * @return false when it would make {@code to}, not empty, larger than {@code bytesMax}: then
   *     nothing is appended
   */
  boolean cut(int tag, long version, Bytes payload, int bytesMax, ByteWriter to) {
    this.tag = tag;
    mutations.clear();
    TaggedMutations.forEach(payload, this);
    if (mutations.size() == 0) {
      return true;
    }
    if (to.size() > 0 && to.size() + ENTRY_OVERHEAD_BYTES + (long) mutations.size() > bytesMax) {
      return false;
    }
    PeekEntries.append(to, version, mutations.unsafeBuffer(), 0, mutations.size());
    return true;
  }

  @Override
  public void entry(int[] tags, int tagCount, byte[] array, int mutationAt, int mutationLength) {
    for (int i = 0; i < tagCount; i++) {
      if (tags[i] == tag) {
        mutations.putRaw(array, mutationAt, mutationLength);
        // A tag named twice gets the mutation once.
        return;
      }
    }
  }
}
