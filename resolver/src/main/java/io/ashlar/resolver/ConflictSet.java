package io.ashlar.resolver;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Verdict;
import io.ashlar.message.ResolverTransaction;
import java.util.List;

/**
 * Which key was last written at which version, within the window, and the decision that follows
 * from it (docs/protocol.md, section 5).
 *
 * <p>Transactions are decided one after the other, and an accepted one's writes are recorded before
 * the next is looked at: since the batch's version is above every read version, that alone rejects
 * a transaction that reads what one before it in the batch writes.
 */
public final class ConflictSet {
  private final long windowVersions;
  private final RangeCursor cursor = new RangeCursor();
  private final SearchKey begin = new SearchKey();
  private final SearchKey end = new SearchKey();
  private final WriteHistory history;
  private long lastVersion;
  private long oldestVersion;

  /**
   * An empty set.
   *
   * @param floorVersion what read before it is too old; the versions resolved are above it
   * @param windowVersions how far below a batch's version its transactions may have read
   */
  public ConflictSet(long floorVersion, long windowVersions) {
    this(floorVersion, windowVersions, WriteHistory.NODE_CAPACITY);
  }

  /** As above, with nodes of any size: small ones make small trees deep. */
  ConflictSet(long floorVersion, long windowVersions, int nodeCapacity) {
    Check.that(windowVersions > 0, "the window must be positive: ", windowVersions);
    this.windowVersions = windowVersions;
    lastVersion = floorVersion;
    oldestVersion = floorVersion;
    history = new WriteHistory(floorVersion, nodeCapacity);
  }

  /**
   * Decides a batch and records the writes of the transactions it accepts.
   *
   * @param version of the batch, above that of the one before
   * @param transactions in batch order
   * @return one code of a {@link Verdict} for each transaction
   * @throws MalformedException when a conflict range is malformed; nothing is changed then
   */
  public byte[] resolve(long version, List<ResolverTransaction> transactions) {
    Check.that(version > lastVersion, "batches go up: ", version, " after ", lastVersion);
    for (ResolverTransaction transaction : transactions) {
      validate(transaction.readConflicts());
      validate(transaction.writeConflicts());
    }
    lastVersion = version;
    oldestVersion = Math.max(oldestVersion, version - windowVersions);
    history.advance(version, oldestVersion);
    byte[] verdicts = new byte[transactions.size()];
    int index = 0;
    for (ResolverTransaction transaction : transactions) {
      Verdict verdict = decide(transaction);
      if (verdict == Verdict.COMMITTED) {
        record(transaction.writeConflicts());
      }
      verdicts[index++] = (byte) verdict.code();
    }
    history.sweep();
    return verdicts;
  }

  private void validate(Bytes encoded) {
    cursor.reset(encoded);
    while (cursor.next()) {}
  }

  private Verdict decide(ResolverTransaction transaction) {
    // A read version from the future would hide the batch's own writes.
    long readVersion = Math.min(transaction.readVersion(), lastVersion - 1);
    boolean conflict = false;
    cursor.reset(transaction.readConflicts());
    while (cursor.next()) {
      if (!cursor.isEmpty()) {
        if (readVersion < oldestVersion) {
          return Verdict.TOO_OLD;
        }
        conflict = conflict || isWrittenAfter(readVersion);
      }
    }
    return conflict ? Verdict.CONFLICT : Verdict.COMMITTED;
  }

  private boolean isWrittenAfter(long readVersion) {
    begin.set(cursor.array(), cursor.beginFrom(), cursor.beginLength());
    if (cursor.isSingle()) {
      return history.isWrittenAfter(begin, readVersion);
    }
    end.set(cursor.array(), cursor.endFrom(), cursor.endLength());
    return history.isWrittenAfter(begin, end, readVersion);
  }

  private void record(Bytes writeConflicts) {
    cursor.reset(writeConflicts);
    while (cursor.next()) {
      if (!cursor.isEmpty()) {
        begin.set(cursor.array(), cursor.beginFrom(), cursor.beginLength());
        if (cursor.isSingle()) {
          end.setAfter(cursor.array(), cursor.beginFrom(), cursor.beginLength());
        } else {
          end.set(cursor.array(), cursor.endFrom(), cursor.endLength());
        }
        history.write(begin, end);
      }
    }
  }

  /** What read before this version is too old. */
  public long oldestVersion() {
    return oldestVersion;
  }

  /** Boundaries held now: a measure of memory. */
  public int boundaryCount() {
    return history.boundaryCount();
  }

  /** Fails when the structure is not what its comments say. */
  public void checkInvariants() {
    Check.that(oldestVersion <= lastVersion, "the window is ahead: ", oldestVersion);
    history.checkInvariants();
  }
}
