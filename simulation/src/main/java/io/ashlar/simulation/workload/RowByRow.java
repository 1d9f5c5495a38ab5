package io.ashlar.simulation.workload;

import io.ashlar.client.AsyncIterator;
import io.ashlar.client.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Asks an iterator for one row after the other, as callers do who want them as they come. Rows that
 * are there already are taken in a loop: a call for each of them would need a stack as deep as a
 * page is long.
 */
final class RowByRow {
  private final AsyncIterator<KeyValue> rows;
  private final List<KeyValue> found = new ArrayList<>();

  private RowByRow(AsyncIterator<KeyValue> rows) {
    this.rows = rows;
  }

  /** All that are left, or the first error. */
  static CompletableFuture<List<KeyValue>> all(AsyncIterator<KeyValue> rows) {
    return new RowByRow(rows).next();
  }

  private CompletableFuture<List<KeyValue>> next() {
    CompletableFuture<Boolean> more = rows.onHasNext();
    while (more.isDone() && !more.isCompletedExceptionally()) {
      if (!more.join()) {
        return CompletableFuture.completedFuture(found);
      }
      found.add(rows.next());
      more = rows.onHasNext();
    }
    return more.thenCompose(this::taking);
  }

  private CompletableFuture<List<KeyValue>> taking(boolean hasOne) {
    if (!hasOne) {
      return CompletableFuture.completedFuture(found);
    }
    found.add(rows.next());
    return next();
  }
}
