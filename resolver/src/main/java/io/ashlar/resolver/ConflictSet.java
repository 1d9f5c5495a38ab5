package io.ashlar.resolver;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.Keys;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Verdict;
import io.ashlar.message.ResolverTransaction;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which key was last written at which version, within the window, and the decision that follows
 * from it (docs/protocol.md, section 5).
 *
 * <p>The set is a step function from keys to versions: each boundary holds the version from its key
 * to the next boundary's. Transactions are decided one after the other, and an accepted one's
 * writes are recorded before the next is looked at: since the batch's version is above every read
 * version, that alone rejects a transaction that reads what one before it in the batch writes.
 */
public final class ConflictSet {
  private final long windowVersions;
  private final RangeCursor cursor = new RangeCursor();
  private final TreeMap<Bytes, Long> versions = new TreeMap<>();
  private long lastVersion;
  private long oldestVersion;

  /**
   * An empty set.
   *
   * @param floorVersion what read before it is too old; the versions resolved are above it
   * @param windowVersions how far below a batch's version its transactions may have read
   */
  public ConflictSet(long floorVersion, long windowVersions) {
    Check.that(windowVersions > 0, "the window must be positive: ", windowVersions);
    this.windowVersions = windowVersions;
    lastVersion = floorVersion;
    oldestVersion = floorVersion;
    versions.put(Bytes.EMPTY, floorVersion);
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
    expire();
    byte[] verdicts = new byte[transactions.size()];
    int index = 0;
    for (ResolverTransaction transaction : transactions) {
      Verdict verdict = decide(transaction);
      if (verdict == Verdict.COMMITTED) {
        record(transaction.writeConflicts());
      }
      verdicts[index++] = (byte) verdict.code();
    }
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
    Bytes begin = begin();
    for (long version : versions.subMap(versions.floorKey(begin), true, end(), false).values()) {
      if (version > readVersion) {
        return true;
      }
    }
    return false;
  }

  private void record(Bytes writeConflicts) {
    cursor.reset(writeConflicts);
    while (cursor.next()) {
      if (!cursor.isEmpty()) {
        Bytes end = end();
        long after = versions.floorEntry(end).getValue();
        versions.subMap(begin(), true, end, false).clear();
        versions.put(begin(), lastVersion);
        versions.put(end, after);
      }
    }
  }

  private Bytes begin() {
    int from = cursor.beginFrom();
    return Bytes.copyOf(cursor.array(), from, from + cursor.beginLength());
  }

  private Bytes end() {
    int from = cursor.endFrom();
    return cursor.isSingle()
        ? Keys.after(begin())
        : Bytes.copyOf(cursor.array(), from, from + cursor.endLength());
  }

  private void expire() {
    long previous = Long.MAX_VALUE;
    for (var each = versions.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<Bytes, Long> boundary = each.next();
      long version = boundary.getValue();
      if (version <= oldestVersion && previous <= oldestVersion) {
        each.remove();
      }
      previous = version;
    }
  }

  /** What read before this version is too old. */
  public long oldestVersion() {
    return oldestVersion;
  }

  /** Boundaries held now: a measure of memory. */
  public int boundaryCount() {
    return versions.size();
  }

  /** Fails when the structure is not what its comments say. */
  public void checkInvariants() {
    Check.that(versions.firstKey().isEmpty(), "the first key is not covered: ", versions);
    for (long version : versions.values()) {
      Check.that(version <= lastVersion, "a version from the future: ", version);
    }
  }
}
