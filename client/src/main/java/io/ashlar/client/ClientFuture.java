package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.host.Loop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A future of the client, and of everything derived from one: completes on the database's executor,
 * gives its asynchronous dependents to it too, and refuses to block the loop that must complete it.
 */
class ClientFuture<T> extends CompletableFuture<T> {
  private final Loop loop;
  private final Executor callbacks;

  ClientFuture(Loop loop, Executor callbacks) {
    this.loop = loop;
    this.callbacks = callbacks;
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new ClientFuture<>(loop, callbacks);
  }

  @Override
  public Executor defaultExecutor() {
    return callbacks;
  }

  private void expectNoLoop() {
    if (!isDone() && loop.isCurrent()) {
      throw new AshlarException(ErrorCode.BLOCKED_FROM_NETWORK_THREAD);
    }
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    expectNoLoop();
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    expectNoLoop();
    return super.get(timeout, unit);
  }

  @Override
  public T join() {
    expectNoLoop();
    return super.join();
  }
}
