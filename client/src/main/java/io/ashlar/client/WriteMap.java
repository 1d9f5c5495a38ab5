package io.ashlar.client;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.Keys;
import io.ashlar.core.MutationType;

/**
 * What a transaction has written so far, as a partition of the key space: single keys with their
 * {@link Written}, and between them stretches that are unmodified, cleared, or unreadable because a
 * versionstamped key may come to lie there.
 *
 * <p>Immutable, so that a read keeps seeing the writes that came before it while others follow: a
 * treap of boundaries with path copying. An {@link Entry} says what its key is and what follows up
 * to the next entry; before the first one everything is unmodified.
 */
final class WriteMap {
  static final WriteMap EMPTY = new WriteMap(null, 0);

  /** What one stretch of keys is. */
  enum Kind {
    UNMODIFIED,
    CLEARED,
    WRITTEN
  }

  /**
   * A stretch of the key space of one kind.
   *
   * @param end exclusive; null when it has none
   * @param written of the only key, for kind WRITTEN, else null
   */
  record Segment(Bytes begin, Bytes end, Kind kind, Written written, boolean unreadable) {}

  /**
   * A boundary.
   *
   * @param allUnreadable of it and of all below it in the tree: so that each is marked only once
   */
  private record Entry(
      Bytes key,
      Written written,
      boolean keyUnreadable,
      boolean cleared,
      boolean unreadable,
      long priority,
      Entry left,
      Entry right,
      boolean allUnreadable) {
    Entry(
        Bytes key,
        Written written,
        boolean keyUnreadable,
        boolean cleared,
        boolean unreadable,
        long priority,
        Entry left,
        Entry right) {
      this(
          key,
          written,
          keyUnreadable,
          cleared,
          unreadable,
          priority,
          left,
          right,
          unreadable
              && (written == null || keyUnreadable)
              && (left == null || left.allUnreadable)
              && (right == null || right.allUnreadable));
    }

    Entry with(Entry newLeft, Entry newRight) {
      return new Entry(
          key, written, keyUnreadable, cleared, unreadable, priority, newLeft, newRight);
    }
  }

  private record Split(Entry below, Entry from) {}

  private final Entry root;

  /** Entries ever made on the way to this map: what priorities are drawn from. */
  private final long made;

  private WriteMap(Entry root, long made) {
    this.root = root;
    this.made = made;
  }

  boolean isEmpty() {
    return root == null;
  }

  /** The key has the value from now on. A key that is unreadable stays so. */
  WriteMap set(Bytes key, Bytes value) {
    return put(key, Written.known(value), isUnreadable(key));
  }

  /** The key has a value from now on that only the commit will know. */
  WriteMap setVersionstampedValue(Bytes key, Bytes unfilled) {
    return put(key, Written.known(unfilled), true);
  }

  WriteMap clear(Bytes key) {
    return put(key, Written.known(null), false);
  }

  WriteMap atomic(Bytes key, MutationType type, Bytes operand) {
    Segment at = at(key);
    Written now =
        switch (at.kind) {
          case UNMODIFIED -> Written.over(type, operand);
          case CLEARED -> Written.known(null).then(type, operand);
          case WRITTEN -> at.written.then(type, operand);
        };
    return put(key, now, at.unreadable);
  }

  /** Clears a range, which is readable afterwards whatever it was. */
  WriteMap clear(Bytes begin, Bytes end) {
    if (begin.compareTo(end) >= 0) {
      return this;
    }
    Split outer = split(root, begin);
    Entry first = new Entry(begin, null, false, true, false, priority(made), null, null);
    return new WriteMap(join(join(outer.below, first), entriesFrom(end, outer.from)), made + 2);
  }

  /**
   * Nothing in the range can be read until it is cleared; but what was written there before is
   * still what a read finds that does not mind.
   */
  WriteMap makeUnreadable(Bytes begin, Bytes end) {
    if (begin.compareTo(end) >= 0) {
      return this;
    }
    Entry first = floor(root, begin);
    Split parts = split(root, begin);
    Entry within = unreadable(split(parts.from, end).below);
    if (first == null || !first.key.equals(begin)) {
      boolean firstCleared = first != null && first.cleared;
      within =
          insert(
              within,
              new Entry(begin, null, false, firstCleared, true, priority(made), null, null));
    }
    return new WriteMap(join(join(parts.below, within), entriesFrom(end, parts.from)), made + 2);
  }

  private static Entry unreadable(Entry node) {
    return node == null || node.allUnreadable
        ? node
        : new Entry(
            node.key,
            node.written,
            node.written != null,
            node.cleared,
            true,
            node.priority,
            unreadable(node.left),
            unreadable(node.right));
  }

  /** The segment that holds {@code key}. */
  Segment at(Bytes key) {
    Entry floor = floor(root, key);
    if (floor != null && floor.written != null && floor.key.equals(key)) {
      return keySegment(floor);
    }
    Entry next = higher(root, key);
    return stretch(floor, next == null ? null : next.key);
  }

  /** The segment that holds the keys right below {@code key}, which is not the first key. */
  Segment before(Bytes key) {
    Entry lower = lower(root, key);
    if (lower != null && lower.written != null && isAfter(key, lower.key)) {
      return keySegment(lower);
    }
    return stretch(lower, key);
  }

  private static boolean isAfter(Bytes key, Bytes other) {
    int n = other.length();
    return key.length() == n + 1 && key.at(n) == 0 && key.startsWith(other);
  }

  private static Segment keySegment(Entry entry) {
    return new Segment(
        entry.key, Keys.after(entry.key), Kind.WRITTEN, entry.written, entry.keyUnreadable);
  }

  /** What lies after {@code entry}, its own key included unless that is written. */
  private static Segment stretch(Entry entry, Bytes end) {
    if (entry == null) {
      return new Segment(Keys.FIRST, end, Kind.UNMODIFIED, null, false);
    }
    Bytes begin = entry.written == null ? entry.key : Keys.after(entry.key);
    Kind kind = entry.cleared ? Kind.CLEARED : Kind.UNMODIFIED;
    return new Segment(begin, end, kind, null, entry.unreadable);
  }

  private boolean isUnreadable(Bytes key) {
    Entry floor = floor(root, key);
    if (floor == null) {
      return false;
    }
    boolean own = floor.written != null && floor.key.equals(key);
    return own ? floor.keyUnreadable : floor.unreadable;
  }

  private WriteMap put(Bytes key, Written written, boolean keyUnreadable) {
    Entry floor = floor(root, key);
    boolean cleared = floor != null && floor.cleared;
    boolean unreadable = floor != null && floor.unreadable;
    Entry entry =
        new Entry(key, written, keyUnreadable, cleared, unreadable, priority(made), null, null);
    return new WriteMap(insert(root, entry), made + 1);
  }

  /** Those of {@code part} from {@code end} on, with one there that says what it is now. */
  private Entry entriesFrom(Bytes end, Entry part) {
    Entry last = floor(root, end);
    Entry after = split(part, end).from;
    if (last == null || !last.key.equals(end)) {
      boolean nextCleared = last != null && last.cleared;
      boolean nextUnreadable = last != null && last.unreadable;
      Entry boundary =
          new Entry(end, null, false, nextCleared, nextUnreadable, priority(made + 1), null, null);
      after = insert(after, boundary);
    }
    return after;
  }

  /** SplitMix64 of a counter: the shape, and nothing else, depends on it. */
  private static long priority(long counter) {
    long x = (counter + 1) * 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  private static Entry insert(Entry node, Entry entry) {
    if (node == null) {
      return entry;
    }
    if (entry.priority > node.priority) {
      Split parts = split(node, entry.key);
      // An entry with the same key is the first of the upper part, and is replaced.
      return entry.with(parts.below, withoutFirst(parts.from, entry.key));
    }
    int order = entry.key.compareTo(node.key);
    if (order == 0) {
      return join(join(node.left, entry), node.right);
    }
    return order < 0
        ? node.with(insert(node.left, entry), node.right)
        : node.with(node.left, insert(node.right, entry));
  }

  private static Entry withoutFirst(Entry node, Bytes key) {
    if (node == null) {
      return null;
    }
    if (node.left != null) {
      Entry left = withoutFirst(node.left, key);
      return left == node.left ? node : node.with(left, node.right);
    }
    return node.key.equals(key) ? node.right : node;
  }

  /** The entries below {@code key}, and those from it on. */
  private static Split split(Entry node, Bytes key) {
    if (node == null) {
      return new Split(null, null);
    }
    if (node.key.compareTo(key) < 0) {
      Split parts = split(node.right, key);
      return new Split(node.with(node.left, parts.below), parts.from);
    }
    Split parts = split(node.left, key);
    return new Split(parts.below, node.with(parts.from, node.right));
  }

  private static Entry join(Entry below, Entry above) {
    if (below == null) {
      return above;
    }
    if (above == null) {
      return below;
    }
    return below.priority > above.priority
        ? below.with(below.left, join(below.right, above))
        : above.with(join(below, above.left), above.right);
  }

  private static Entry floor(Entry root, Bytes key) {
    Entry best = null;
    for (Entry node = root; node != null; ) {
      int order = node.key.compareTo(key);
      if (order == 0) {
        return node;
      }
      if (order < 0) {
        best = node;
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return best;
  }

  private static Entry lower(Entry root, Bytes key) {
    Entry best = null;
    for (Entry node = root; node != null; ) {
      if (node.key.compareTo(key) < 0) {
        best = node;
        node = node.right;
      } else {
        node = node.left;
      }
    }
    return best;
  }

  private static Entry higher(Entry root, Bytes key) {
    Entry best = null;
    for (Entry node = root; node != null; ) {
      if (node.key.compareTo(key) > 0) {
        best = node;
        node = node.left;
      } else {
        node = node.right;
      }
    }
    return best;
  }

  /** For tests: keys ascend, priorities are a heap. */
  void checkInvariants() {
    check(root, null, null, Long.MAX_VALUE);
  }

  private static void check(Entry node, Bytes above, Bytes below, long priorityMax) {
    if (node == null) {
      return;
    }
    Check.that(above == null || node.key.compareTo(above) > 0, "out of order: ", node.key);
    Check.that(below == null || node.key.compareTo(below) < 0, "out of order: ", node.key);
    Check.that(node.priority <= priorityMax, "not a heap at ", node.key);
    check(node.left, above, node.key, node.priority);
    check(node.right, node.key, below, node.priority);
  }
}
