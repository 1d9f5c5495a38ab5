package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;

/**
 * Walks the rows of a range at one version: those of the engine, overlaid with a root of the map.
 * Used by one thread, and closed by it.
 */
final class RangeMerge implements AutoCloseable {
  private final KeyRange range;
  private final boolean reverse;
  private final TreeCursor entries;
  private final EngineCursor stored;
  private Bytes key;
  private Tree.Node set;

  /** Stands at the first row. The range is not inverted. */
  RangeMerge(Tree.Node root, EngineSnapshot engine, KeyRange range, boolean reverse) {
    this.range = range;
    this.reverse = reverse;
    this.entries =
        reverse ? TreeCursor.backward(root, range.end()) : TreeCursor.forward(root, range.begin());
    this.stored = engine.cursor(range, reverse);
    try {
      settle();
    } catch (RuntimeException | Error e) {
      // Nobody else can close it: the caller gets no merge.
      stored.close();
      throw e;
    }
  }

  boolean isValid() {
    return key != null;
  }

  Bytes key() {
    return key;
  }

  Bytes value() {
    return set != null ? set.value() : stored.value();
  }

  void advance() {
    if (set == null) {
      stored.advance();
    } else {
      // What the engine says of this key is of an older version.
      if (stored.isValid() && stored.key().equals(key)) {
        stored.advance();
      }
      entries.advance();
    }
    settle();
  }

  /** Finds the next row at or after where both cursors stand. */
  private void settle() {
    while (true) {
      Tree.Node entry = entryInRange();
      Bytes storedKey = stored.isValid() ? stored.key() : null;
      if (entry == null && storedKey == null) {
        key = null;
        set = null;
        return;
      }
      if (entry == null || (storedKey != null && comesBefore(storedKey, entry))) {
        key = storedKey;
        set = null;
        return;
      }
      if (!entry.isClear()) {
        key = entry.key;
        set = entry;
        return;
      }
      if (storedKey != null) {
        stored.skipTo(reverse ? entry.key : entry.end());
      }
      entries.advance();
    }
  }

  private Tree.Node entryInRange() {
    Tree.Node entry = entries.node();
    if (entry == null) {
      return null;
    }
    if (!reverse) {
      return entry.key.compareTo(range.end()) < 0 ? entry : null;
    }
    // A cleared range that begins before ours may still reach into it.
    boolean reaches =
        entry.isClear()
            ? range.begin().compareTo(entry.end()) < 0
            : range.begin().compareTo(entry.key) <= 0;
    return reaches ? entry : null;
  }

  /** Whether the engine's row comes before the entry in our direction and is not covered by it. */
  private boolean comesBefore(Bytes storedKey, Tree.Node entry) {
    if (!reverse) {
      return storedKey.compareTo(entry.key) < 0;
    }
    return entry.isClear()
        ? storedKey.compareTo(entry.end()) >= 0
        : storedKey.compareTo(entry.key) > 0;
  }

  @Override
  public void close() {
    stored.close();
  }
}
