package io.ashlar.layer;

import io.ashlar.client.Environment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tries to get something, again and again: when a change is told that may have made it free, and at
 * times without that, until it is there or patience is at an end.
 *
 * <p>Who waits may cancel the future, or let it end by a timeout of its own. Then nothing more is
 * tried; and what a try that was under way has got is given back, since nobody would have it.
 */
public final class Waiting<T> {
  /** How long it waits after a change could not be watched; doubled each time. */
  private static final Duration DELAY_MIN = Duration.ofMillis(10);

  private static final Duration DELAY_MAX = Duration.ofSeconds(1);

  /**
   * How a try went.
   *
   * @param got null when there was nothing
   * @param change completes when it is worth to try again; null to do that at once
   * @param most after which to try again without a change
   */
  public record Tried<T>(T got, CompletableFuture<Void> change, Duration most) {
    /** There it is. */
    public static <T> Tried<T> got(T what) {
      return new Tried<>(what, null, null);
    }

    /** There is more to look at. */
    public static <T> Tried<T> again() {
      return new Tried<>(null, null, null);
    }

    private void stopWatching() {
      if (change != null) {
        change.cancel(false);
      }
    }
  }

  private final Environment environment;
  private final long endNanos;
  private final Supplier<CompletableFuture<Tried<T>>> attempt;
  private final CompletableFuture<T> result;
  private T got;
  private Duration delay = DELAY_MIN;
  private volatile CompletableFuture<Void> pause;

  private Waiting(
      Environment environment, Duration patience, Supplier<CompletableFuture<Tried<T>>> attempt) {
    this.environment = environment;
    this.endNanos = environment.nowNanos() + Spans.nanos(patience);
    this.attempt = attempt;
    this.result = environment.adopt(new CompletableFuture<T>());
  }

  /**
   * Tries until it succeeds.
   *
   * @param patience after which it gives null, once a try has ended
   * @param attempt one try, whose futures are those of the database
   * @param giveBack is called with what was got too late
   */
  public static <T> CompletableFuture<T> until(
      Environment environment,
      Duration patience,
      Supplier<CompletableFuture<Tried<T>>> attempt,
      Consumer<T> giveBack) {
    Waiting<T> waiting = new Waiting<>(environment, patience, attempt);
    Repeat.whileTrue(waiting::step).whenComplete((done, error) -> waiting.end(error, giveBack));
    waiting.result.whenComplete((value, error) -> waiting.stop());
    return waiting.result;
  }

  private void end(Throwable error, Consumer<T> giveBack) {
    if (error != null) {
      result.completeExceptionally(Causes.of(error));
    } else if (!result.complete(got) && got != null) {
      giveBack.accept(got);
    }
  }

  private void stop() {
    CompletableFuture<Void> waiting = pause;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }

  private CompletableFuture<Boolean> step() {
    if (result.isDone()) {
      return CompletableFuture.completedFuture(false);
    }
    return attempt.get().thenCompose(this::onTried);
  }

  private CompletableFuture<Boolean> onTried(Tried<T> tried) {
    got = tried.got();
    Duration left = Duration.ofNanos(endNanos - environment.nowNanos());
    if (got != null || left.isNegative() || left.isZero() || result.isDone()) {
      tried.stopWatching();
      return CompletableFuture.completedFuture(false);
    }
    return tried.change() == null ? CompletableFuture.completedFuture(true) : await(tried, left);
  }

  private CompletableFuture<Boolean> await(Tried<T> tried, Duration left) {
    CompletableFuture<Void> over = environment.delay(shorter(tried.most(), left));
    pause = over;
    CompletableFuture<Boolean> changed = tried.change().handle((fired, error) -> error == null);
    CompletableFuture<Boolean> passed = over.handle((done, error) -> true);
    return CompletableFuture.anyOf(changed, passed)
        .thenCompose(
            first -> {
              boolean isUnwatched = changed.isDone() && !changed.join();
              over.cancel(false);
              tried.stopWatching();
              return isUnwatched ? backOff(left) : goOn();
            });
  }

  private CompletableFuture<Boolean> goOn() {
    delay = DELAY_MIN;
    return CompletableFuture.completedFuture(true);
  }

  /** Without a watch one would look again at once, and for as long as none is to be had. */
  private CompletableFuture<Boolean> backOff(Duration left) {
    CompletableFuture<Void> over = environment.delay(shorter(delay, left));
    pause = over;
    delay = shorter(delay.multipliedBy(2), DELAY_MAX);
    return over.handle((done, error) -> true);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
