package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;

/** The environment of a client: its host's clock and draws, and timers on its loop. */
final class ClientEnvironment implements Environment {
  private final ClientDatabase database;

  ClientEnvironment(ClientDatabase database) {
    this.database = database;
  }

  @Override
  public long nowNanos() {
    return database.host().nowNanos();
  }

  @Override
  public RandomGenerator newRandom() {
    return database.host().newRandom();
  }

  @Override
  public CompletableFuture<Void> delay(Duration duration) {
    if (duration.isNegative()) {
      throw new AshlarException(
          ErrorCode.CLIENT_INVALID_OPERATION, "a negative delay: " + duration);
    }
    DelayFuture future = new DelayFuture(database, nanos(duration));
    future.begin();
    return future;
  }

  /** At most what a long holds: 292 years. */
  private static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  @Override
  public <T> CompletableFuture<T> adopt(CompletionStage<T> stage) {
    ClientFuture<T> future = database.newFuture();
    stage.whenComplete(
        (value, error) -> {
          try {
            database.getExecutor().execute(() -> end(future, value, error));
          } catch (RejectedExecutionException e) {
            // The executor has ended, with the database or before it; nobody may wait for ever.
            end(future, value, error);
          }
        });
    return future;
  }

  private static <T> void end(CompletableFuture<T> future, T value, Throwable error) {
    if (error == null) {
      future.complete(value);
    } else {
      future.completeExceptionally(Blocking.unwrap(error));
    }
  }
}
