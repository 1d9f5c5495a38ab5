package io.ashlar.simulation.workload;

import io.ashlar.core.ErrorCode;
import io.ashlar.simulation.check.Ledger;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** How transactions of a workload ended. */
public final class WorkloadCounts {
  private final Map<String, Long> errors = new TreeMap<>();
  private final Map<String, Long> others = new TreeMap<>();
  private long committed;
  private long readOnly;
  private long unknown;
  private long failed;
  private long lastCommittedVersion;
  private long unknownCommitted;
  private long unknownNotCommitted;
  private Runnable onAcknowledged = () -> {};

  /** Tells of each acknowledged transaction that wrote, when its client hears of it. */
  public void whenAcknowledged(Runnable listener) {
    onAcknowledged = listener;
  }

  /** The data have shown what became of deeds of unknown outcome. */
  void settle(Ledger ledger, Collection<Long> found) {
    long done = ledger.unknownDone(found);
    unknownCommitted += done;
    unknownNotCommitted += ledger.unknown() - done;
  }

  /** Unknown results of which the data have shown that they were committed. */
  public long unknownCommitted() {
    return unknownCommitted;
  }

  /** Unknown results of which the data have shown that they were not committed. */
  public long unknownNotCommitted() {
    return unknownNotCommitted;
  }

  void add(Attempt attempt) {
    if (attempt.isCommitted()) {
      lastCommittedVersion = Math.max(lastCommittedVersion, attempt.stamp().version());
    }
    switch (attempt.outcome()) {
      case COMMITTED -> {
        committed++;
        onAcknowledged.run();
      }
      case READ_ONLY -> readOnly++;
      case UNKNOWN, OPEN -> unknown++;
      case FAILED -> failed++;
    }
    if (attempt.error() != null) {
      errors.merge(attempt.error().label(), 1L, Long::sum);
    }
  }

  /** Acknowledged transactions that wrote. */
  public long committed() {
    return committed;
  }

  public long readOnly() {
    return readOnly;
  }

  /** Transactions that were refused because of another. */
  public long conflicts() {
    return errors.getOrDefault(ErrorCode.NOT_COMMITTED.label(), 0L);
  }

  /** Of which the client does not know whether they were committed. */
  public long unknown() {
    return unknown;
  }

  public long failed() {
    return failed;
  }

  /** The highest version that was acknowledged, or 0. */
  public long lastCommittedVersion() {
    return lastCommittedVersion;
  }

  /** Errors by name. */
  public Map<String, Long> errors() {
    return errors;
  }

  /** Counts something of the workload's own, that is told at the end. */
  void count(String what, long times) {
    others.merge(what, times, Long::sum);
  }

  /** What else was counted, by name. */
  public Map<String, Long> others() {
    return others;
  }
}
