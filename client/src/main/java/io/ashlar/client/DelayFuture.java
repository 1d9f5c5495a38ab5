package io.ashlar.client;

import io.ashlar.core.AshlarException;

/** Completes when a time has passed. */
final class DelayFuture extends ClientFuture<Void> {
  private final DelayOperation operation;

  DelayFuture(ClientDatabase database, long nanos) {
    super(database);
    operation = new DelayOperation(database, nanos, this::onEnd);
  }

  void begin() {
    database().post(operation);
  }

  private void onEnd(AshlarException error) {
    if (error == null) {
      complete(null);
    } else {
      completeExceptionally(error);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled) {
      operation.cancel();
    }
    return cancelled;
  }
}
