package io.ashlar.simulation.workload;

import io.ashlar.client.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The watches that were asked of one connection, and have not ended. */
final class ApiWatches {
  private record Watch(
      Transaction of, CompletableFuture<Void> future, CompletableFuture<Void> end) {}

  private final int most;
  private final List<Watch> watches = new ArrayList<>();

  /**
   * @param most how many the connection may have
   */
  ApiWatches(int most) {
    this.most = most;
  }

  boolean isFull() {
    watches.removeIf(watch -> watch.future.isDone());
    return watches.size() >= most;
  }

  /**
   * Keeps what a call has given, null for nothing. The future that this gives ends as the watch
   * does, or is cancelled when it is given up.
   */
  CompletableFuture<Void> kept(Transaction of, CompletableFuture<Void> future) {
    if (future == null || future.isDone()) {
      return future;
    }
    CompletableFuture<Void> end = new CompletableFuture<>();
    watches.add(new Watch(of, future, end));
    future.whenComplete(
        (nothing, thrown) -> {
          if (thrown == null) {
            end.complete(null);
          } else {
            end.completeExceptionally(thrown);
          }
        });
    return end;
  }

  /** Nobody waits for these any more. */
  void giveUp(Transaction of) {
    for (Watch watch : List.copyOf(watches)) {
      if (watch.of == of) {
        watch.end.cancel(true);
        watch.future.cancel(true);
      }
    }
    watches.removeIf(watch -> watch.of == of);
  }
}
