package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decides whether a history is strictly serializable, given the order in which it says it happened.
 *
 * <ol>
 *   <li>Transactions of unknown outcome are resolved from the final data: each writer wrote a
 *       marker that holds its versionstamp.
 *   <li>The committed ones are replayed on a {@link ModelStore} in the order of their stamps.
 *   <li>Every read of every transaction, also of those that failed, must equal the model at the
 *       transaction's read version, with its own writes before it on top.
 *   <li>Every read of a committed transaction that was no snapshot read must also equal the model
 *       at the place of its commit.
 *   <li>What began after another had ended has its place behind it, and a read version not below
 *       it.
 *   <li>The final data equal the model at the end.
 * </ol>
 */
public final class SerializabilityChecker {
  private static final long ENDLESS = Long.MAX_VALUE;

  private final Violations violations = new Violations();
  private final List<TransactionRecord> settled = new ArrayList<>();
  private long readsChecked;

  /**
   * Checks a whole history.
   *
   * @param initial the rows before the first transaction
   * @param history in any order
   * @param markers the stamp of each transaction whose marker is in the final data, by its id
   * @param finalRows the rows after the last transaction, in key order, markers left out
   */
  public Violations check(
      Map<Bytes, Bytes> initial,
      List<TransactionRecord> history,
      Map<Long, Stamp> markers,
      List<KeyValue> finalRows) {
    settle(history, markers);
    checkRealTime();
    replay(new ModelStore(initial), finalRows);
    return violations;
  }

  /** Single reads that were compared with the model. */
  public long readsChecked() {
    return readsChecked;
  }

  /** Committed transactions, those of unknown outcome that turned out so included. */
  public long committed() {
    return settled.stream().filter(record -> record.outcome() == Outcome.COMMITTED).count();
  }

  // Outcomes

  private void settle(List<TransactionRecord> history, Map<Long, Stamp> markers) {
    Map<Stamp, Long> idByStamp = new TreeMap<>();
    Map<Long, Stamp> unclaimed = new TreeMap<>(markers);
    for (TransactionRecord record : history) {
      Stamp marker = unclaimed.remove(record.id());
      TransactionRecord resolved = resolve(record, marker);
      settled.add(resolved);
      if (resolved.outcome() == Outcome.COMMITTED) {
        Long other = idByStamp.put(resolved.stamp(), resolved.id());
        if (other != null) {
          violations.add(
              "transactions " + other + " and " + resolved.id() + " share " + resolved.stamp());
        }
      }
    }
    unclaimed.forEach(
        (id, stamp) -> violations.add("a marker of no transaction: " + id + " at " + stamp));
  }

  private TransactionRecord resolve(TransactionRecord record, Stamp marker) {
    switch (record.outcome()) {
      case COMMITTED -> {
        if (marker == null) {
          violations.addLost(record + " was acknowledged and its marker is not there");
        } else if (!marker.equals(record.stamp())) {
          violations.add(record + " has its marker at " + marker);
        }
        return record;
      }
      case FAILED, READ_ONLY -> {
        if (marker != null) {
          violations.add(record + " was applied at " + marker);
        }
        return record;
      }
      default -> {
        return marker == null
            ? record.withOutcome(Outcome.FAILED, null)
            : record.withOutcome(Outcome.COMMITTED, marker);
      }
    }
  }

  // Real time

  private static Stamp place(TransactionRecord record) {
    return switch (record.outcome()) {
      case COMMITTED -> record.stamp();
      case READ_ONLY -> new Stamp(record.readVersion(), Stamp.AFTER_ALL);
      default -> null;
    };
  }

  private void checkRealTime() {
    List<TransactionRecord> byBegin = new ArrayList<>(settled);
    byBegin.sort(Comparator.comparingLong(TransactionRecord::begunAt));
    List<TransactionRecord> byEnd = new ArrayList<>(settled);
    byEnd.removeIf(record -> place(record) == null || record.endedAt() == ENDLESS);
    byEnd.sort(Comparator.comparingLong(TransactionRecord::endedAt));
    int ended = 0;
    TransactionRecord latest = null;
    for (TransactionRecord record : byBegin) {
      while (ended < byEnd.size() && byEnd.get(ended).endedAt() < record.begunAt()) {
        TransactionRecord next = byEnd.get(ended++);
        if (latest == null || place(next).compareTo(place(latest)) > 0) {
          latest = next;
        }
      }
      if (latest != null) {
        checkFollows(latest, record);
      }
    }
  }

  private void checkFollows(TransactionRecord earlier, TransactionRecord later) {
    Stamp place = place(later);
    if (place != null && place.compareTo(place(earlier)) < 0) {
      violations.add(later + " began after " + earlier + " had ended and stands before it");
    }
    if (later.readVersion() >= 0 && later.readVersion() < place(earlier).version()) {
      violations.add(later + " began after " + earlier + " had ended and reads before it");
    }
  }

  // Replay

  private void replay(ModelStore model, List<KeyValue> finalRows) {
    List<TransactionRecord> byRead = new ArrayList<>(settled);
    byRead.removeIf(record -> record.readVersion() < 0);
    byRead.sort(Comparator.comparingLong(TransactionRecord::readVersion));
    List<TransactionRecord> byStamp = new ArrayList<>(settled);
    byStamp.removeIf(record -> record.outcome() != Outcome.COMMITTED);
    byStamp.sort(Comparator.comparing(TransactionRecord::stamp));
    int read = 0;
    for (TransactionRecord commit : byStamp) {
      while (read < byRead.size() && byRead.get(read).readVersion() < commit.stamp().version()) {
        checkReads(byRead.get(read++), model, false);
      }
      if (commit.readVersion() >= commit.stamp().version()) {
        violations.add(commit + " was committed at or below its read version");
      }
      checkReads(commit, model, true);
      for (Step step : commit.steps()) {
        if (step instanceof Step.Write write) {
          model.apply(write.mutation());
        }
      }
    }
    while (read < byRead.size()) {
      checkReads(byRead.get(read++), model, false);
    }
    List<KeyValue> expected = model.all();
    if (!expected.equals(finalRows)) {
      violations.add(
          "the final data differ from the replay: " + Rows.difference(expected, finalRows));
    }
  }

  private void checkReads(TransactionRecord record, ModelStore model, boolean atCommit) {
    ModelStore seen = model;
    for (Step step : record.steps()) {
      if (step instanceof Step.Write write) {
        if (seen == model) {
          seen = model.copy();
        }
        seen.apply(write.mutation());
      } else if (step instanceof Step.PointRead get) {
        if (!(atCommit && get.snapshot())) {
          checkPoint(record, get, seen.get(get.key()), atCommit);
        }
      } else if (step instanceof Step.RangeRead range && !(atCommit && range.snapshot())) {
        checkRange(record, range, seen, atCommit);
      }
    }
  }

  private void checkPoint(
      TransactionRecord record, Step.PointRead get, Bytes expected, boolean atCommit) {
    readsChecked++;
    boolean equal = expected == null ? get.value() == null : expected.equals(get.value());
    if (!equal) {
      violations.add(
          record
              + where(atCommit)
              + " read "
              + get.key()
              + " as "
              + get.value()
              + " where it is "
              + expected);
    }
  }

  private void checkRange(
      TransactionRecord record, Step.RangeRead range, ModelStore seen, boolean atCommit) {
    readsChecked++;
    List<KeyValue> expected =
        seen.range(range.begin(), range.end(), range.limit(), range.reverse());
    if (!expected.equals(range.rows())) {
      violations.add(
          record
              + where(atCommit)
              + " read ["
              + range.begin()
              + ", "
              + range.end()
              + ") wrongly: "
              + Rows.difference(expected, range.rows()));
    }
  }

  private static String where(boolean atCommit) {
    return atCommit ? ", at its commit," : ", at its read version,";
  }
}
