package io.ashlar.host;

/**
 * A single-threaded, deterministic state machine on a loop.
 *
 * <p>A throwable out of any method stops the whole worker: nothing more is handled, sent or
 * acknowledged.
 */
public interface Role {
  /** Called once, before anything else. */
  void start();

  /** A request or one-way message addressed to this role. */
  void onMessage(Inbound inbound);

  /**
   * The loop has no more events at hand, after messages, timers or completions ran: the place to
   * send, sync and answer what was collected. Batch boundaries carry no meaning.
   */
  void onBatchEnd();

  /**
   * Called at most once; afterwards nothing of the role runs: its timers and replies are dropped.
   */
  void stop();
}
