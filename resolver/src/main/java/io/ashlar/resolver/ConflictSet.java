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
 * a transaction that reads what one before it in the batch writes. Only where in the history their
 * ranges belong is found for a group of transactions at once.
 */
public final class ConflictSet {
  /** Ranges that are looked for together: enough to keep the memory busy. */
  private static final int ROUTES = 64;

  private final long windowVersions;
  private final WriteHistory history;
  private final RangeCursor cursor = new RangeCursor();
  private final Route[] routes;

  /** By transaction of the group, the route after that of its last read, and of its last write. */
  private final int[] readEnds;

  private final int[] writeEnds;
  private long lastVersion;
  private long oldestVersion;
  private boolean conflictWithinBatch;

  /**
   * An empty set.
   *
   * @param floorVersion what read before it is too old; the versions resolved are above it
   * @param windowVersions how far below a batch's version its transactions may have read
   */
  public ConflictSet(long floorVersion, long windowVersions) {
    this(floorVersion, windowVersions, WriteHistory.NODE_CAPACITY, ROUTES);
  }

  /** As above, with other sizes inside: small ones make small histories deep and groups many. */
  ConflictSet(long floorVersion, long windowVersions, int nodeCapacity, int routeCount) {
    Check.that(windowVersions > 0, "the window must be positive: ", windowVersions);
    Check.that(routeCount > 0, "routes must be positive: ", routeCount);
    this.windowVersions = windowVersions;
    lastVersion = floorVersion;
    oldestVersion = floorVersion;
    history = new WriteHistory(floorVersion, nodeCapacity);
    routes = new Route[routeCount];
    for (int i = 0; i < routeCount; i++) {
      routes[i] = new Route();
    }
    readEnds = new int[routeCount];
    writeEnds = new int[routeCount];
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
    conflictWithinBatch = false;
    oldestVersion = Math.max(oldestVersion, version - windowVersions);
    history.advance(version, oldestVersion);
    byte[] verdicts = new byte[transactions.size()];
    int decided = 0;
    while (decided < verdicts.length) {
      int count = routeGroup(transactions, decided);
      if (count > 0) {
        decideGroup(transactions, decided, count, verdicts);
        decided += count;
      } else {
        verdicts[decided] = (byte) decideAlone(transactions.get(decided)).code();
        decided++;
      }
    }
    history.sweep();
    return verdicts;
  }

  private void validate(Bytes encoded) {
    cursor.reset(encoded);
    while (cursor.next()) {}
  }

  /**
   * Finds where the ranges of the next transactions belong, of as many as there are routes for.
   *
   * @return the number of transactions; 0 when the first has more ranges than there are routes
   */
  private int routeGroup(List<ResolverTransaction> transactions, int from) {
    int used = 0;
    int count = 0;
    while (from + count < transactions.size() && count < routes.length) {
      ResolverTransaction transaction = transactions.get(from + count);
      long readVersion = effective(transaction.readVersion());
      int readEnd = fill(cursor.reset(transaction.readConflicts()), used, readVersion);
      if (cursor.next()) {
        break;
      }
      int writeEnd = fill(cursor.reset(transaction.writeConflicts()), readEnd, Route.WRITES);
      if (cursor.next()) {
        break;
      }
      readEnds[count] = readEnd;
      writeEnds[count] = writeEnd;
      used = writeEnd;
      count++;
    }
    history.route(routes, used);
    return count;
  }

  /**
   * Gives the ranges that are not empty to the routes from {@code from} on, while there are any.
   */
  private int fill(RangeCursor ranges, int from, long readVersion) {
    int used = from;
    while (used < routes.length && ranges.next()) {
      if (!ranges.isEmpty()) {
        routes[used++].set(ranges, readVersion);
      }
    }
    return used;
  }

  /** A read version from the future would hide what its own batch writes. */
  private long effective(long readVersion) {
    return Math.min(readVersion, lastVersion - 1);
  }

  private void decideGroup(
      List<ResolverTransaction> transactions, int from, int count, byte[] verdicts) {
    int readBegin = 0;
    for (int i = 0; i < count; i++) {
      Verdict verdict = Verdict.COMMITTED;
      if (readBegin < readEnds[i]) {
        verdict = check(transactions.get(from + i), readBegin, readEnds[i]);
      }
      if (verdict == Verdict.COMMITTED) {
        record(readEnds[i], writeEnds[i]);
      }
      verdicts[from + i] = (byte) verdict.code();
      readBegin = writeEnds[i];
    }
  }

  /** Decides by reads, at least one, for which routes were found. */
  private Verdict check(ResolverTransaction transaction, int from, int to) {
    if (transaction.readVersion() < oldestVersion) {
      return Verdict.TOO_OLD;
    }
    for (int i = from; i < to; i++) {
      if (history.isWrittenAfter(routes[i])) {
        // Looked at again as if it had been read just before this batch.
        routes[i].readVersion = lastVersion - 1;
        conflictWithinBatch |= history.isWrittenAfter(routes[i]);
        return Verdict.CONFLICT;
      }
    }
    return Verdict.COMMITTED;
  }

  private void record(int from, int to) {
    for (int i = from; i < to; i++) {
      history.write(routes[i]);
    }
  }

  /** Decides, and if so records, a transaction of many ranges, as many of them at a time as fit. */
  private Verdict decideAlone(ResolverTransaction transaction) {
    long readVersion = effective(transaction.readVersion());
    cursor.reset(transaction.readConflicts());
    int count = fill(cursor, 0, readVersion);
    while (count > 0) {
      history.route(routes, count);
      Verdict verdict = check(transaction, 0, count);
      if (verdict != Verdict.COMMITTED) {
        return verdict;
      }
      count = fill(cursor, 0, readVersion);
    }
    cursor.reset(transaction.writeConflicts());
    count = fill(cursor, 0, Route.WRITES);
    while (count > 0) {
      history.route(routes, count);
      record(0, count);
      count = fill(cursor, 0, Route.WRITES);
    }
    return Verdict.COMMITTED;
  }

  /** Whether a transaction of the last batch was rejected for what one before it in it writes. */
  boolean hasConflictWithinBatch() {
    return conflictWithinBatch;
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
