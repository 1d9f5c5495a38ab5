package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.Keys;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A persistent AVL tree of changes, ordered by key: a set is a key with a value, a clear is a range
 * of keys without any. The ranges of the entries of one root never overlap.
 *
 * <p>A tree is its root node, null when empty. A node is never changed once the edit that created
 * it is over, so roots may be read from any thread; within an edit its own nodes are changed in
 * place. Joining by height: Blelloch, Ferizovic and Sun, "Just Join for Parallel Ordered Sets",
 * 2016.
 */
final class Tree {
  /** Deeper than an AVL tree of as many nodes as memory can hold. */
  static final int HEIGHT_MAX = 64;

  private static final VarHandle HEAD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Marks the nodes of the edit at hand; no other edit, of this or another tree, has the same. */
  private Object edit = new Object();

  private int budget;

  /** One entry; only a {@link Tree} writes to it. */
  static final class Node {
    final Bytes key;

    /**
     * The first eight bytes of the key, so that most comparisons need not follow two references
     * into other cache lines.
     */
    private final long head;

    /** The end of a cleared range; null for a set. */
    private Bytes end;

    /** The value of a set; null for a clear. */
    private Bytes value;

    private long version;
    private Node left;
    private Node right;
    private long versionMin;
    private long versionMax;
    private int height;
    private Object edit;

    private Node(Bytes key, Bytes end, Bytes value, long version, Object edit) {
      this.key = key;
      this.head = headOf(key);
      this.end = end;
      this.value = value;
      this.version = version;
      this.versionMin = version;
      this.versionMax = version;
      this.height = 1;
      this.edit = edit;
    }

    private Node(Node from, Object edit) {
      key = from.key;
      head = from.head;
      end = from.end;
      value = from.value;
      version = from.version;
      left = from.left;
      right = from.right;
      versionMin = from.versionMin;
      versionMax = from.versionMax;
      height = from.height;
      this.edit = edit;
    }

    boolean isClear() {
      return end != null;
    }

    Bytes end() {
      return end;
    }

    Bytes value() {
      return value;
    }

    long version() {
      return version;
    }

    Node left() {
      return left;
    }

    Node right() {
      return right;
    }

    /** The newest version in this node's subtree. */
    long versionMax() {
      return versionMax;
    }
  }

  /** Ends the edit: the nodes it created are immutable from now on. */
  void freeze() {
    edit = new Object();
  }

  /** The first eight bytes as an unsigned number, most significant first, filled with zeros. */
  private static long headOf(Bytes key) {
    byte[] bytes = key.unsafeArray();
    if (bytes.length >= Long.BYTES) {
      return (long) HEAD.get(bytes, 0);
    }
    long head = 0;
    for (int i = 0; i < bytes.length; i++) {
      head |= (bytes[i] & 0xffL) << (56 - 8 * i);
    }
    return head;
  }

  /** As {@code key.compareTo(node.key)}; keys of unequal heads are ordered as their heads are. */
  private static int compare(long head, Bytes key, Node node) {
    return head != node.head ? Long.compareUnsigned(head, node.head) : key.compareTo(node.key);
  }

  /** The last entry at or before {@code key}, or null. */
  static Node floor(Node root, Bytes key) {
    long head = headOf(key);
    Node found = null;
    Node node = root;
    while (node != null) {
      int order = compare(head, key, node);
      if (order == 0) {
        return node;
      }
      if (order > 0) {
        found = node;
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return found;
  }

  /** The last entry before {@code key}, or null. */
  static Node lower(Node root, Bytes key) {
    long head = headOf(key);
    Node found = null;
    Node node = root;
    while (node != null) {
      if (compare(head, key, node) > 0) {
        found = node;
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return found;
  }

  /** The entry that says what is at {@code key}, or null where the tree says nothing. */
  static Node covering(Node root, Bytes key) {
    long head = headOf(key);
    Node found = null;
    Node node = root;
    while (node != null) {
      int order = compare(head, key, node);
      if (order == 0) {
        return node;
      }
      if (order > 0) {
        found = node;
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return found != null && found.end != null && key.compareTo(found.end) < 0 ? found : null;
  }

  /** The root after {@code key} was set. */
  Node set(Node root, Bytes key, Bytes value, long version) {
    Check.that(value != null, "a set without a value; key ", key);
    Node result = root;
    Node before = floor(root, key);
    if (before != null && before.end != null && key.compareTo(before.end) < 0) {
      // The cleared range is cut in two around the key. Both parts keep their version: they are as
      // old as the range was.
      Bytes end = before.end;
      long clearedAt = before.version;
      if (before.key.compareTo(key) < 0) {
        result = put(result, before.key, key, null, clearedAt);
      }
      Bytes after = Keys.after(key);
      if (after.compareTo(end) < 0) {
        result = put(result, after, end, null, clearedAt);
      }
    }
    return put(result, key, null, value, version);
  }

  /** The root after {@code [begin, end)} was cleared. */
  Node clear(Node root, Bytes begin, Bytes end, long version) {
    if (begin.compareTo(end) >= 0) {
      return root;
    }
    Node before = floor(root, begin);
    if (before != null && before.end != null && end.compareTo(before.end) <= 0) {
      // Cleared already, and nothing was set since, or the range would have been cut.
      return root;
    }
    Node last = lower(root, end);
    Bytes lastEnd = last == null ? null : last.end;
    long lastVersion = last == null ? 0 : last.version;
    Node result = root;
    if (before != null
        && before.end != null
        && before.key.compareTo(begin) < 0
        && begin.compareTo(before.end) < 0) {
      result = put(result, before.key, begin, null, before.version);
    }
    result = removeRange(result, begin, end);
    if (lastEnd != null && end.compareTo(lastEnd) < 0) {
      result = put(result, end, lastEnd, null, lastVersion);
    }
    return put(result, begin, end, null, version);
  }

  /**
   * The root without entries at or below {@code version}, or with some of them left when there are
   * more than {@code entriesMax}.
   */
  Node forget(Node root, long version, int entriesMax) {
    budget = entriesMax;
    return forget(root, version);
  }

  /** Whether an entry at or below {@code version} is left. */
  static boolean hasUpTo(Node root, long version) {
    return root != null && root.versionMin <= version;
  }

  private Node forget(Node node, long version) {
    if (node == null || node.versionMin > version || budget <= 0) {
      return node;
    }
    Node left = forget(node.left, version);
    boolean removed = node.version <= version && budget-- > 0;
    Node right = forget(node.right, version);
    if (removed) {
      return join(left, right);
    }
    return left == node.left && right == node.right && node.edit != edit
        ? node
        : join(left, own(node), right);
  }

  /** Removes entries by their key alone: ranges that reach into {@code [begin, end)} stay. */
  Node removeRange(Node node, Bytes begin, Bytes end) {
    if (node == null) {
      return null;
    }
    if (node.key.compareTo(begin) < 0) {
      Node right = node.right;
      Node kept = removeRange(right, begin, end);
      return kept == right && node.edit != edit ? node : join(node.left, own(node), kept);
    }
    if (node.key.compareTo(end) >= 0) {
      Node left = node.left;
      Node kept = removeRange(left, begin, end);
      return kept == left && node.edit != edit ? node : join(kept, own(node), node.right);
    }
    return join(below(node.left, begin), from(node.right, end));
  }

  private Node below(Node node, Bytes end) {
    if (node == null) {
      return null;
    }
    if (node.key.compareTo(end) >= 0) {
      return below(node.left, end);
    }
    return join(node.left, own(node), below(node.right, end));
  }

  private Node from(Node node, Bytes begin) {
    if (node == null) {
      return null;
    }
    if (node.key.compareTo(begin) < 0) {
      return from(node.right, begin);
    }
    return join(from(node.left, begin), own(node), node.right);
  }

  private Node own(Node node) {
    return node.edit == edit ? node : new Node(node, edit);
  }

  private static int height(Node node) {
    return node == null ? 0 : node.height;
  }

  private static void update(Node node) {
    Node left = node.left;
    Node right = node.right;
    long min = node.version;
    long max = node.version;
    int height = 0;
    if (left != null) {
      min = Math.min(min, left.versionMin);
      max = Math.max(max, left.versionMax);
      height = left.height;
    }
    if (right != null) {
      min = Math.min(min, right.versionMin);
      max = Math.max(max, right.versionMax);
      height = Math.max(height, right.height);
    }
    node.versionMin = min;
    node.versionMax = max;
    node.height = height + 1;
  }

  private Node put(Node root, Bytes key, Bytes end, Bytes value, long version) {
    return put(root, headOf(key), key, end, value, version);
  }

  private Node put(Node node, long head, Bytes key, Bytes end, Bytes value, long version) {
    if (node == null) {
      return new Node(key, end, value, version, edit);
    }
    int order = compare(head, key, node);
    if (order == 0) {
      Node owned = own(node);
      owned.end = end;
      owned.value = value;
      owned.version = version;
      update(owned);
      return owned;
    }
    if (order < 0) {
      Node left = put(node.left, head, key, end, value, version);
      Node owned = own(node);
      owned.left = left;
      return balance(owned);
    }
    Node right = put(node.right, head, key, end, value, version);
    Node owned = own(node);
    owned.right = right;
    return balance(owned);
  }

  /** Restores the balance of an owned node whose children differ by at most two. */
  private Node balance(Node node) {
    int byLeft = height(node.left) - height(node.right);
    if (byLeft > 1) {
      Node left = own(node.left);
      node.left = height(left.left) < height(left.right) ? rotateLeft(left) : left;
      return rotateRight(node);
    }
    if (byLeft < -1) {
      Node right = own(node.right);
      node.right = height(right.right) < height(right.left) ? rotateRight(right) : right;
      return rotateLeft(node);
    }
    update(node);
    return node;
  }

  private Node rotateLeft(Node node) {
    Node top = own(node.right);
    node.right = top.left;
    top.left = node;
    update(node);
    update(top);
    return top;
  }

  private Node rotateRight(Node node) {
    Node top = own(node.left);
    node.left = top.right;
    top.right = node;
    update(node);
    update(top);
    return top;
  }

  /** All of {@code left}, then the owned {@code middle}, then all of {@code right}. */
  private Node join(Node left, Node middle, Node right) {
    int byLeft = height(left) - height(right);
    if (byLeft > 1) {
      Node top = own(left);
      top.right = join(left.right, middle, right);
      return balance(top);
    }
    if (byLeft < -1) {
      Node top = own(right);
      top.left = join(left, middle, right.left);
      return balance(top);
    }
    middle.left = left;
    middle.right = right;
    update(middle);
    return middle;
  }

  private Node join(Node left, Node right) {
    if (left == null) {
      return right;
    }
    if (right == null) {
      return left;
    }
    Node first = right;
    while (first.left != null) {
      first = first.left;
    }
    Node middle = own(first);
    return join(left, middle, removeFirst(right));
  }

  private Node removeFirst(Node node) {
    if (node.left == null) {
      return node.right;
    }
    Node rest = removeFirst(node.left);
    return join(rest, own(node), node.right);
  }

  /** Fails unless {@code root} is a tree of disjoint entries, balanced and with true summaries. */
  static void checkInvariants(Node root) {
    Node[] last = new Node[1];
    check(root, last);
  }

  private static void check(Node node, Node[] last) {
    if (node == null) {
      return;
    }
    check(node.left, last);
    Check.that((node.end == null) != (node.value == null), "neither set nor clear: ", node.key);
    if (node.end != null) {
      Check.that(node.key.compareTo(node.end) < 0, "an empty cleared range at ", node.key);
    }
    if (last[0] != null) {
      Check.that(last[0].key.compareTo(node.key) < 0, "keys out of order at ", node.key);
      if (last[0].end != null) {
        Check.that(last[0].end.compareTo(node.key) <= 0, "entries overlap at ", node.key);
      }
    }
    last[0] = node;
    check(node.right, last);
    int heightLeft = height(node.left);
    int heightRight = height(node.right);
    Check.that(Math.abs(heightLeft - heightRight) <= 1, "out of balance at ", node.key);
    Check.that(node.height == 1 + Math.max(heightLeft, heightRight), "height at ", node.key);
    long min = node.version;
    long max = node.version;
    if (node.left != null) {
      min = Math.min(min, node.left.versionMin);
      max = Math.max(max, node.left.versionMax);
    }
    if (node.right != null) {
      min = Math.min(min, node.right.versionMin);
      max = Math.max(max, node.right.versionMax);
    }
    Check.that(node.versionMin == min, "oldest version below ", node.key);
    Check.that(node.versionMax == max, "newest version below ", node.key);
  }
}
