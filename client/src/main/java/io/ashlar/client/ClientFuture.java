package io.ashlar.client;

import io.ashlar.core.AshlarException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A future of the client, and of everything derived from one: completes on the database's executor,
 * gives its asynchronous dependents to it too, has its timeouts from the loop's timers, and refuses
 * to block the loop that must complete it. Who waits for it waits as the client's host has it.
 */
class ClientFuture<T> extends CompletableFuture<T> {
  private final ClientDatabase database;

  ClientFuture(ClientDatabase database) {
    this.database = database;
  }

  final ClientDatabase database() {
    return database;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new ClientFuture<>(database);
  }

  @Override
  public Executor defaultExecutor() {
    return database.getExecutor();
  }

  /** True when there is nothing more to wait for: it is done, or the time has passed. */
  private boolean awaited(long limitNanos) {
    if (isDone()) {
      return true;
    }
    database.expectNoLoop();
    return database.host().await(this, limitNanos);
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    awaited(ClientHost.NO_LIMIT);
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (awaited(Math.max(0, unit.toNanos(timeout))) && !isDone()) {
      throw new TimeoutException();
    }
    return super.get(timeout, unit);
  }

  @Override
  public T join() {
    awaited(ClientHost.NO_LIMIT);
    return super.join();
  }

  @Override
  public CompletableFuture<T> orTimeout(long timeout, TimeUnit unit) {
    return after(
        timeout,
        unit,
        error -> completeExceptionally(error == null ? new TimeoutException() : error));
  }

  @Override
  public CompletableFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
    return after(
        timeout,
        unit,
        error -> {
          if (error == null) {
            complete(value);
          } else {
            completeExceptionally(error);
          }
        });
  }

  /** Not by the JDK's timer: that is a thread for the whole process, and in real time. */
  private CompletableFuture<T> after(
      long timeout, TimeUnit unit, Consumer<AshlarException> onTimeout) {
    if (isDone()) {
      return this;
    }
    DelayOperation delay =
        new DelayOperation(database, Math.max(0, unit.toNanos(timeout)), onTimeout);
    database.post(delay);
    super.whenComplete((value, error) -> delay.cancel());
    return this;
  }
}
