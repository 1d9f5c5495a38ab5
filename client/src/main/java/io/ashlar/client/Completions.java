package io.ashlar.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ended operations on their way from the loop to the executor: collected while a batch of events
 * runs, handed over as one task at its end.
 */
final class Completions {
  private final Executor callbacks;
  private List<Operation> ended = new ArrayList<>();

  Completions(Executor callbacks) {
    this.callbacks = callbacks;
  }

  void add(Operation operation) {
    ended.add(operation);
  }

  /** Hands over what was collected. */
  void flush() {
    if (ended.isEmpty()) {
      return;
    }
    Batch batch = new Batch(callbacks, ended.toArray(new Operation[0]));
    ended = new ArrayList<>();
    batch.submit();
  }

  /**
   * Operations that one executor task finishes one after the other. A callback may wait for a
   * future of a later operation of the same batch; so that this does not wait for itself, another
   * task stands by to take over the rest whenever a callback runs.
   */
  private static final class Batch implements Runnable {
    private final Executor callbacks;
    private final Operation[] operations;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicBoolean standby = new AtomicBoolean();

    Batch(Executor callbacks, Operation[] operations) {
      this.callbacks = callbacks;
      this.operations = operations;
    }

    void submit() {
      if (!standby.compareAndSet(false, true)) {
        return;
      }
      try {
        callbacks.execute(this);
      } catch (RejectedExecutionException e) {
        // The caller has shut its executor down with futures pending. Completing them here is the
        // only way left to release whoever waits for them.
        standby.set(false);
        finishRest();
      }
    }

    @Override
    public void run() {
      standby.set(false);
      for (int i = next.getAndIncrement(); i < operations.length; i = next.getAndIncrement()) {
        if (i + 1 < operations.length) {
          submit();
        }
        operations[i].finish();
      }
    }

    private void finishRest() {
      for (int i = next.getAndIncrement(); i < operations.length; i = next.getAndIncrement()) {
        operations[i].finish();
      }
    }
  }
}
