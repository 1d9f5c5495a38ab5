package io.ashlar.simulation.check;

import io.ashlar.core.KeyRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Decides whether conflicts are exact in both directions.
 *
 * <p><em>Missed</em>: a committed transaction read where another wrote, whose place is above its
 * read version and below its own place. There is no excuse.
 *
 * <p><em>False</em>: a transaction failed with {@code not_committed}, and nobody can have written
 * where it read, above its read version and before it was told. A committed writer, or one whose
 * outcome nothing tells, explains it. One that was not committed explains it only where several
 * resolvers decide, since one of them may have recorded what another rejected, or where conflicts
 * were made up. What nothing explains must not be more than the conflicts that were made up.
 *
 * <p>Places of transactions that have none are bounded by those that have: who asked for its commit
 * after another had been told gets a higher version.
 */
public final class ConflictChecker {
  private final boolean severalResolvers;
  private final long madeUpMax;
  private final Violations violations = new Violations();

  /** With a place, in the order of their places. */
  private final List<Placed> committed = new ArrayList<>();

  /** Not committed, or nobody knows: their commit was asked for. */
  private final List<Placed> others = new ArrayList<>();

  private long provenCount;
  private long explainedByRejectedCount;
  private long unexplainedCount;
  private String firstUnexplained = "";

  /**
   * A transaction with what is known of its place.
   *
   * @param stamp null when it was not committed or is in doubt
   * @param below its version, if it got one, is below this
   */
  private record Placed(ConflictRecord record, Stamp stamp, boolean inDoubt, long below) {}

  /**
   * @param severalResolvers whether several resolvers decide, each on its share
   * @param madeUpMax how many transactions were rejected without a reason
   */
  public ConflictChecker(boolean severalResolvers, long madeUpMax) {
    this.severalResolvers = severalResolvers;
    this.madeUpMax = madeUpMax;
  }

  /**
   * Checks a whole history.
   *
   * @param history in any order
   * @param markers the stamp of each transaction whose marker is in the final data, by its id
   */
  public Violations check(List<ConflictRecord> history, Map<Long, Stamp> markers) {
    place(history, markers);
    for (Placed each : committed) {
      checkNothingMissed(each);
    }
    for (Placed each : others) {
      if (each.record.refused() && each.record.readVersion() >= 0) {
        explain(each);
      }
    }
    if (unexplainedCount > madeUpMax) {
      violations.add(
          unexplainedCount
              + " transactions were rejected although nobody wrote what they read, and "
              + madeUpMax
              + " conflicts were made up; the first is "
              + firstUnexplained);
    }
    return violations;
  }

  /** Conflicts with a writer that was committed, or may have been. */
  public long provenCount() {
    return provenCount;
  }

  /** False conflicts for which a transaction that was rejected itself can be the cause. */
  public long explainedByRejectedCount() {
    return explainedByRejectedCount;
  }

  /** False conflicts without any cause. */
  public long unexplainedCount() {
    return unexplainedCount;
  }

  /** Committed transactions, those in doubt that turned out so included. */
  public long committedCount() {
    return committed.size();
  }

  // Places

  private void place(List<ConflictRecord> history, Map<Long, Stamp> markers) {
    List<Placed> placed = new ArrayList<>();
    for (ConflictRecord record : history) {
      Stamp marker = markers.get(record.id());
      Stamp stamp = record.stamp();
      if (record.marked()) {
        stamp =
            Settlement.place(
                record.toString(), record.outcome(), record.stamp(), marker, violations);
      } else if (marker != null) {
        violations.add(record + " left a marker that it did not write");
      }
      boolean isTold = record.outcome() != Outcome.UNKNOWN && record.outcome() != Outcome.OPEN;
      placed.add(new Placed(record, stamp, !isTold && !record.marked(), Long.MAX_VALUE));
    }
    addBounds(placed);
    committed.sort(Comparator.comparing(Placed::stamp));
  }

  /** From the last commit asked for to the first: the lowest version of those asked for later. */
  private void addBounds(List<Placed> placed) {
    List<Placed> byCommit = new ArrayList<>(placed);
    byCommit.removeIf(each -> each.stamp == null);
    byCommit.sort(Comparator.comparingLong(each -> -each.record.committingAt()));
    List<Placed> byEnd = new ArrayList<>(placed);
    byEnd.sort(Comparator.comparingLong(each -> -each.record.endedAt()));
    int next = 0;
    long lowest = Long.MAX_VALUE;
    for (Placed each : byEnd) {
      while (next < byCommit.size()
          && byCommit.get(next).record.committingAt() > each.record.endedAt()) {
        lowest = Math.min(lowest, byCommit.get(next++).stamp.version());
      }
      if (each.stamp != null) {
        committed.add(each);
      } else if (each.record.committingAt() != Long.MAX_VALUE) {
        // What ended with an unknown result may reach a proxy afterwards, to be rejected there.
        boolean isOver = each.record.outcome() == Outcome.FAILED;
        others.add(new Placed(each.record, null, each.inDoubt, isOver ? lowest : Long.MAX_VALUE));
      }
    }
  }

  // Missed conflicts

  private void checkNothingMissed(Placed reader) {
    ConflictRecord record = reader.record;
    if (record.readVersion() < 0) {
      return;
    }
    if (record.readVersion() >= reader.stamp.version()) {
      violations.add(record + " was committed at or below its read version");
    }
    for (int i = firstAbove(record.readVersion()); i < committed.size(); i++) {
      Placed writer = committed.get(i);
      if (writer.stamp.compareTo(reader.stamp) >= 0) {
        break;
      }
      KeyRange common = common(record.mustReads(), writer.record.writes());
      if (common != null) {
        violations.add(
            record
                + " was committed at "
                + reader.stamp
                + " although "
                + writer.record
                + " wrote in between at "
                + writer.stamp
                + " where it read: ["
                + common.begin()
                + ", "
                + common.end()
                + ")");
      }
    }
  }

  /** The index of the first committed transaction above a version. */
  private int firstAbove(long version) {
    int low = 0;
    int high = committed.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (committed.get(middle).stamp.version() > version) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private static KeyRange common(List<KeyRange> reads, List<KeyRange> writes) {
    for (KeyRange read : reads) {
      for (KeyRange write : writes) {
        if (read.intersects(write)) {
          return read.intersection(write);
        }
      }
    }
    return null;
  }

  // False conflicts

  private void explain(Placed rejected) {
    if (isExplainedByCommitted(rejected)) {
      provenCount++;
      return;
    }
    boolean byRejected = false;
    for (Placed other : others) {
      if (canHaveBeenRecorded(other, rejected)) {
        if (other.inDoubt) {
          provenCount++;
          return;
        }
        byRejected = true;
      }
    }
    if (byRejected && (severalResolvers || madeUpMax > 0)) {
      explainedByRejectedCount++;
      return;
    }
    if (unexplainedCount++ == 0) {
      firstUnexplained = rejected.record + ", which read " + rejected.record.mayReads();
    }
  }

  private boolean isExplainedByCommitted(Placed rejected) {
    ConflictRecord record = rejected.record;
    for (int i = firstAbove(record.readVersion()); i < committed.size(); i++) {
      Placed writer = committed.get(i);
      if (writer.stamp.version() >= rejected.below) {
        return false;
      }
      if (writer.record.committingAt() < record.endedAt()
          && common(record.mayReads(), writer.record.writes()) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a resolver can have kept what {@code other} writes, and found {@code rejected} by it.
   */
  private static boolean canHaveBeenRecorded(Placed other, Placed rejected) {
    return other != rejected
        && other.record.committingAt() < rejected.record.endedAt()
        && other.below - 1 > rejected.record.readVersion()
        && common(rejected.record.mayReads(), other.record.writes()) != null;
  }
}
