package io.ashlar.table;

import java.util.List;

/**
 * A part of what a query finds.
 *
 * @param found in the query's order
 * @param continuation where the next page begins, to be handed to the same query; null when there
 *     are no more. It may be kept, and travel, as long as one likes
 */
public record TablePage<T>(List<T> found, byte[] continuation) {
  /** Whether there may be more. */
  public boolean hasMore() {
    return continuation != null;
  }
}
