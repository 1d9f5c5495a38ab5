package io.ashlar.proxy;

import io.ashlar.host.Host;
import io.ashlar.host.Timers;

/**
 * When an idle proxy pushes an empty batch: soon after its last commit, so that readers learn it is
 * committed, and then at intervals until the log servers were told of a committed version a whole
 * window beyond that commit, so that everything becomes stored and the log can be popped. Versions
 * count there, not time: a push may be stuck for longer than any time that could be set here.
 *
 * <p>After that, about once a second for ever. No version is further than a window above the one
 * before; so without these pushes store time, which goes on with versions, would fall behind in a
 * database that nobody writes to, and what expires would not do so.
 */
final class IdlePushes {
  private static final long NANOS_PER_VERSION = 1_000;

  /** Between pushes that only make store time go on. */
  private static final long TICK_NANOS = 1_000_000_000;

  private final Host host;
  private final CommitProxyOptions options;
  private final long windowVersions;
  private final Runnable onDue;
  private long lastCommitVersion;
  private boolean pushed;
  private Timers.Timer timer;

  /**
   * @param onDue called when an empty push is due
   */
  IdlePushes(Host host, CommitProxyOptions options, long windowVersions, Runnable onDue) {
    this.host = host;
    this.options = options;
    this.windowVersions = windowVersions;
    this.onDue = onDue;
  }

  /** Something was committed at {@code version}; the beginning of the epoch counts too. */
  void committed(long version) {
    lastCommitVersion = version;
    pushed = false;
  }

  /**
   * Nothing is in flight any more.
   *
   * @param toldCommitted the known committed version that the last push carried
   */
  void idle(long toldCommitted) {
    boolean canBeStored = toldCommitted >= lastCommitVersion + windowVersions;
    if (canBeStored) {
      host.probes().hit("commit-proxy.all-can-be-stored");
    }
    if (timer != null) {
      return;
    }
    long delayNanos = pushed ? options.idlePushIntervalNanos() : options.idlePushDelayNanos();
    if (canBeStored) {
      // Half a window, where that is less: what a push takes must not make the versions late.
      delayNanos = Math.min(TICK_NANOS, windowVersions * NANOS_PER_VERSION / 2);
    }
    boolean atOnce = host.faults().at("commit-proxy.idle-push-at-once");
    timer = host.timers().schedule(atOnce ? 0 : delayNanos, this::expire);
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
