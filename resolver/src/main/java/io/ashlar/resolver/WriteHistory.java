package io.ashlar.resolver;

import io.ashlar.core.Check;
import java.util.Arrays;

/**
 * When each key was last written: a step function from keys to versions, in a B+ tree.
 *
 * <p>A leaf holds the boundaries of the steps, an inner node where its children begin and the
 * largest version in each. A node's fence is always a boundary of its first leaf, so a leaf knows
 * the version of every key that belongs to it. A write is at a version that is at least all others:
 * it makes the boundaries within its range one, raises the largest versions on its path to its own,
 * and needs two more places at most; full nodes are split on the way down.
 *
 * <p>Versions up to the oldest of interest count as one. Boundaries between such spans go when a
 * leaf is full, and in a sweep over all leaves, which advances with the writes.
 */
final class WriteHistory {
  /** Keys of a node. Measured: 32 and 128 are both slower. */
  static final int NODE_CAPACITY = 64;

  /** Below this a node could lack the room for a write after a split. */
  private static final int NODE_CAPACITY_MIN = 8;

  /**
   * Boundaries that the sweep looks at for each one added: what has expired stays below half of
   * what is held.
   */
  private static final int SWEEP_FACTOR = 3;

  private static final byte[] NO_BYTES = {};

  private final SearchKey sweepKey = new SearchKey();
  private final SearchKey separator = new SearchKey();
  private final Route[] one = new Route[1];
  private final int nodeCapacity;

  /** A leaf that is fuller than this once what has expired is gone is split. */
  private final int splitCount;

  /** Neighbours that are not fuller than this together become one node. */
  private final int mergeCount;

  private HistoryNode root;

  /** Where the sweep goes on. */
  private byte[] sweepFrom = NO_BYTES;

  /** How often keys went from one node to another: no way found before is sure to be right. */
  private long structure;

  private long oldestVersion;
  private long lastVersion;
  private int boundaryCount = 1;
  private int addedCount;

  /** Every key was last written at {@code floorVersion}. */
  WriteHistory(long floorVersion, int nodeCapacity) {
    Check.that(nodeCapacity >= NODE_CAPACITY_MIN, "nodes too small: ", nodeCapacity);
    this.nodeCapacity = nodeCapacity;
    splitCount = nodeCapacity * 3 / 4;
    mergeCount = nodeCapacity / 2;
    root = new HistoryNode(NO_BYTES, true, nodeCapacity);
    root.versions[0] = floorVersion;
    oldestVersion = floorVersion;
    lastVersion = floorVersion;
  }

  int boundaryCount() {
    return boundaryCount;
  }

  /** Writes are at this version from now on, and nobody asks below the oldest any more. */
  void advance(long version, long oldest) {
    Check.that(version >= lastVersion, "versions go up: ", version);
    lastVersion = version;
    oldestVersion = oldest;
  }

  /**
   * Finds the ways of several ranges, level by level.
   *
   * @param count how many of {@code routes}, from the first on
   */
  void route(Route[] routes, int count) {
    for (int i = 0; i < count; i++) {
      routes[i].start(root, structure);
    }
    for (HistoryNode node = root; !node.isLeaf(); node = node.children[0]) {
      for (int i = 0; i < count; i++) {
        routes[i].descend();
      }
    }
    for (int i = 0; i < count; i++) {
      routes[i].arrive();
    }
  }

  /** Finds one way to its leaf. */
  private void routeToLeaf(Route route) {
    route.start(root, structure);
    while (!route.node.isLeaf()) {
      route.descend();
    }
  }

  /** Whether any key of a range that is read was written after its version. */
  boolean isWrittenAfter(Route route) {
    if (!route.isCurrent(structure)) {
      one[0] = route;
      route(one, 1);
    }
    if (route.isUnwritten()) {
      return false;
    }
    if (!route.node.isLeaf()) {
      // Something was written there since the way ended above the leaf.
      one[0] = route;
      route(one, 1);
      if (route.isUnwritten()) {
        return false;
      }
    }
    HistoryNode leaf = route.node;
    long version = route.readVersion;
    int found = route.found();
    int first = found >= 0 ? found : ~found - 1;
    if (route.isSingle || leaf.versions[first] > version) {
      return leaf.versions[first] > version;
    }
    int after = leaf.skipBefore(route.end, first + 1);
    for (int i = first + 1; i < after; i++) {
      if (leaf.versions[i] > version) {
        return true;
      }
    }
    return after == leaf.count
        && route.compareNextFence() < 0
        && isAnyAfter(root, route.begin, route.end, version);
  }

  /**
   * The same for the part of the range that lies in {@code node}; a bound is null when it is not in
   * the node.
   */
  private static boolean isAnyAfter(
      HistoryNode node, SearchKey begin, SearchKey end, long version) {
    int first = begin == null ? 0 : node.floor(begin, 0);
    int after = end == null ? node.count : node.skipBefore(end, first + 1);
    for (int i = first; i < after; i++) {
      if (node.versions[i] > version) {
        SearchKey beginBelow = i == first ? begin : null;
        SearchKey endBelow = i == after - 1 ? end : null;
        boolean isWhole = beginBelow == null && endBelow == null;
        if (node.isLeaf()
            || isWhole
            || isAnyAfter(node.children[i], beginBelow, endBelow, version)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Records that the keys of a range that is written are so at the last version. */
  void write(Route route) {
    route.setEndOfSingle();
    if (!route.isCurrent(structure)) {
      routeToLeaf(route);
    }
    if (route.node.isFull()) {
      makeRoom(route.begin, false);
      routeToLeaf(route);
    }
    SearchKey begin = route.begin;
    SearchKey end = route.end;
    HistoryNode leaf = route.node;
    int found = route.found();
    int from = found >= 0 ? found : ~found;
    int to = leaf.skipBefore(end, from);
    int endOrder = to < leaf.count ? leaf.compare(to, end) : route.compareNextFence();
    if (endOrder < 0) {
      writeAcrossLeaves(begin, end);
      return;
    }
    route.raise(lastVersion);
    boolean isAtFence = found < 0 && from == 1 && begin.equalTo(leaf.fence);
    boolean addsBegin = found < 0 && !isAtFence;
    boolean addsEnd = endOrder > 0;
    long versionAfter = leaf.versions[to - 1];
    int beginAt = isAtFence ? 0 : from;
    int replaced = addsBegin ? from : beginAt + 1;
    int places = (addsBegin ? 1 : 0) + (addsEnd ? 1 : 0);
    leaf.admit(addsBegin ? begin : null, addsEnd ? end : null);
    leaf.replace(replaced, to, places);
    countBoundaries(places - (to - replaced));
    if (addsBegin) {
      leaf.putKey(beginAt, begin);
    }
    leaf.versions[beginAt] = lastVersion;
    if (addsEnd) {
      leaf.putKey(beginAt + 1, end);
      leaf.versions[beginAt + 1] = versionAfter;
    }
  }

  /** The same for a range that touches several leaves, where speed matters less. */
  private void writeAcrossLeaves(SearchKey begin, SearchKey end) {
    putBoundary(end, false);
    putBoundary(begin, true);
    joinSpans(root, begin, end);
  }

  /** Makes {@code key} a boundary between two spans of one version. */
  private void putBoundary(SearchKey key, boolean isWritten) {
    HistoryNode leaf = makeRoom(key, isWritten);
    int found = leaf.search(key, 0);
    if (found >= 0 || key.equalTo(leaf.fence)) {
      return;
    }
    leaf.admit(key, null);
    leaf.replace(~found, ~found, 1);
    leaf.putKey(~found, key);
    leaf.versions[~found] = leaf.versions[~found - 1];
    countBoundaries(1);
  }

  /**
   * Makes one span, of the last version, of those between two boundaries; a bound is null when it
   * is not in the node. A fence within the span stays a boundary.
   */
  private void joinSpans(HistoryNode node, SearchKey begin, SearchKey end) {
    structure++;
    int first = begin == null ? 0 : node.floor(begin, 0);
    int after = end == null ? node.count : node.skipBefore(end, first + 1);
    node.versions[first] = lastVersion;
    if (node.isLeaf()) {
      node.replace(first + 1, after, 0);
      countBoundaries(first + 1 - after);
      return;
    }
    int last = after - 1;
    if (last > first) {
      int removedTo = after;
      if (end != null) {
        removedTo = last;
        node.versions[last] = lastVersion;
        joinSpans(node.children[last], null, end);
      }
      for (int i = first + 1; i < removedTo; i++) {
        countBoundaries(-boundariesOf(node.children[i]));
      }
      node.replace(first + 1, removedTo, 0);
    }
    joinSpans(node.children[first], begin, last > first ? null : end);
  }

  private static int boundariesOf(HistoryNode node) {
    if (node.isLeaf()) {
      return node.count;
    }
    int sum = 0;
    for (int i = 0; i < node.count; i++) {
      sum += boundariesOf(node.children[i]);
    }
    return sum;
  }

  private void countBoundaries(int change) {
    boundaryCount += change;
    addedCount += Math.max(0, change);
  }

  /**
   * The leaf of {@code key}, with room for two more boundaries.
   *
   * @param isWritten whether the leaf gets a boundary of the last version
   */
  private HistoryNode makeRoom(SearchKey key, boolean isWritten) {
    if (root.isFull()) {
      makeRoomInRoot();
    }
    HistoryNode node = root;
    int known = 0;
    while (!node.isLeaf()) {
      int index = node.floor(key, known);
      if (node.children[index].isFull() && makeRoomBelow(node, index)) {
        index = node.floor(key, known);
      }
      if (isWritten) {
        node.versions[index] = lastVersion;
      }
      known = node.knownBelow(index, known);
      node = node.children[index];
    }
    return node;
  }

  private void makeRoomInRoot() {
    structure++;
    HistoryNode only = root;
    root = new HistoryNode(only.fence, false, nodeCapacity);
    root.children[0] = only;
    root.versions[0] = only.maxVersion();
    makeRoomBelow(root, 0);
  }

  /** Removes what has expired from a full node, or splits it, which it tells by true. */
  private boolean makeRoomBelow(HistoryNode parent, int index) {
    HistoryNode child = parent.children[index];
    if (child.isLeaf()) {
      removeExpired(child);
      if (child.count <= splitCount) {
        return false;
      }
    }
    structure++;
    HistoryNode upper = child.split();
    separator.set(upper.fence, 0, upper.fence.length);
    parent.admit(separator, null);
    parent.replace(index + 1, index + 1, 1);
    parent.putKey(index + 1, separator);
    parent.children[index + 1] = upper;
    parent.versions[index + 1] = upper.maxVersion();
    parent.versions[index] = child.maxVersion();
    return true;
  }

  private void removeExpired(HistoryNode leaf) {
    int before = leaf.count;
    leaf.removeExpired(oldestVersion);
    boundaryCount -= before - leaf.count;
  }

  /** Goes on with the sweep, as far as what was added since the last call demands. */
  void sweep() {
    long budget = (long) addedCount * SWEEP_FACTOR + nodeCapacity;
    addedCount = 0;
    do {
      budget -= sweepLeaf();
    } while (budget > 0 && sweepFrom.length > 0);
  }

  /** Cleans the next leaf, and joins it and the nodes above it with their neighbours. */
  private int sweepLeaf() {
    while (!root.isLeaf() && root.count == 1) {
      root = root.children[0];
      structure++;
    }
    sweepKey.set(sweepFrom, 0, sweepFrom.length);
    byte[] next = NO_BYTES;
    HistoryNode node = root;
    while (!node.isLeaf()) {
      int index = node.floor(sweepKey, 0);
      mergeBelow(node, index);
      if (index + 1 < node.count) {
        next = node.key(index + 1);
      }
      node = node.children[index];
    }
    int before = node.count;
    removeExpired(node);
    sweepFrom = next;
    return before;
  }

  /** Appends to a child those that follow it, while they fit well. */
  private void mergeBelow(HistoryNode parent, int index) {
    HistoryNode child = parent.children[index];
    while (index + 1 < parent.count
        && child.count + parent.children[index + 1].count <= mergeCount) {
      structure++;
      child.append(parent.children[index + 1]);
      parent.versions[index] = Math.max(parent.versions[index], parent.versions[index + 1]);
      parent.replace(index + 1, index + 2, 0);
    }
  }

  void checkInvariants() {
    Check.that(root.fence.length == 0, "the first key is not covered: ", root.fence.length);
    int boundaries = checkInvariants(root, null);
    Check.that(boundaries == boundaryCount, "boundaries: ", boundaries, " not ", boundaryCount);
    depth(root);
  }

  /** The number of boundaries in the node. */
  private int checkInvariants(HistoryNode node, byte[] upper) {
    node.checkInvariants();
    Check.that(
        upper == null || Arrays.compareUnsigned(node.key(node.count - 1), upper) < 0,
        "a key beyond its node: ",
        node.count);
    Check.that(node.maxVersion() <= lastVersion, "a version from the future: ", node.maxVersion());
    if (node.isLeaf()) {
      return node.count;
    }
    int boundaries = 0;
    for (int i = 0; i < node.count; i++) {
      HistoryNode child = node.children[i];
      Check.that(Arrays.equals(child.fence, node.key(i)), "not the child's fence at ", i);
      long max = Math.max(oldestVersion, node.versions[i]);
      Check.that(max == Math.max(oldestVersion, child.maxVersion()), "a wrong maximum at ", i);
      boundaries += checkInvariants(child, i + 1 < node.count ? node.key(i + 1) : upper);
    }
    return boundaries;
  }

  private static int depth(HistoryNode node) {
    if (node.isLeaf()) {
      return 0;
    }
    int depth = depth(node.children[0]);
    for (int i = 1; i < node.count; i++) {
      Check.that(depth(node.children[i]) == depth, "leaves at different depths, at child ", i);
    }
    return depth + 1;
  }
}
