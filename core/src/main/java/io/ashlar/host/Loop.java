package io.ashlar.host;

/**
 * The owner's loop as seen from outside it: what a client library needs to hand work from its
 * callers' threads to its own state machine. Roles do not have it.
 */
public interface Loop {
  /**
   * Runs {@code task} on the loop as a later event. Callable from any thread. It counts as an event
   * of every role on the loop: their {@link Role#onBatchEnd} follows. The caller may have to wait
   * while the loop is full of work. A task handed over shortly before the loop stops may never run.
   *
   * @throws java.util.concurrent.RejectedExecutionException when the loop has stopped
   */
  void execute(Runnable task);

  /** Whether the calling thread is this loop, and so must not block. */
  boolean isCurrent();
}
