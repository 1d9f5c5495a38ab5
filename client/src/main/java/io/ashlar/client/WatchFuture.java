package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;

/**
 * A watch from the call to its end; holds one of the database's places for watches. It ends when
 * somebody completes it, too: with it end its place and its wait at the storage server.
 */
final class WatchFuture extends ClientFuture<Void> {
  private final Bytes key;
  private Bytes expected;
  private boolean valueKnown;
  private WatchOperation armed;
  private boolean released;

  WatchFuture(ClientDatabase database, Bytes key) {
    super(database);
    this.key = key;
    super.whenComplete((nothing, error) -> letGo());
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
    // Posted under the monitor: who ends it on another thread comes after it in the queue.
    database().post(armed);
  }

  /** The value changed, or there is an error: it does not wait any more. */
  void fire(AshlarException error) {
    synchronized (this) {
      armed = null;
    }
    // Before anybody hears of the end, who may want the place.
    release();
    if (error == null) {
      complete(null);
    } else {
      completeExceptionally(error);
    }
  }

  /** It has ended, by itself or because somebody cancelled or completed it, or set a timeout. */
  private void letGo() {
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
