package io.ashlar.proxy;

import io.ashlar.host.Host;
import io.ashlar.host.Timers;

/**
 * When an idle proxy pushes an empty batch: soon after its last commit, so that readers learn it is
 * committed, and then at intervals until the window and a little more have passed, so that
 * everything becomes stored and the log can be popped.
 */
final class IdlePushes {
  /** Empty pushes go on this much longer than the window after the last commit. */
  private static final long BEYOND_WINDOW_NANOS = 2_000_000_000L;

  private final Host host;
  private final CommitProxyOptions options;
  private final long windowNanos;
  private final Runnable onDue;
  private long lastCommitNanos;
  private boolean pushed;
  private Timers.Timer timer;

  /**
   * @param onDue called when an empty push is due
   */
  IdlePushes(Host host, CommitProxyOptions options, long windowNanos, Runnable onDue) {
    this.host = host;
    this.options = options;
    this.windowNanos = windowNanos;
    this.onDue = onDue;
  }

  /** Something was committed; the beginning of the epoch counts too. */
  void committed() {
    lastCommitNanos = host.clock().nowNanos();
    pushed = false;
  }

  /** Nothing is in flight any more. */
  void idle() {
    long sinceNanos = host.clock().nowNanos() - lastCommitNanos;
    if (timer == null && sinceNanos < windowNanos + BEYOND_WINDOW_NANOS) {
      long delayNanos = pushed ? options.idlePushIntervalNanos() : options.idlePushDelayNanos();
      timer = host.timers().schedule(delayNanos, this::expire);
    }
  }

  /** A batch is closed: no empty one is needed. */
  void busy() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void expire() {
    timer = null;
    pushed = true;
    onDue.run();
  }
}
