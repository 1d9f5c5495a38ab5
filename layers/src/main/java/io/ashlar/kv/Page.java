package io.ashlar.kv;

import java.util.List;

/**
 * A part of a scan.
 *
 * @param entries in the scan's order
 * @param continuation where the next page begins, to be handed to the same scan; null when there
 *     are no more. It may be kept, and travel, as long as one likes
 */
public record Page<K, V>(List<Entry<K, V>> entries, byte[] continuation) {
  /** Whether there may be more. */
  public boolean hasMore() {
    return continuation != null;
  }
}
