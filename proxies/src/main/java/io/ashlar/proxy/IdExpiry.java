package io.ashlar.proxy;

/**
 * Decides when a commit proxy clears the idempotency ids that have expired: those of commits that
 * can have happened only so long ago that nobody may ask for them any more. Pure.
 *
 * <p>Age is measured by the store's time, within one epoch: as many versions as the time says, and
 * never across the jump of a recovery, which is no time. So a new epoch clears nothing before it
 * has lasted as long as an id lives, and then everything of the epochs before.
 *
 * <p>Every proxy does it for all ids while it may itself have written some. That the bound is a
 * function of the version alone makes it grow with versions, whichever proxy says it.
 */
final class IdExpiry {
  static final long NONE = -1;

  private final long begin;
  private final long ageVersions;
  private final long stepVersions;

  /** The last version at which this proxy may have written an id; ids before the epoch count. */
  private long lastWritten;

  /** No row of a version below is there that this proxy may have written. */
  private long noneBelow;

  private long expiredAt;

  /**
   * @param begin the first version of the epoch
   * @param windowVersions commit versions are at most so far above their read versions: who asks
   *     for an id does not know where between it lies
   * @param lifetimeVersions how long an id is there at least after the last version that it can be
   *     of
   */
  IdExpiry(long begin, long windowVersions, long lifetimeVersions) {
    this.begin = begin;
    ageVersions = windowVersions + lifetimeVersions;
    // So often that few are kept longer than they must be, and so seldom that it costs nothing.
    stepVersions = ageVersions / 8 + 1;
    lastWritten = begin - 1;
    noneBelow = 0;
    expiredAt = NONE;
  }

  /** Ids were written at {@code version}. */
  void written(long version) {
    if (!isPending()) {
      noneBelow = Math.max(noneBelow, version);
    }
    lastWritten = version;
  }

  /** Whether ids may be there that this proxy must clear one day. */
  boolean isPending() {
    return noneBelow <= lastWritten;
  }

  /**
   * Below which version rows are to be cleared by the batch of {@code version}, or {@link #NONE}
   * when that is not due.
   *
   * @param early whether it is done before it is due, of what has expired
   */
  long bound(long version, boolean early) {
    long bound = version - ageVersions;
    if (bound < begin || !isPending()) {
      return NONE;
    }
    // When none is written any more, all that are left are cleared at once.
    boolean isWritten = version - lastWritten < stepVersions;
    boolean isDue = bound > lastWritten || (isWritten && bound >= noneBelow + stepVersions);
    return isDue || (early && bound > noneBelow) ? bound : NONE;
  }

  /** The batch of {@code version} clears what is below {@code bound}. */
  void expired(long version, long bound) {
    noneBelow = bound;
    expiredAt = version;
  }

  /** The last version that cleared ids, or {@link #NONE}. */
  long expiredAt() {
    return expiredAt;
  }
}
