package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Limits;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.Uid;
import io.ashlar.message.ClusterView;
import io.ashlar.message.LogSet;
import java.util.List;

/**
 * Between which versions a storage server may move: from where on what it has can be read, what of
 * that is committed for certain, and how far it may be stored. Stored is never above a version that
 * a recovery could take back; and when one has taken back what was certain, the log has lost it.
 */
final class VersionBounds {
  private final Uid storageId;
  private final Pulled pulled;

  /** Those of the newest view; none while that does not have the server. */
  private List<LogGeneration> generations = List.of();

  private long windowVersions = Limits.WINDOW_VERSIONS;
  private long knownCommitted;

  /**
   * @param pulled knows of the epochs whose begin was applied
   */
  VersionBounds(Uid storageId, Pulled pulled) {
    this.storageId = storageId;
    this.pulled = pulled;
  }

  /** The server begins with what its engine has, which is committed. */
  void opened(long stored) {
    knownCommitted = stored;
  }

  /** Goes on by a new view, which has the server. */
  void onView(ClusterView view) {
    windowVersions = view.windowVersions();
    generations = view.generations().stream().map(LogSet::generation).toList();
  }

  /** The newest view does not have the server: where its epochs begin says nothing here. */
  void rest() {
    generations = List.of();
  }

  /** The last version that is known to be committed; it may not have arrived here yet. */
  long knownCommitted() {
    return knownCommitted;
  }

  /** Everything up to {@code version} is committed. */
  void committedThrough(long version) {
    knownCommitted = Math.max(knownCommitted, version);
  }

  /**
   * The last version in the map that is known to be committed. What a recovery has taken back never
   * was, though the log goes on and tells of later commits before it tells of the recovery: until
   * then the map still has it.
   */
  long committed(VersionedMap map) {
    return outsideGaps(Math.min(map.latest(), knownCommitted));
  }

  /** The oldest version that is to be readable. */
  long oldestReadable(VersionedMap map) {
    return Math.max(map.stored(), map.latest() - windowVersions);
  }

  /**
   * How far stored may go: what is older than the window and cannot be taken back. When the server
   * closes there are no readers any more who could ask for a version of the window. Where there is
   * no version it does not stop: so that an epoch that ended below stored has lost what was stored.
   */
  long storable(VersionedMap map, boolean isClosing) {
    long unread = isClosing ? map.latest() : map.latest() - windowVersions;
    return Math.max(map.stored(), outsideGaps(Math.min(unread, knownCommitted)));
  }

  /** The last version up to there that there can be: none lies between RV and RT of an epoch. */
  private long outsideGaps(long version) {
    for (LogGeneration generation : generations) {
      if (isInGap(version, generation)) {
        return generation.recoveryVersion();
      }
    }
    return pulled.outsideGaps(version);
  }

  /**
   * What is stored, and what the log said is committed, cannot be taken back: an epoch that ended
   * below, and began above, has been recovered from a log that was not all there was.
   */
  void checkNothingLost(VersionedMap map) {
    for (LogGeneration generation : generations) {
      checkNotTakenBack(map.stored(), "stored", generation);
      checkNotTakenBack(knownCommitted, "told that it is committed", generation);
    }
  }

  private void checkNotTakenBack(long version, String what, LogGeneration generation) {
    if (isInGap(version, generation)) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT,
          "storage server "
              + storageId
              + " has "
              + what
              + " version "
              + version
              + ", and epoch "
              + generation.epoch()
              + " began where the one before had ended at "
              + generation.recoveryVersion()
              + ": the log has lost what it had; restore it from a newer copy");
    }
  }

  private static boolean isInGap(long version, LogGeneration generation) {
    return version > generation.recoveryVersion()
        && version < generation.recoveryTransactionVersion();
  }
}
