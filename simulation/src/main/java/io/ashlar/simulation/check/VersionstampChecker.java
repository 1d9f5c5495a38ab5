package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whether versionstamps are what was promised.
 *
 * <ol>
 *   <li>The rows of a committed transaction are there with the stamp it was told, in every key and
 *       value; those of a failed one are not; one in doubt has all of them, with one stamp, or
 *       none.
 *   <li>No two transactions share a stamp.
 *   <li>What began after another had ended has a higher version.
 *   <li>Reads at a version find what the stamps say: in a register the write with the highest stamp
 *       up to that version, also among those of one batch, and at the end of a log the last rows.
 * </ol>
 */
public final class VersionstampChecker {
  private final Violations violations = new Violations();

  private record Placed(StampedTransaction transaction, Stamp stamp) {}

  /** In the order of their stamps. */
  private final List<Placed> committed = new ArrayList<>();

  /**
   * Checks a whole history.
   *
   * @param found the rows in the final data that each transaction has written, by its id
   */
  public Violations check(
      List<StampedTransaction> history, Map<Long, List<KeyValue>> found, List<StampRead> reads) {
    Map<Long, List<KeyValue>> unclaimed = new TreeMap<>(found);
    for (StampedTransaction transaction : history) {
      List<KeyValue> rows = unclaimed.remove(transaction.id());
      settle(transaction, rows == null ? List.of() : rows);
    }
    unclaimed.forEach((id, rows) -> violations.add("rows of no transaction: " + id));
    committed.sort(Comparator.comparing(Placed::stamp));
    checkUnique();
    checkRealTime(history);
    checkReads(reads);
    return violations;
  }

  /** Committed transactions, those in doubt that turned out so included. */
  public long committedCount() {
    return committed.size();
  }

  // Rows

  private void settle(StampedTransaction transaction, List<KeyValue> rows) {
    switch (transaction.outcome()) {
      case COMMITTED -> {
        compare(transaction, transaction.stamp(), rows);
        committed.add(new Placed(transaction, transaction.stamp()));
      }
      case FAILED, READ_ONLY -> {
        if (!rows.isEmpty()) {
          violations.add(transaction + " left " + rows.get(0));
        }
      }
      default -> {
        if (!rows.isEmpty()) {
          Stamp stamp = stampIn(transaction.promises().get(0), rows);
          if (stamp == null) {
            violations.add(transaction + " left other rows than promised: " + rows.get(0));
          } else {
            compare(transaction, stamp, rows);
            committed.add(new Placed(transaction, stamp));
          }
        }
      }
    }
  }

  /** The stamp with which a row is the one that was promised, or null when none is. */
  private static Stamp stampIn(StampedTransaction.Promise promise, List<KeyValue> rows) {
    for (KeyValue row : rows) {
      Bytes template = promise.keyStamped() ? promise.key() : promise.value();
      Bytes filled = promise.keyStamped() ? row.key() : row.value();
      if (filled.length() + Integer.BYTES == template.length()) {
        Stamp stamp = StampedTemplate.stampIn(template, filled);
        if (row.equals(kept(promise, stamp))) {
          return stamp;
        }
      }
    }
    return null;
  }

  private static KeyValue kept(StampedTransaction.Promise promise, Stamp stamp) {
    return new KeyValue(
        promise.keyStamped() ? StampedTemplate.fill(promise.key(), stamp) : promise.key(),
        promise.valueStamped() ? StampedTemplate.fill(promise.value(), stamp) : promise.value());
  }

  private void compare(StampedTransaction transaction, Stamp stamp, List<KeyValue> rows) {
    Map<Bytes, Bytes> there = new TreeMap<>();
    rows.forEach(row -> there.put(row.key(), row.value()));
    for (StampedTransaction.Promise promise : transaction.promises()) {
      KeyValue row = kept(promise, stamp);
      Bytes value = there.remove(row.key());
      if (value == null) {
        violations.add(
            transaction + ", at " + stamp + ": the row " + row.key() + " is not there; " + there);
      } else if (!value.equals(row.value())) {
        violations.add(
            transaction
                + ", at "
                + stamp
                + ": the row "
                + row.key()
                + " has "
                + value
                + " instead of "
                + row.value());
      }
    }
    there.forEach(
        (key, value) ->
            violations.add(transaction + ", at " + stamp + ", did not promise the row " + key));
  }

  // Order

  private void checkUnique() {
    for (int i = 1; i < committed.size(); i++) {
      Placed before = committed.get(i - 1);
      Placed next = committed.get(i);
      if (before.stamp.equals(next.stamp)) {
        violations.add(
            before.transaction + " and " + next.transaction + " share the stamp " + next.stamp);
      }
    }
  }

  private void checkRealTime(List<StampedTransaction> history) {
    List<Placed> byBegin = new ArrayList<>(committed);
    byBegin.sort(Comparator.comparingLong(each -> each.transaction.begunAt()));
    List<Placed> byEnd = new ArrayList<>(committed);
    byEnd.removeIf(each -> each.transaction.outcome() != Outcome.COMMITTED);
    byEnd.sort(Comparator.comparingLong(each -> each.transaction.endedAt()));
    int ended = 0;
    Placed latest = null;
    for (Placed later : byBegin) {
      while (ended < byEnd.size()
          && byEnd.get(ended).transaction.endedAt() < later.transaction.begunAt()) {
        Placed next = byEnd.get(ended++);
        if (latest == null || next.stamp.compareTo(latest.stamp) > 0) {
          latest = next;
        }
      }
      if (latest != null && later.stamp.version() <= latest.stamp.version()) {
        violations.add(
            later.transaction
                + ", at "
                + later.stamp
                + ", began after "
                + latest.transaction
                + " had ended");
      }
    }
  }

  // Reads

  private void checkReads(List<StampRead> reads) {
    List<StampRead> byVersion = new ArrayList<>(reads);
    byVersion.sort(Comparator.comparingLong(StampRead::readVersion));
    Map<Integer, Placed> registers = new TreeMap<>();
    Map<Integer, List<Long>> logs = new TreeMap<>();
    int next = 0;
    for (StampRead read : byVersion) {
      while (next < committed.size() && committed.get(next).stamp.version() <= read.readVersion()) {
        Placed placed = committed.get(next++);
        registers.put(placed.transaction.register(), placed);
        logs.computeIfAbsent(placed.transaction.log(), none -> new ArrayList<>())
            .add(placed.transaction.id());
      }
      checkRegister(read, registers.get(read.register()));
      checkLog(read, logs.getOrDefault(read.log(), List.of()));
    }
  }

  private void checkRegister(StampRead read, Placed last) {
    long id = last == null ? 0 : last.transaction.id();
    Stamp stamp = last == null ? null : last.stamp;
    if (read.setId() != id || read.stampedId() != id) {
      violations.add(
          "at version "
              + read.readVersion()
              + " register "
              + read.register()
              + " has "
              + read.setId()
              + " and "
              + read.stampedId()
              + " where "
              + id
              + ", at "
              + stamp
              + ", is the last that wrote it");
    } else if (stamp != null && !stamp.equals(read.stamp())) {
      violations.add(
          "at version "
              + read.readVersion()
              + " register "
              + read.register()
              + " has the stamp "
              + read.stamp()
              + " of transaction "
              + id
              + " at "
              + stamp);
    }
  }

  private void checkLog(StampRead read, List<Long> all) {
    List<Long> expected = new ArrayList<>();
    for (int i = all.size() - 1; i >= 0 && expected.size() < read.limit(); i--) {
      expected.add(all.get(i));
    }
    if (!expected.equals(read.latestIds())) {
      violations.add(
          "at version "
              + read.readVersion()
              + " log "
              + read.log()
              + " ends with "
              + read.latestIds()
              + ", from the last on, where stamps say "
              + expected);
    }
  }
}
