package io.ashlar.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/**
 * What code on top of a database takes from the process it runs in: a clock, timers and randomness.
 * Code that takes these from here, and nothing else from outside, runs in the simulator as it is:
 * in virtual time, and the same for the same seed. Thread-safe.
 *
 * <p>There is no wall clock: those of two machines differ, and jump.
 */
public interface Environment {
  /** Nanoseconds from an arbitrary origin that never go back: only differences mean something. */
  long nowNanos();

  /**
   * A generator of the caller's own, independent of every other. Each is for one thread at a time.
   */
  RandomGenerator newRandom();

  /**
   * Completes after {@code duration}, not before; on the executor of the database, as all its
   * futures. Cancelling it takes the timer back. Fails with {@code database_closed} (7004) when the
   * database is closed before.
   *
   * @param duration zero or more
   */
  CompletableFuture<Void> delay(Duration duration);

  /**
   * The outcome of {@code stage} as a future of this database: it completes on its executor, and
   * may be waited for wherever the database's own futures may. For those that other code has made,
   * such as {@link CompletableFuture#allOf}.
   */
  <T> CompletableFuture<T> adopt(CompletionStage<T> stage);

  /** {@link #delay}, waiting for it. Do not call on a loop. */
  default void delayBlocking(Duration duration) {
    Blocking.join(delay(duration));
  }
}
