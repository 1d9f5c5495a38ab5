package io.ashlar.proxy;

/**
 * Decides when the first commit proxy copies all metadata into the log again, so that what lies
 * before can be popped and recovery reads little: after a time with commits, and earlier when much
 * metadata has changed. Pure.
 */
final class MetadataRenewal {
  private static final long NONE = -1;

  private final boolean responsible;
  private final long intervalNanos;
  private final long bytesMax;
  private long lastNanos;
  private long changedBytes;
  private long copiedAtVersion = NONE;

  MetadataRenewal(boolean responsible, CommitProxyOptions options, long nowNanos) {
    this.responsible = responsible;
    this.intervalNanos = options.renewalIntervalNanos();
    this.bytesMax = options.renewalBytes();
    this.lastNanos = nowNanos;
  }

  /** Mutations of metadata went into the log. */
  void changed(long bytes) {
    changedBytes += bytes;
  }

  /** Whether a copy may be made at all: by one proxy, and one at a time. */
  boolean isAllowed() {
    return responsible && copiedAtVersion == NONE;
  }

  /** Whether a batch with transactions should carry a copy. */
  boolean isDue(long nowNanos) {
    return isAllowed() && (nowNanos - lastNanos >= intervalNanos || changedBytes >= bytesMax);
  }

  /** A copy is in the batch of {@code version}, or had to be left out (-1). */
  void copied(long version, long nowNanos) {
    copiedAtVersion = version;
    lastNanos = nowNanos;
    changedBytes = 0;
  }

  /**
   * Through which version the metadata tag can be popped, or -1 when there is nothing new: a copy
   * counts only when it is committed, because recovery must always find one at or below RV.
   */
  long popThrough(long committedVersion) {
    if (copiedAtVersion == NONE || committedVersion < copiedAtVersion) {
      return NONE;
    }
    long through = copiedAtVersion - 1;
    copiedAtVersion = NONE;
    return through;
  }
}
