package io.ashlar.client;

import io.ashlar.core.Limits;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.message.ClusterView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * What a client knows to be committed, from whatever it is told: read versions, its commits, and
 * what storage servers say beside their answers. Nothing of this is ever taken back, so sessions
 * may read at it anywhere. Thread-safe; written by the loop and by those who read beside it.
 *
 * <p>Which epoch a version belongs to is told by its distance alone: the next epoch begins a whole
 * jump above everything that is committed in this one.
 */
final class KnownCommitted {
  static final long NONE = -1;

  private static final int PAST_EPOCHS_MAX = 8;
  private static final long NANOS_PER_VERSION = 1_000_000_000L / Limits.VERSIONS_PER_SECOND;

  /** An epoch that this client has had a view of, and how far it knows it to reach. */
  private static final class Epoch {
    final StoreTime time;
    long reach;

    Epoch(StoreTime time) {
      this.time = time;
      this.reach = time.recoveryTransactionVersion();
    }

    long begin() {
      return time.recoveryTransactionVersion();
    }

    boolean has(long version) {
      return version >= begin() && version - reach < Limits.RECOVERY_JUMP_VERSIONS;
    }
  }

  /** The process's: the loop's has another origin, and is not for other threads. */
  private final LongSupplier nowNanos;

  /** The newest of the present epoch that was heard of in time; {@link #NONE} for none. */
  private volatile long newest = NONE;

  private long newestNanos;
  private long highest = NONE;
  private long freshNanos;
  private Uid databaseId = Uid.NONE;

  /** Newest first. */
  private final Deque<Epoch> epochs = new ArrayDeque<>();

  /**
   * @param nowNanos monotonic, from any thread
   */
  KnownCommitted(LongSupplier nowNanos) {
    this.nowNanos = nowNanos;
  }

  /** The cluster has told who does what. */
  synchronized void onView(ClusterView view, boolean isNewEpoch) {
    databaseId = view.databaseId();
    // Half the window: so that the other half is left to the transaction.
    freshNanos = view.windowVersions() * NANOS_PER_VERSION / 2;
    if (!isNewEpoch) {
      return;
    }
    Epoch epoch = new Epoch(view.storeTime());
    if (epoch.has(highest)) {
      epoch.reach = highest;
    }
    epochs.addFirst(epoch);
    if (epochs.size() > PAST_EPOCHS_MAX) {
      epochs.removeLast();
    }
    if (newest < epoch.begin()) {
      newest = NONE;
    }
  }

  /** Which database this is; {@link Uid#NONE} before the first view. */
  synchronized Uid databaseId() {
    return databaseId;
  }

  /** The highest version that was ever heard of, or {@link #NONE}. */
  synchronized long highest() {
    return highest;
  }

  /** A version is committed; who says so may have been told of it a while ago. */
  void note(long version) {
    if (version > newest) {
      note(version, false);
    }
  }

  /** A version of the present epoch is committed, and was the newest a moment ago. */
  void noteLive(long version) {
    note(version, true);
  }

  private synchronized void note(long version, boolean isLive) {
    highest = Math.max(highest, version);
    Epoch epoch = epochs.peekFirst();
    if (epoch == null || version < epoch.begin()) {
      return;
    }
    if (isLive || epoch.has(version)) {
      // Of a live one it is known that this epoch gave it out, however long that has lasted.
      epoch.reach = Math.max(epoch.reach, version);
    }
    if (version > newest || (isLive && version == newest)) {
      newest = version;
      newestNanos = nowNanos.getAsLong();
    }
  }

  /** As if nothing had been heard for long. */
  synchronized void forgetNewest() {
    newest = NONE;
  }

  /**
   * A version to read at for one who has seen {@code seen}: known to be committed, not below that,
   * and recent; or {@link #NONE} when a read version has to be asked for.
   */
  synchronized long versionFor(long seen) {
    boolean isFresh = newest != NONE && nowNanos.getAsLong() - newestNanos <= freshNanos;
    return isFresh ? Math.max(newest, seen) : NONE;
  }

  /** What is committed since a version, as far as is known. */
  synchronized Staleness since(long version, long storeTimeMillis) {
    Epoch epoch = epochs.peekFirst();
    long now = epoch == null ? storeTimeMillis : epoch.time.millisAt(epoch.reach);
    return new Staleness(
        version,
        storeTimeMillis,
        Math.max(0, highest - version),
        Math.max(0, now - storeTimeMillis));
  }

  /** The store time at a version in milliseconds, or negative when this client cannot know it. */
  synchronized long storeTimeMillis(long version) {
    for (Epoch epoch : epochs) {
      if (epoch.has(version)) {
        return epoch.time.millisAt(version);
      }
    }
    return NONE;
  }
}
