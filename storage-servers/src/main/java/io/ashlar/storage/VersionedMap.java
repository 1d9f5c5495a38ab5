package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.KeyRange;
import io.ashlar.storage.MapVersions.MapVersion;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a storage server has applied and not yet forgotten: for each version above stored one
 * immutable root that says of each key what it is, that it is cleared, or nothing. Where it says
 * nothing the engine is right.
 *
 * <p>An entry at or below stored says the same as the engine: it may be forgotten, and need not be.
 * So forgetting goes by parts, changes the newest root only, and never a root someone reads.
 */
final class VersionedMap {
  private static final int SLOTS_MIN = 64;

  /** Of one entry besides its key and value: a tree node and the heads of two arrays. */
  private static final int ENTRY_OVERHEAD_BYTES = 128;

  private final Tree tree = new Tree();
  private MapVersion[] slots = new MapVersion[SLOTS_MIN];
  private int from;
  private int to;
  private long latest;
  private long stored;

  private long openVersion = -1;
  private Tree.Node root;
  private Shards shards;
  private long bytes;

  /** Empty at {@code storedVersion}, where the engine is. */
  VersionedMap(long storedVersion, Shards shards) {
    this.latest = storedVersion;
    this.stored = storedVersion;
    this.shards = shards;
    slots[to++] = new MapVersion(storedVersion, null, shards, 0);
  }

  /** The last version that was applied or passed over. */
  long latest() {
    return latest;
  }

  long stored() {
    return stored;
  }

  /** The newest version with a root of its own; those passed over since changed nothing. */
  long lastChanged() {
    return slots[to - 1].version();
  }

  Shards shards() {
    return shards;
  }

  /** The newest root, that of the open version included. */
  Tree.Node root() {
    return root;
  }

  /** Opens a version for changes. */
  void begin(long version) {
    Check.that(openVersion == -1, "a version is open already: ", openVersion);
    Check.that(version > latest, "version ", version, " is not above ", latest);
    openVersion = version;
  }

  void set(Bytes key, Bytes value) {
    checkVersionOpen();
    root = tree.set(root, key, value, openVersion);
    bytes += key.length() + value.length() + ENTRY_OVERHEAD_BYTES;
  }

  void clear(Bytes begin, Bytes end) {
    checkVersionOpen();
    root = tree.clear(root, begin, end, openVersion);
    bytes += begin.length() + end.length() + ENTRY_OVERHEAD_BYTES;
  }

  void assign(KeyRange range) {
    checkVersionOpen();
    shards = shards.with(range);
  }

  /** The range is to be fetched; its mutations come from the open version on. */
  void arrive(KeyRange range) {
    checkVersionOpen();
    shards = shards.withArriving(range, openVersion);
  }

  /** The range, which has arrived, is the server's own. */
  void join(KeyRange range) {
    checkVersionOpen();
    shards = shards.withJoined(range);
  }

  /**
   * Puts a fetched piece of an arriving range where it belongs, as part of the latest version: what
   * was there is replaced. That version is not stored, nor being stored, so that the piece will be.
   *
   * @param rows all of the piece as of the latest version
   * @return the bytes it adds
   */
  long insert(KeyRange piece, SortedMap<Bytes, Bytes> rows) {
    Check.that(openVersion == -1, "a version is open: ", openVersion);
    Check.that(latest > stored, "a piece would be at stored version ", latest);
    long before = bytes;
    shards = shards.withFetched(piece);
    root = tree.clear(root, piece.begin(), piece.end(), latest);
    bytes += piece.begin().length() + piece.end().length() + ENTRY_OVERHEAD_BYTES;
    for (Map.Entry<Bytes, Bytes> row : rows.entrySet()) {
      root = tree.set(root, row.getKey(), row.getValue(), latest);
      bytes += row.getKey().length() + row.getValue().length() + ENTRY_OVERHEAD_BYTES;
    }
    append(latest);
    return bytes - before;
  }

  /** The range belongs to the server no longer, so its keys go. */
  void remove(KeyRange range) {
    shards = shards.without(range);
    clear(range.begin(), range.end());
  }

  /** Closes the open version: it can be read, and is never changed again. */
  void commit() {
    checkVersionOpen();
    latest = openVersion;
    openVersion = -1;
    append(latest);
  }

  /** Passes over versions without changes. */
  void advance(long version) {
    Check.that(openVersion == -1, "a version is open: ", openVersion);
    Check.that(version >= latest, "version ", version, " is below ", latest);
    latest = version;
  }

  /** Forgets all versions above {@code version}, which is not below stored. */
  void rollback(long version) {
    Check.that(openVersion == -1, "a version is open: ", openVersion);
    Check.that(version >= stored, "rolls back to ", version, " below stored ", stored);
    Check.that(version <= latest, "rolls back to ", version, " above ", latest);
    int index = MapVersions.indexAt(slots, from, to, version);
    // Readers may still look at the slots behind, so the array is left to them.
    replaceSlots(index + 1);
    root = slots[to - 1].root();
    shards = slots[to - 1].shards();
    bytes = slots[to - 1].bytesBefore();
    latest = version;
  }

  /** What is to be written so that the engine is at {@code target}. */
  EngineBatch.Changes changesTo(long target) {
    Check.that(target >= stored, "target ", target, " is below stored ", stored);
    Tree.Node at = slot(target).root();
    long above = stored;
    return writer -> write(at, above, writer);
  }

  private static void write(Tree.Node node, long above, EngineBatch.Writer to) {
    if (node == null || node.versionMax() <= above) {
      return;
    }
    write(node.left(), above, to);
    if (node.version() > above) {
      if (node.isClear()) {
        to.clearRange(node.key, node.end());
      } else {
        to.set(node.key, node.value());
      }
    }
    write(node.right(), above, to);
  }

  /** The shards as of {@code version}, which is not below stored. */
  Shards shardsAt(long version) {
    return slot(version).shards();
  }

  /** Of the mutations in {@code (stored, version]}. */
  long bytesThrough(long version) {
    return slot(version).bytesBefore() - slot(stored).bytesBefore();
  }

  /**
   * The last version up to {@code version} that is reached with at most {@code bytesMax} from
   * stored, or, when there is none, the first one with changes.
   */
  long targetWithin(long version, long bytesMax) {
    long bytesLast = slot(stored).bytesBefore() + bytesMax;
    int low = MapVersions.indexAt(slots, from, to, stored) + 1;
    int end = MapVersions.indexAt(slots, from, to, version) + 1;
    int index = low;
    int high = end;
    while (index < high) {
      int middle = (index + high) >>> 1;
      if (slots[middle].bytesBefore() <= bytesLast) {
        index = middle + 1;
      } else {
        high = middle;
      }
    }
    if (index == end) {
      return version;
    }
    return slots[Math.max(index - 1, low)].version();
  }

  /** Of all mutations above stored. */
  long bytes() {
    return bytes - slot(stored).bytesBefore();
  }

  /** The engine is at {@code version}: what only older versions need can go. */
  void stored(long version) {
    Check.that(version >= stored, "stored goes back to ", version);
    Check.that(version <= latest, "stored ", version, " is above latest ", latest);
    stored = version;
    from = MapVersions.indexAt(slots, from, to, version);
    Check.that(from >= 0, "no root at stored version ", version);
    replaceSlots(to);
  }

  /**
   * Forgets entries the engine has, in the newest root.
   *
   * @param entriesMax at most so many
   * @return whether some are left
   */
  boolean forget(int entriesMax) {
    Check.that(openVersion == -1, "a version is open: ", openVersion);
    if (!Tree.hasUpTo(root, stored)) {
      return false;
    }
    root = tree.forget(root, stored, entriesMax);
    // A second slot of the same version: the last one counts, and readers of the first keep it.
    append(lastChanged());
    return Tree.hasUpTo(root, stored);
  }

  /** All versions from stored on, as they are now. */
  MapVersions versions() {
    Check.that(openVersion == -1, "a version is open: ", openVersion);
    return new MapVersions(slots, from, to);
  }

  /** How many roots are kept. */
  int count() {
    return to - from;
  }

  private MapVersion slot(long version) {
    int index = MapVersions.indexAt(slots, from, to, version);
    Check.that(index >= from, "no root at version ", version);
    return slots[index];
  }

  private void append(long version) {
    tree.freeze();
    if (to == slots.length) {
      replaceSlots(to);
    }
    slots[to++] = new MapVersion(version, root, shards, bytes);
  }

  private void replaceSlots(int end) {
    int count = end - from;
    MapVersion[] fresh = new MapVersion[Math.max(SLOTS_MIN, 2 * count)];
    System.arraycopy(slots, from, fresh, 0, count);
    slots = fresh;
    from = 0;
    to = count;
  }

  private void checkVersionOpen() {
    Check.that(openVersion != -1, "no version is open; latest ", latest);
  }

  /** Fails unless the newest root is a sound tree and the slots are in order. */
  void checkInvariants() {
    Tree.checkInvariants(root);
    shards.checkInvariants();
    Check.that(stored <= latest, "stored ", stored, " is above latest ", latest);
    Check.that(slots[from].version() <= stored, "no root at stored version ", stored);
    for (int i = from + 1; i < to; i++) {
      Check.that(slots[i - 1].version() <= slots[i].version(), "slots out of order at ", i);
      Check.that(slots[i].version() <= latest, "a slot above latest: ", slots[i].version());
    }
  }
}
