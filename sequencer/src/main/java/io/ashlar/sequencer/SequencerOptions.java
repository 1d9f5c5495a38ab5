package io.ashlar.sequencer;

import io.ashlar.core.Limits;

/**
 * The sequencer's limits.
 *
 * @param stepVersionsMax the most versions one grant moves, however long the pause before it; at
 *     least 1. Default 5,000,000, the default window: with more, a transaction that began just
 *     before the pause would be too old after it. In a database with a smaller window a grant moves
 *     by that at most.
 * @param leadVersionsMax grants stay below live committed version plus this; above the step (or a
 *     grant could wait for ever) and at most 100,000,000, the default: recovery jumps by that much,
 *     and every version of the epoch before must lie below its jump
 * @param keptAnswersMax answers kept for each proxy, so that a repeated request gets the same; 1 to
 *     100,000, default 1,024. More than a proxy has batches in flight, by far: 16 KiB a proxy.
 * @param waitingMax requests of one proxy that wait, for an earlier number or for the live version;
 *     1 to 100,000, default 1,024. One more is refused as SERVER_REQUEST_QUEUE_FULL, except the
 *     next in order.
 * @param proxiesMax commit proxies that are known; 1 to 100,000, default 1,000. Far more than an
 *     epoch has: it bounds what strangers could make the sequencer remember.
 */
public record SequencerOptions(
    long stepVersionsMax,
    long leadVersionsMax,
    int keptAnswersMax,
    int waitingMax,
    int proxiesMax) {
  public SequencerOptions {
    within("stepVersionsMax", stepVersionsMax, 1, Limits.RECOVERY_JUMP_VERSIONS - 1);
    within("leadVersionsMax", leadVersionsMax, stepVersionsMax + 1, Limits.RECOVERY_JUMP_VERSIONS);
    within("keptAnswersMax", keptAnswersMax, 1, 100_000);
    within("waitingMax", waitingMax, 1, 100_000);
    within("proxiesMax", proxiesMax, 1, 100_000);
  }

  public static SequencerOptions defaults() {
    return new SequencerOptions(
        Limits.WINDOW_VERSIONS, Limits.RECOVERY_JUMP_VERSIONS, 1_024, 1_024, 1_000);
  }

  private static void within(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be from " + min + " to " + max + ", not " + value);
    }
  }
}
