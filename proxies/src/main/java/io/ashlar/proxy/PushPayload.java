package io.ashlar.proxy;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.TaggedMutations;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries of one version, cut for each log server: it gets a mutation with those of its tags
 * that it holds, and not at all when it holds none. Where every log server holds every tag they
 * share one payload. Pure; used for one version after the other.
 */
final class PushPayload {
  private final TagPlacement placement;
  private final int memberCount;
  private final boolean shared;
  private final ByteWriter[] writers;

  /** Tags of a mutation, and for each log server those it holds. */
  record Team(int[] tags, int[][] byMember) {}

  /**
   * @param memberCount log servers of the generation
   */
  PushPayload(TagPlacement placement, int memberCount) {
    this.placement = placement;
    this.memberCount = memberCount;
    // A tag is held by F log servers whichever it is: when one is held by all, all are.
    this.shared = placement.membersFor(0).length == memberCount;
    this.writers = new ByteWriter[shared ? 1 : memberCount];
    for (int i = 0; i < writers.length; i++) {
      writers[i] = new ByteWriter(4_096);
    }
  }

  /** Prepares a set of tags, ascending, so that it can be used for many mutations. */
  Team team(int[] tags) {
    if (shared) {
      return new Team(tags, null);
    }
    int[][] byMember = new int[memberCount][];
    for (int member = 0; member < memberCount; member++) {
      int[] held = new int[tags.length];
      int count = 0;
      for (int tag : tags) {
        if (placement.holds(member, tag)) {
          held[count++] = tag;
        }
      }
      byMember[member] = java.util.Arrays.copyOf(held, count);
    }
    return new Team(tags, byMember);
  }

  void clear() {
    for (ByteWriter writer : writers) {
      writer.clear();
    }
  }

  /** The bytes of the largest payload so far. */
  int bytesMax() {
    int max = 0;
    for (ByteWriter writer : writers) {
      max = Math.max(max, writer.size());
    }
    return max;
  }

  /** Adds a mutation, encoded in {@code array[at, at + length)}, for {@code team}. */
  void append(Team team, byte[] array, int at, int length) {
    if (shared) {
      TaggedMutations.append(writers[0], team.tags(), team.tags().length, array, at, length);
      return;
    }
    for (int member = 0; member < memberCount; member++) {
      int[] held = team.byMember()[member];
      if (held.length > 0) {
        TaggedMutations.append(writers[member], held, held.length, array, at, length);
      }
    }
  }

  /** The payload of each log server, in the order of the members. */
  List<Bytes> payloads() {
    List<Bytes> payloads = new ArrayList<>(memberCount);
    Bytes last = null;
    for (int member = 0; member < memberCount; member++) {
      if (!shared || last == null) {
        ByteWriter writer = writers[shared ? 0 : member];
        Check.that(
            writer.size() <= CommitProxyOptions.PUSH_BYTES_MAX,
            "a push is too large, bytes: ",
            writer.size());
        last = writer.toBytes();
      }
      payloads.add(last);
    }
    return payloads;
  }
}
