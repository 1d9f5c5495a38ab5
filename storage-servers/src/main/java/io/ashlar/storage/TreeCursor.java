package io.ashlar.storage;

import io.ashlar.core.Bytes;

/** Walks the entries of a tree in one direction. Not thread-safe. */
final class TreeCursor {
  private final boolean reverse;
  private final Tree.Node[] path = new Tree.Node[Tree.HEIGHT_MAX];
  private int depth;

  private TreeCursor(boolean reverse) {
    this.reverse = reverse;
  }

  /** At the first entry that ends after {@code begin}. */
  static TreeCursor forward(Tree.Node root, Bytes begin) {
    TreeCursor cursor = new TreeCursor(false);
    Tree.Node node = root;
    while (node != null) {
      // Entries do not overlap, so ends are ordered as keys are.
      boolean endsAfter =
          node.isClear() ? begin.compareTo(node.end()) < 0 : begin.compareTo(node.key) <= 0;
      if (endsAfter) {
        cursor.path[cursor.depth++] = node;
        node = node.left();
      } else {
        node = node.right();
      }
    }
    return cursor;
  }

  /** At the last entry that begins before {@code end}. */
  static TreeCursor backward(Tree.Node root, Bytes end) {
    TreeCursor cursor = new TreeCursor(true);
    Tree.Node node = root;
    while (node != null) {
      if (node.key.compareTo(end) < 0) {
        cursor.path[cursor.depth++] = node;
        node = node.right();
      } else {
        node = node.left();
      }
    }
    return cursor;
  }

  /** The entry at hand, or null at the end. */
  Tree.Node node() {
    return depth == 0 ? null : path[depth - 1];
  }

  /** Goes on by one entry in the cursor's direction. */
  void advance() {
    Tree.Node node = path[--depth];
    Tree.Node child = reverse ? node.left() : node.right();
    while (child != null) {
      path[depth++] = child;
      child = reverse ? child.right() : child.left();
    }
  }
}
