package io.ashlar.resolver;

/**
 * A range of keys that is read or written and, once {@link WriteHistory#route} has found it, the
 * way to the leaf where the range begins. The ways of many ranges are found together, so that the
 * processor waits for the memory of all of them at once.
 *
 * <p>A way may be outdated when it is used; {@link WriteHistory} notices, and finds it again. One
 * object serves many ranges, one after the other.
 */
final class Route {
  /** The read version of a range that is written: nothing on its way can be skipped. */
  static final long WRITES = Long.MIN_VALUE;

  /** More than any tree has levels. */
  static final int LEVELS_MAX = 24;

  final SearchKey begin = new SearchKey();
  final SearchKey end = new SearchKey();

  /** Whether the range is its begin alone; the end is not set then. */
  boolean isSingle;

  /** Of the range if it is read: what was written up to here does not matter. */
  long readVersion;

  /** The node reached: the leaf, unless the way ended before. */
  HistoryNode node;

  /** Nodes left behind on the way, from the root on. */
  private final HistoryNode[] nodes = new HistoryNode[LEVELS_MAX];

  /** Which child of each of them came next. */
  private final int[] indexes = new int[LEVELS_MAX];

  private int levels;

  /** How many bytes of the begin are known to agree with the prefix of the node reached. */
  private int known;

  /** Where the begin is in the leaf, as {@link HistoryNode#search} says. */
  private int found;

  /** What the leaf and the history counted when the way was found. */
  private int leafEdits;

  private long structure;

  /** Takes the range that a cursor is at. */
  void set(RangeCursor cursor, long version) {
    begin.set(cursor.array(), cursor.beginFrom(), cursor.beginLength());
    isSingle = cursor.isSingle();
    if (!isSingle) {
      end.set(cursor.array(), cursor.endFrom(), cursor.endLength());
    }
    readVersion = version;
  }

  /** Makes the end of a single key one that can be looked for. */
  void setEndOfSingle() {
    if (isSingle) {
      end.setAfter(begin.array, begin.from, begin.length);
    }
  }

  void start(HistoryNode root, long newStructure) {
    node = root;
    levels = 0;
    known = 0;
    leafEdits = -1;
    structure = newStructure;
  }

  /** Goes on by one level, unless what is there shows that nothing was written after the read. */
  void descend() {
    if (isUnwritten()) {
      return;
    }
    int index = node.floor(begin, known);
    nodes[levels] = node;
    indexes[levels] = index;
    levels++;
    known = node.knownBelow(index, known);
    node = node.children[index];
  }

  /** Searches the leaf, unless the way ended before. */
  void arrive() {
    if (!isUnwritten()) {
      search();
    }
  }

  private void search() {
    found = node.search(begin, known);
    leafEdits = node.edits;
  }

  /** Whether the node reached holds the whole range, and no version above the read's. */
  boolean isUnwritten() {
    return levels > 0
        && nodes[levels - 1].versions[indexes[levels - 1]] <= readVersion
        && (isSingle || compareNextFence() >= 0);
  }

  /** Whether the way is still right, up to the node reached. */
  boolean isCurrent(long currentStructure) {
    return structure == currentStructure;
  }

  /** Where the begin is in the leaf, searched again if the leaf has changed. */
  int found() {
    if (leafEdits != node.edits) {
      search();
    }
    return found;
  }

  /**
   * The order of the key at which what follows the node reached begins, and the end. After the last
   * node comes nothing, which is beyond every end.
   */
  int compareNextFence() {
    for (int level = levels - 1; level >= 0; level--) {
      int next = indexes[level] + 1;
      if (next < nodes[level].count) {
        return nodes[level].compare(next, end);
      }
    }
    return 1;
  }

  /** Makes {@code version} the largest one all the way down. */
  void raise(long version) {
    for (int level = 0; level < levels; level++) {
      nodes[level].versions[indexes[level]] = version;
    }
  }
}
