package io.ashlar.storage;

/**
 * An immutable run of versions of the map, oldest first. Several runs share one array, which is
 * only ever written behind the end of all of them.
 */
final class MapVersions {
  /**
   * The map as of one version.
   *
   * @param version its version
   * @param root what is above stored
   * @param shards what belongs to the server
   * @param bytesBefore of mutations, of this version and all before it, since the start
   */
  record MapVersion(long version, Tree.Node root, Shards shards, long bytesBefore) {}

  private final MapVersion[] slots;
  private final int from;
  private final int to;

  MapVersions(MapVersion[] slots, int from, int to) {
    this.slots = slots;
    this.from = from;
    this.to = to;
  }

  /** The last one at or before {@code version}, or null when {@code version} is before all. */
  MapVersion at(long version) {
    // Most reads are at one of the newest versions.
    if (slots[to - 1].version <= version) {
      return slots[to - 1];
    }
    int index = indexAt(slots, from, to, version);
    return index < from ? null : slots[index];
  }

  /** The index of the last slot at or before {@code version}; {@code from - 1} when none is. */
  static int indexAt(MapVersion[] slots, int from, int to, long version) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (slots[middle].version <= version) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
