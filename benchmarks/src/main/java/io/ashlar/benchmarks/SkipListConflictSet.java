package io.ashlar.benchmarks;

import io.ashlar.core.Verdict;
import io.ashlar.message.ResolverTransaction;
import io.ashlar.resolver.RangeCursor;
import java.util.Arrays;
import java.util.List;

/**
 * The yardstick: a conflict set over a plain skip list, made the way FoundationDB's is. Nodes are
 * the boundaries of a step function from keys to versions; each pointer also holds the largest
 * version of the span it skips. Each transaction is checked and, when accepted, recorded before the
 * next one; old boundaries are removed a few at a time, in proportion to what was written.
 *
 * <p>Nothing here is slow on purpose, and nothing is clever.
 */
final class SkipListConflictSet implements BatchResolver {
  private static final int LEVELS_MAX = 24;

  /** Boundaries looked at for removal for each range written; FoundationDB's factor. */
  private static final int REMOVAL_FACTOR = 6;

  private static final class Node {
    private final byte[] key;
    private final Node[] next;

    /** By level, the largest version from this key to that of the next node of the level. */
    private final long[] maxVersions;

    Node(byte[] key, int levels) {
      this.key = key;
      next = new Node[levels];
      maxVersions = new long[levels];
    }

    int levels() {
      return next.length;
    }
  }

  private final long windowVersions;
  private final RangeCursor cursor = new RangeCursor();
  private final Node head = new Node(new byte[0], LEVELS_MAX);
  private final Node[] beforeBegin = new Node[LEVELS_MAX];
  private final Node[] beforeEnd = new Node[LEVELS_MAX];
  private long randomState = 0x9E3779B97F4A7C15L;
  private byte[] removalKey = new byte[0];
  private long oldestVersion;
  private long lastVersion;
  private long recordedCount;

  SkipListConflictSet(long floorVersion, long windowVersions) {
    this.windowVersions = windowVersions;
    oldestVersion = floorVersion;
    lastVersion = floorVersion;
    Arrays.fill(head.maxVersions, floorVersion);
  }

  @Override
  public byte[] resolve(long version, List<ResolverTransaction> transactions) {
    lastVersion = version;
    oldestVersion = Math.max(oldestVersion, version - windowVersions);
    recordedCount = 0;
    byte[] verdicts = new byte[transactions.size()];
    int index = 0;
    for (ResolverTransaction transaction : transactions) {
      Verdict verdict = decide(transaction);
      if (verdict == Verdict.COMMITTED) {
        record(transaction);
      }
      verdicts[index++] = (byte) verdict.code();
    }
    removeOld(recordedCount * REMOVAL_FACTOR + 10);
    return verdicts;
  }

  private Verdict decide(ResolverTransaction transaction) {
    long readVersion = Math.min(transaction.readVersion(), lastVersion - 1);
    Verdict verdict = Verdict.COMMITTED;
    cursor.reset(transaction.readConflicts());
    while (cursor.next()) {
      if (!cursor.isEmpty()) {
        if (readVersion < oldestVersion) {
          return Verdict.TOO_OLD;
        }
        if (verdict == Verdict.COMMITTED && isWrittenAfter(begin(), end(), readVersion)) {
          verdict = Verdict.CONFLICT;
        }
      }
    }
    return verdict;
  }

  private boolean isWrittenAfter(byte[] begin, byte[] end, long readVersion) {
    Node node = head;
    for (int level = LEVELS_MAX - 1; level >= 0; level--) {
      Node next = node.next[level];
      while (next != null && Arrays.compareUnsigned(next.key, begin) <= 0) {
        node = next;
        next = node.next[level];
      }
    }
    // From here to the end by the longest pointers that stay within the range.
    int level = 0;
    while (true) {
      while (level + 1 < node.levels() && isWithin(node.next[level + 1], end)) {
        level++;
      }
      while (level > 0
          && (!isWithin(node.next[level], end) || node.maxVersions[level] > readVersion)) {
        level--;
      }
      if (node.maxVersions[level] > readVersion) {
        return true;
      }
      node = node.next[level];
      if (node == null || Arrays.compareUnsigned(node.key, end) >= 0) {
        return false;
      }
      level = Math.min(level, node.levels() - 1);
    }
  }

  private static boolean isWithin(Node node, byte[] end) {
    return node != null && Arrays.compareUnsigned(node.key, end) <= 0;
  }

  private void record(ResolverTransaction transaction) {
    cursor.reset(transaction.writeConflicts());
    while (cursor.next()) {
      if (!cursor.isEmpty()) {
        record(begin(), end());
        recordedCount++;
      }
    }
  }

  private void record(byte[] begin, byte[] end) {
    findBefore(end, beforeEnd);
    Node atEnd = beforeEnd[0].next[0];
    if (atEnd == null || !Arrays.equals(atEnd.key, end)) {
      insert(end, beforeEnd, beforeEnd[0].maxVersions[0]);
    }
    if (begin.length == 0) {
      removeBetween(head, end);
      return;
    }
    findBefore(begin, beforeBegin);
    Node node = beforeBegin[0].next[0];
    while (node != null && Arrays.compareUnsigned(node.key, end) < 0) {
      unlink(node, beforeBegin);
      node = beforeBegin[0].next[0];
    }
    insert(begin, beforeBegin, lastVersion);
  }

  /** Empties {@code (first, end)} and gives the span the batch's version. */
  private void removeBetween(Node first, byte[] end) {
    Arrays.fill(beforeBegin, first);
    Node node = first.next[0];
    while (node != null && Arrays.compareUnsigned(node.key, end) < 0) {
      unlink(node, beforeBegin);
      node = first.next[0];
    }
    Arrays.fill(first.maxVersions, lastVersion);
  }

  /** At each level the last node whose key is below {@code key}. */
  private void findBefore(byte[] key, Node[] before) {
    Node node = head;
    for (int level = LEVELS_MAX - 1; level >= 0; level--) {
      Node next = node.next[level];
      while (next != null && Arrays.compareUnsigned(next.key, key) < 0) {
        node = next;
        next = node.next[level];
      }
      before[level] = node;
    }
  }

  private void insert(byte[] key, Node[] before, long version) {
    Node node = new Node(key, drawLevels());
    node.maxVersions[0] = version;
    node.next[0] = before[0].next[0];
    before[0].next[0] = node;
    for (int level = 1; level < LEVELS_MAX; level++) {
      if (level < node.levels()) {
        node.next[level] = before[level].next[level];
        before[level].next[level] = node;
        node.maxVersions[level] = maxBelow(node, level);
        before[level].maxVersions[level] = maxBelow(before[level], level);
      } else {
        before[level].maxVersions[level] = Math.max(before[level].maxVersions[level], version);
      }
    }
  }

  /** The largest version of a pointer's span, from the pointers one level below. */
  private static long maxBelow(Node from, int level) {
    Node to = from.next[level];
    long max = Long.MIN_VALUE;
    for (Node node = from; node != to; node = node.next[level - 1]) {
      max = Math.max(max, node.maxVersions[level - 1]);
    }
    return max;
  }

  private static void unlink(Node node, Node[] before) {
    for (int level = 0; level < node.levels(); level++) {
      before[level].next[level] = node.next[level];
      if (level > 0) {
        before[level].maxVersions[level] =
            Math.max(before[level].maxVersions[level], node.maxVersions[level]);
      }
    }
  }

  /** Removes boundaries between two spans that are both older than the window. */
  private void removeOld(long count) {
    findBefore(removalKey, beforeBegin);
    boolean isOldBefore = beforeBegin[0].maxVersions[0] <= oldestVersion;
    for (long i = 0; i < count; i++) {
      Node node = beforeBegin[0].next[0];
      if (node == null) {
        removalKey = new byte[0];
        return;
      }
      boolean isOld = node.maxVersions[0] <= oldestVersion;
      if (isOld && isOldBefore) {
        unlink(node, beforeBegin);
      } else {
        Arrays.fill(beforeBegin, 0, node.levels(), node);
      }
      isOldBefore = isOld;
      removalKey = node.key;
    }
  }

  private int drawLevels() {
    randomState ^= randomState << 13;
    randomState ^= randomState >>> 7;
    randomState ^= randomState << 17;
    return Math.min(LEVELS_MAX, 1 + Long.numberOfTrailingZeros(randomState));
  }

  private byte[] begin() {
    int from = cursor.beginFrom();
    return Arrays.copyOfRange(cursor.array(), from, from + cursor.beginLength());
  }

  private byte[] end() {
    if (cursor.isSingle()) {
      int from = cursor.beginFrom();
      byte[] after = new byte[cursor.beginLength() + 1];
      System.arraycopy(cursor.array(), from, after, 0, cursor.beginLength());
      return after;
    }
    int from = cursor.endFrom();
    return Arrays.copyOfRange(cursor.array(), from, from + cursor.endLength());
  }
}
