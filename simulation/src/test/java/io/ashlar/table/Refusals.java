package io.ashlar.table;

import io.ashlar.table.TableException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What calls fail with. */
final class Refusals {
  private Refusals() {}

  /** The error, or null when there is none. */
  static Throwable errorOf(CompletableFuture<?> future) {
    try {
      future.join();
    } catch (CompletionException e) {
      return e.getCause();
    }
    return null;
  }

  /** The reason of a {@link TableException}, or null. */
  static Reason reasonOf(CompletableFuture<?> future) {
    return errorOf(future) instanceof TableException e ? e.reason() : null;
  }
}
