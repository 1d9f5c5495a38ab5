package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;

/** A watch from the call to its end; holds one of the database's places for watches. */
final class WatchFuture extends ClientFuture<Void> {
  private final Bytes key;
  private Bytes expected;
  private boolean valueKnown;
  private WatchOperation armed;
  private boolean released;

  WatchFuture(ClientDatabase database, Bytes key) {
    super(database);
    this.key = key;
  }

  /** What the transaction saw, null for absent. */
  synchronized void expect(Bytes value) {
    expected = value;
    valueKnown = true;
  }

  /** The transaction was committed at {@code version}: waits from there on. */
  synchronized void arm(long version) {
    if (isDone() || !valueKnown) {
      return;
    }
    armed = new WatchOperation(database().detached(), key, expected, version, this);
    // Posted under the monitor: a cancellation seen by another thread comes after it in the queue.
    database().post(armed);
  }

  /** The value changed, or there is an error. */
  void fire(AshlarException error) {
    release();
    if (error == null) {
      complete(null);
    } else {
      completeExceptionally(error);
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    WatchOperation operation;
    synchronized (this) {
      operation = armed;
      armed = null;
    }
    release();
    if (operation != null) {
      database()
          .post(
              new LoopTask(
                  database().detached(),
                  role -> role.fail(operation, new AshlarException(ErrorCode.WATCH_CANCELLED))));
    }
    return cancelled;
  }

  private void release() {
    synchronized (this) {
      if (released) {
        return;
      }
      released = true;
    }
    database().releaseWatch();
  }
}
