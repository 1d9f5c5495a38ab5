package io.ashlar.layer;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A loop of steps that are futures. It takes no stack for steps that are done at once, and no
 * thread: each step begins where the one before completed.
 */
public final class Repeat {
  private final Supplier<? extends CompletableFuture<Boolean>> step;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  private Repeat(Supplier<? extends CompletableFuture<Boolean>> step) {
    this.step = step;
  }

  /**
   * Calls {@code step} again and again, each time when the one before has completed, until one
   * gives false.
   *
   * @return completes after the last step; fails with the error of the first step that fails or
   *     throws
   */
  public static CompletableFuture<Void> whileTrue(
      Supplier<? extends CompletableFuture<Boolean>> step) {
    Repeat loop = new Repeat(Objects.requireNonNull(step, "the step is null"));
    loop.go();
    return loop.done;
  }

  private void go() {
    while (true) {
      CompletableFuture<Boolean> next;
      try {
        next = step.get();
      } catch (RuntimeException | Error e) {
        done.completeExceptionally(e);
        return;
      }
      if (!next.isDone() || next.isCompletedExceptionally()) {
        next.whenComplete(this::onStep);
        return;
      }
      if (!next.join()) {
        done.complete(null);
        return;
      }
    }
  }

  private void onStep(Boolean again, Throwable error) {
    if (error != null) {
      done.completeExceptionally(error);
    } else if (again) {
      go();
    } else {
      done.complete(null);
    }
  }
}
