package io.ashlar.proxy;

import io.ashlar.core.Verdict;

/** How many transactions came to which end, for the status of the role. */
final class CommitCounters {
  private long committed;
  private long conflicts;
  private long tooOld;
  private long refused;
  private long batches;

  void decided(Verdict verdict) {
    switch (verdict) {
      case COMMITTED -> committed++;
      case CONFLICT -> conflicts++;
      case TOO_OLD -> tooOld++;
    }
  }

  void refused() {
    refused++;
  }

  void batchClosed() {
    batches++;
  }

  long committed() {
    return committed;
  }

  long conflicts() {
    return conflicts;
  }

  long tooOld() {
    return tooOld;
  }

  /** Refused at the door: malformed, above a limit, or no room. */
  long refusedAtAdmission() {
    return refused;
  }

  long batches() {
    return batches;
  }
}
