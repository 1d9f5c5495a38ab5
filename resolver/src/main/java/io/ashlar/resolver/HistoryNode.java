package io.ashlar.resolver;

import io.ashlar.core.Check;
import java.util.Arrays;

/**
 * A node of {@link WriteHistory}: sorted keys, and for each the version of the span from it to the
 * next key (in a leaf) or the largest version of the child that begins there (in an inner node).
 *
 * <p>Key 0 is the {@link #fence}, where the node's part of the key space begins: whoever looks into
 * this node looks for that key or a later one. All other keys are kept so that few bytes have to be
 * looked at:
 *
 * <ul>
 *   <li>what they all begin with is kept once ({@link #prefix}; perhaps not the longest possible);
 *   <li>of what follows, the first seven bytes and their number are one long, the head;
 *   <li>a key of which that is not all is also kept whole ({@link #wholeKeys}).
 * </ul>
 */
final class HistoryNode {
  private static final byte[] NO_BYTES = {};

  /** How much of each head may be the same before the prefix grows; a head holds seven bytes. */
  private static final int PREFIX_SLACK_BYTES = 3;

  final byte[] fence;

  /** Null in a leaf. */
  final HistoryNode[] children;

  final long[] versions;
  int count = 1;

  /** How often keys were moved or replaced: what was found before is where it was otherwise. */
  int edits;

  private final long[] heads;
  private byte[] prefix = NO_BYTES;

  /** The prefix's length again: mostly it is known to agree, and need not be looked at. */
  private int prefixLength;

  /** Null while no key needs a place in it. */
  private byte[][] wholeKeys;

  /**
   * A node with no key but its fence.
   *
   * @param capacity the most keys it can hold, fence included
   */
  HistoryNode(byte[] fence, boolean isLeaf, int capacity) {
    this.fence = fence;
    children = isLeaf ? null : new HistoryNode[capacity];
    versions = new long[capacity];
    heads = new long[capacity];
  }

  int capacity() {
    return heads.length;
  }

  boolean isLeaf() {
    return children == null;
  }

  /** Whether a write may need to split the node: it adds two keys at most. */
  boolean isFull() {
    return count > capacity() - 2;
  }

  /**
   * The index of {@code key} among the keys other than the fence, or, when it is not there, {@code
   * ~index} of the first key after it. The index is at least 1.
   *
   * @param known how many bytes of {@code key} are known to be equal to the prefix, as far as that
   *     goes
   */
  int search(SearchKey key, int known) {
    int relation = compareToPrefix(key, known);
    if (relation != 0 || count == 1) {
      return relation <= 0 ? ~1 : ~count;
    }
    long head = key.head(prefixLength);
    // A binary search without branches, which would be guessed wrong every other time: the sign of
    // a difference of heads is all ones, or none, in place of the half that is to be skipped.
    int from = 1;
    for (int left = count - 1; left > 1; ) {
      int half = left >>> 1;
      from += half & (int) ((heads[from + half - 1] - head) >> (Long.SIZE - 1));
      left -= half;
    }
    from += 1 & (int) ((heads[from] - head) >> (Long.SIZE - 1));
    if (from == count || heads[from] != head) {
      return ~from;
    }
    return SearchKey.headLength(head) <= SearchKey.HEAD_BYTES ? from : searchEqual(key, head, from);
  }

  /** Goes on with the search among the keys, from the first on, that have the same head. */
  private int searchEqual(SearchKey key, long head, int first) {
    int from = first;
    int to = first + 1;
    while (to < count && heads[to] == head) {
      to++;
    }
    while (from < to) {
      int middle = (from + to) >>> 1;
      int order = compareWhole(middle, key);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return ~from;
  }

  private int compareWhole(int index, SearchKey key) {
    byte[] whole = wholeKeys[index];
    int skip = prefixLength + SearchKey.HEAD_BYTES;
    return Arrays.compareUnsigned(
        whole, skip, whole.length, key.array, key.from + skip, key.from + key.length);
  }

  /** Whether the key is before (negative), after (positive) or among those with the prefix. */
  private int compareToPrefix(SearchKey key, int known) {
    int common = Math.min(prefixLength, key.length);
    for (int i = known; i < common; i++) {
      int order = (key.array[key.from + i] & 0xff) - (prefix[i] & 0xff);
      if (order != 0) {
        return order;
      }
    }
    return key.length < prefixLength ? -1 : 0;
  }

  /** The index of the last key that is not after {@code key}: where it belongs. */
  int floor(SearchKey key, int known) {
    int found = search(key, known);
    return found >= 0 ? found : ~found - 1;
  }

  /**
   * How many bytes of a key, which belongs to the child at {@code index}, are known to be equal to
   * that child's prefix: a child between two keys that begin with this node's prefix holds only
   * keys that do.
   */
  int knownBelow(int index, int known) {
    return index > 0 && index + 1 < count ? Math.max(known, prefixLength) : known;
  }

  /** The first index, from {@code index} on, of a key that is not before {@code end}. */
  int skipBefore(SearchKey end, int index) {
    if (index == count) {
      return count;
    }
    int relation = compareToPrefix(end, 0);
    if (relation != 0) {
      return relation < 0 ? index : count;
    }
    long head = end.head(prefixLength);
    int i = index;
    while (i < count && heads[i] < head) {
      i++;
    }
    if (SearchKey.headLength(head) > SearchKey.HEAD_BYTES) {
      while (i < count && heads[i] == head && compareWhole(i, end) < 0) {
        i++;
      }
    }
    return i;
  }

  /** The order of the key at {@code index}, not the fence, and {@code key}. */
  int compare(int index, SearchKey key) {
    int relation = compareToPrefix(key, 0);
    if (relation != 0) {
      return -relation;
    }
    long head = key.head(prefixLength);
    if (heads[index] != head) {
      return heads[index] < head ? -1 : 1;
    }
    return SearchKey.headLength(head) <= SearchKey.HEAD_BYTES ? 0 : compareWhole(index, key);
  }

  /** The whole key. */
  byte[] key(int index) {
    if (index == 0) {
      return fence;
    }
    if (wholeKeys != null && wholeKeys[index] != null) {
      return wholeKeys[index];
    }
    byte[] key = Arrays.copyOf(prefix, prefixLength + SearchKey.headLength(heads[index]));
    SearchKey.putHead(heads[index], key, prefixLength);
    return key;
  }

  /** Shortens the prefix as far as is needed to put these keys here; null for none. */
  void admit(SearchKey one, SearchKey other) {
    if (count == 1) {
      SearchKey any = one != null ? one : other;
      prefix = any == null ? NO_BYTES : any.copy();
      prefixLength = prefix.length;
    }
    admit(one);
    admit(other);
  }

  private void admit(SearchKey key) {
    if (key != null && compareToPrefix(key, 0) != 0) {
      int common =
          Arrays.mismatch(prefix, 0, prefixLength, key.array, key.from, key.from + key.length);
      setPrefixLength(common);
    }
  }

  /** Puts an admitted key, without its version, in a place that is free. */
  void putKey(int index, SearchKey key) {
    long head = key.head(prefixLength);
    heads[index] = head;
    if (SearchKey.headLength(head) > SearchKey.HEAD_BYTES) {
      putWholeKey(index, key.copy());
    } else if (wholeKeys != null) {
      wholeKeys[index] = null;
    }
  }

  private void putWholeKey(int index, byte[] whole) {
    if (wholeKeys == null) {
      wholeKeys = new byte[capacity()][];
    }
    wholeKeys[index] = whole;
  }

  /** Replaces the keys of {@code [from, to)} by {@code places} free places. Not the fence. */
  void replace(int from, int to, int places) {
    edits++;
    int shift = places - (to - from);
    if (shift == 0) {
      return;
    }
    move(to, to + shift, count - to);
    if (shift < 0 && wholeKeys != null) {
      Arrays.fill(wholeKeys, count + shift, count, null);
    }
    if (shift < 0 && children != null) {
      Arrays.fill(children, count + shift, count, null);
    }
    count += shift;
  }

  private void move(int from, int to, int length) {
    System.arraycopy(heads, from, heads, to, length);
    System.arraycopy(versions, from, versions, to, length);
    if (wholeKeys != null) {
      System.arraycopy(wholeKeys, from, wholeKeys, to, length);
    }
    if (children != null) {
      System.arraycopy(children, from, children, to, length);
    }
  }

  /** Gives the upper half to a new node, which is returned. */
  HistoryNode split() {
    int middle = count / 2;
    HistoryNode upper = new HistoryNode(key(middle), isLeaf(), capacity());
    upper.prefix = prefix;
    upper.prefixLength = prefixLength;
    upper.count = count - middle;
    upper.copyFrom(this, middle, 0, upper.count);
    upper.clearFence();
    replace(middle, count, 0);
    lengthenPrefix();
    upper.lengthenPrefix();
    return upper;
  }

  /** Takes over all of the node that follows. */
  void append(HistoryNode next) {
    int common = prefixLength;
    if (count == 1) {
      prefix = next.fence;
      prefixLength = prefix.length;
      common = prefixLength;
    }
    int withFence = Arrays.mismatch(prefix, next.fence);
    common = withFence < 0 ? common : Math.min(common, withFence);
    if (next.count > 1) {
      int withNext = Arrays.mismatch(prefix, next.prefix);
      common = withNext < 0 ? common : Math.min(common, withNext);
      if (next.prefixLength > common) {
        next.setPrefixLength(common);
      }
    }
    if (prefixLength > common) {
      setPrefixLength(common);
    }
    Check.that(next.count == 1 || next.prefixLength == common, "prefixes differ: ", common);
    copyFrom(next, 0, count, next.count);
    heads[count] = SearchKey.head(next.fence, common, next.fence.length - common);
    if (SearchKey.headLength(heads[count]) > SearchKey.HEAD_BYTES) {
      putWholeKey(count, next.fence);
    }
    count += next.count;
  }

  private void copyFrom(HistoryNode other, int from, int to, int length) {
    System.arraycopy(other.heads, from, heads, to, length);
    System.arraycopy(other.versions, from, versions, to, length);
    if (children != null) {
      System.arraycopy(other.children, from, children, to, length);
    }
    if (other.wholeKeys != null) {
      if (wholeKeys == null) {
        wholeKeys = new byte[capacity()][];
      }
      System.arraycopy(other.wholeKeys, from, wholeKeys, to, length);
    }
  }

  private void clearFence() {
    if (wholeKeys != null) {
      wholeKeys[0] = null;
    }
  }

  /**
   * Makes the prefix longer where the heads lose much by what all keys have in common. A byte or
   * two are not worth it: a prefix not longer than that of the node above is not looked at.
   */
  private void lengthenPrefix() {
    if (count > 1) {
      byte[] first = key(1);
      byte[] last = key(count - 1);
      int mismatch = Arrays.mismatch(first, last);
      int common = mismatch < 0 ? first.length : mismatch;
      if (common - prefixLength > PREFIX_SLACK_BYTES) {
        setPrefixLength(common);
      }
    }
  }

  private void setPrefixLength(int length) {
    if (length == prefixLength) {
      return;
    }
    byte[] newPrefix = Arrays.copyOf(length < prefixLength ? prefix : key(1), length);
    for (int i = 1; i < count; i++) {
      byte[] whole = key(i);
      heads[i] = SearchKey.head(whole, length, whole.length - length);
      if (SearchKey.headLength(heads[i]) > SearchKey.HEAD_BYTES) {
        putWholeKey(i, whole);
      } else if (wholeKeys != null) {
        wholeKeys[i] = null;
      }
    }
    prefix = newPrefix;
    prefixLength = length;
  }

  /**
   * Removes each key of a leaf whose span has the version of the span before it, where all versions
   * up to {@code oldestVersion} count as one.
   */
  void removeExpired(long oldestVersion) {
    int kept = 1;
    while (kept < count && !isExpired(kept, oldestVersion)) {
      kept++;
    }
    if (kept == count) {
      return;
    }
    long before = Math.max(versions[kept], oldestVersion);
    for (int i = kept + 1; i < count; i++) {
      long version = Math.max(versions[i], oldestVersion);
      if (version != before) {
        heads[kept] = heads[i];
        versions[kept] = versions[i];
        if (wholeKeys != null) {
          wholeKeys[kept] = wholeKeys[i];
        }
        kept++;
      }
      before = version;
    }
    replace(kept, count, 0);
  }

  private boolean isExpired(int index, long oldestVersion) {
    return Math.max(versions[index], oldestVersion) == Math.max(versions[index - 1], oldestVersion);
  }

  long maxVersion() {
    long max = versions[0];
    for (int i = 1; i < count; i++) {
      max = Math.max(max, versions[i]);
    }
    return max;
  }

  void checkInvariants() {
    Check.that(count >= 1 && count <= capacity(), "a node's count: ", count);
    byte[] before = fence;
    for (int i = 1; i < count; i++) {
      byte[] key = key(i);
      Check.that(Arrays.compareUnsigned(before, key) < 0, "keys out of order at ", i);
      Check.that(
          key.length >= prefixLength
              && Arrays.equals(prefix, 0, prefixLength, key, 0, prefixLength),
          "a key without the prefix at ",
          i);
      long head = SearchKey.head(key, prefixLength, key.length - prefixLength);
      Check.that(heads[i] == head, "a wrong head at ", i);
      boolean isWhole = wholeKeys != null && wholeKeys[i] != null;
      Check.that(
          isWhole == SearchKey.headLength(head) > SearchKey.HEAD_BYTES,
          "a whole key where the head suffices, or none where it does not, at ",
          i);
      before = key;
    }
    for (int i = count; i < capacity(); i++) {
      Check.that(wholeKeys == null || wholeKeys[i] == null, "a key beyond the end at ", i);
      Check.that(children == null || children[i] == null, "a child beyond the end at ", i);
    }
  }
}
