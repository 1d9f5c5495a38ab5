package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.message.CommitTransaction;
import java.util.ArrayList;
import java.util.List;

/** One try of a transaction: everything a retry begins anew. Guarded by the transaction. */
final class Attempt {
  /** What may be done with it. */
  enum Phase {
    ACTIVE,
    /** A commit was called and has not ended. */
    COMMITTING,
    COMMITTED,
    /** {@link Attempt#failure} says why. */
    FAILED
  }

  /** What a transaction remembers of its reads; beyond that it reads again. */
  private static final long CACHE_BYTES_MAX = 16 << 20;

  static final long NO_VERSION = -1;

  private final ClientDatabase database;
  final Session session;
  final WriteBuffer writes = new WriteBuffer();
  final ConflictRanges readConflicts = new ConflictRanges();
  final List<WatchFuture> watches = new ArrayList<>(0);
  private SnapshotCache cache;
  private Phase phase = Phase.ACTIVE;
  private AshlarException failure;

  /** Reads that were called and have not ended; the commit waits for them. */
  private int pendingReads;

  /** A read was sent, or the version set: it cannot be set any more. */
  boolean versionFixed;

  /** It is not committed above this version. */
  long commitVersionMax = CommitTransaction.ANY_VERSION;

  /** Something was read or written. */
  boolean used;

  /** The version as far as the front half has heard of it. */
  long knownVersion = NO_VERSION;

  long committedVersion = NO_VERSION;
  ClientFuture<byte[]> versionstamp;

  /** The versionstamp once it is committed; null when there was nothing to write. */
  byte[] stamp;

  ClientFuture<Void> commit;

  /** The size limit when the commit was called. */
  long commitBytesMax;

  Attempt(ClientDatabase database, Session session) {
    this.database = database;
    this.session = session;
  }

  Phase phase() {
    return phase;
  }

  void enter(Phase next) {
    phase = next;
  }

  void fail(AshlarException why) {
    phase = Phase.FAILED;
    failure = why;
  }

  AshlarException failure() {
    return failure;
  }

  /** Fails unless the transaction can be read and written. */
  void expectActive() {
    switch (phase) {
      case ACTIVE -> {}
      case COMMITTING -> throw new AshlarException(ErrorCode.USED_DURING_COMMIT);
      case COMMITTED ->
          throw new AshlarException(
              ErrorCode.USED_DURING_COMMIT, "the transaction has been committed; make a new one");
      case FAILED -> throw failure;
      default -> throw new IllegalStateException("no such phase");
    }
  }

  SnapshotCache cache() {
    if (cache == null) {
      cache = new SnapshotCache(CACHE_BYTES_MAX);
    }
    return cache;
  }

  void readBegun() {
    used = true;
    if (!versionFixed && session.causal() != null && !session.asksVersion()) {
      session.causal().chooseVersion(this);
    } else if (!versionFixed && session.isEventual()) {
      database.chooseVersion(this);
    }
    versionFixed = true;
    pendingReads++;
  }

  /**
   * Before its first operation: all reads are at that version, of whose time something is known.
   */
  void fixVersion(long version, KnownCommitted known) {
    knownVersion = version;
    session.presetVersion(version);
    session.noteStoreTime(known.storeTimeMillis(version));
  }

  void readEnded() {
    pendingReads--;
  }

  boolean hasPendingReads() {
    return pendingReads > 0;
  }

  /** Whether the loop has nothing of it, and no future waits for its commit. */
  boolean isQuiet() {
    boolean isIdle = phase == Phase.ACTIVE && pendingReads == 0;
    return isIdle && versionstamp == null && watches.isEmpty();
  }

  /** What the size limit counts. */
  long sizeBytes() {
    return writes.sizeBytes() + readConflicts.sizeBytes() + writes.conflicts().sizeBytes();
  }

  /** The futures that a commit would have completed fail; once the try is no longer active. */
  void failUncommitted(AshlarException why) {
    if (versionstamp != null) {
      versionstamp.completeExceptionally(why);
    }
    for (WatchFuture watch : watches) {
      watch.fire(why);
    }
  }
}
