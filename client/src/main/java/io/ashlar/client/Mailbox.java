package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.host.Loop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Operations on their way from any thread to the loop, in the order each thread posted them. The
 * first one into an empty mailbox posts a task; those that come before it runs ride along, so a
 * busy loop takes many at a time.
 *
 * <p>Its length is bounded by what the callers have under way, each of which holds a future.
 */
final class Mailbox {
  /** Operations one task hands over before the loop sees to its other events. */
  private static final int DRAIN_MAX = 4_096;

  private static final Operation CLOSED =
      new Operation(null) {
        @Override
        void start(ClientRole role) {}

        @Override
        void finish() {}
      };

  private final Loop loop;
  private final Supplier<Throwable> failure;
  private final Runnable drain = this::drain;

  /** The newest first; {@link #CLOSED} once nothing is taken any more. */
  private final AtomicReference<Operation> newest = new AtomicReference<>();

  /** Taken and not yet handed over, the oldest first; the loop's. */
  private Operation taken;

  /** Null until {@link #open}; the loop's. */
  private Consumer<Operation> receiver;

  /**
   * @param failure why the loop has stopped by itself, or null
   */
  Mailbox(Loop loop, Supplier<Throwable> failure) {
    this.loop = loop;
    this.failure = failure;
  }

  /** What operations end with that come too late; names what has stopped the loop. */
  AshlarException closedError() {
    Throwable why = failure.get();
    if (why == null) {
      return new AshlarException(ErrorCode.DATABASE_CLOSED);
    }
    return new AshlarException(
        ErrorCode.DATABASE_CLOSED,
        "the database has stopped by itself. Why: "
            + (why instanceof AshlarException ? why.getMessage() : why.toString()),
        why);
  }

  /** On the loop: from now on operations are handed to {@code to}. */
  void open(Consumer<Operation> to) {
    receiver = to;
    drain();
  }

  /** Posts; false when the mailbox is closed. */
  boolean post(Operation operation) {
    while (true) {
      Operation head = newest.get();
      if (head == CLOSED) {
        return false;
      }
      operation.nextPosted = head;
      if (newest.compareAndSet(head, operation)) {
        if (head == null) {
          wakeLoop();
        }
        return true;
      }
    }
  }

  private void wakeLoop() {
    try {
      loop.execute(drain);
    } catch (RejectedExecutionException e) {
      // The loop has stopped, by itself or because its process is closing. What is here was never
      // seen by it; what it had taken is failed by its role's end.
      Operation rest = newest.getAndSet(CLOSED);
      while (rest != null && rest != CLOSED) {
        Operation older = rest.nextPosted;
        rest.failUnposted(closedError());
        rest = older;
      }
    }
  }

  /**
   * On the loop, or when there is none any more: gives what was not handed over to the receiver.
   */
  void close(Consumer<Operation> rest) {
    Operation late = newest.getAndSet(CLOSED);
    appendTaken(late == CLOSED ? null : late);
    for (Operation operation = poll(); operation != null; operation = poll()) {
      rest.accept(operation);
    }
  }

  private void drain() {
    Operation head = newest.get();
    while (head != null && head != CLOSED && !newest.compareAndSet(head, null)) {
      head = newest.get();
    }
    appendTaken(head == CLOSED ? null : head);
    if (receiver == null) {
      return;
    }
    for (int i = 0; i < DRAIN_MAX; i++) {
      Operation operation = poll();
      if (operation == null) {
        return;
      }
      receiver.accept(operation);
    }
    if (taken != null) {
      loop.execute(drain);
    }
  }

  private Operation poll() {
    Operation operation = taken;
    if (operation != null) {
      taken = operation.nextPosted;
      operation.nextPosted = null;
    }
    return operation;
  }

  private void appendTaken(Operation newestFirst) {
    Operation oldestFirst = null;
    for (Operation at = newestFirst; at != null; ) {
      Operation older = at.nextPosted;
      at.nextPosted = oldestFirst;
      oldestFirst = at;
      at = older;
    }
    if (taken == null) {
      taken = oldestFirst;
      return;
    }
    Operation last = taken;
    while (last.nextPosted != null) {
      last = last.nextPosted;
    }
    last.nextPosted = oldestFirst;
  }
}
