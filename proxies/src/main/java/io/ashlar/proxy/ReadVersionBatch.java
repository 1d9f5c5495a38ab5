package io.ashlar.proxy;

import io.ashlar.host.Inbound;
import java.util.ArrayList;
import java.util.List;

/**
 * The requests of one round: what was asked for before the round began, and what the round has
 * found so far. Pure.
 *
 * <p>A strict request is answered when the live version is known and the round itself has confirmed
 * the epoch; one that is causal read risky may be satisfied by an earlier round.
 */
final class ReadVersionBatch {
  private static final long UNKNOWN = -1;

  private final List<Inbound> strict;
  private final EpochQuorum quorum;
  private List<Inbound> risky;
  private long liveVersion = UNKNOWN;
  private boolean confirming;

  ReadVersionBatch(List<Inbound> strict, List<Inbound> risky, EpochQuorum quorum) {
    this.strict = strict;
    this.risky = risky;
    this.quorum = quorum;
  }

  boolean hasStrict() {
    return !strict.isEmpty();
  }

  int count() {
    return strict.size() + risky.size();
  }

  EpochQuorum quorum() {
    return quorum;
  }

  /** Whether the round of confirmations has been started. */
  boolean isConfirming() {
    return confirming;
  }

  void confirming() {
    confirming = true;
  }

  boolean knowsLiveVersion() {
    return liveVersion != UNKNOWN;
  }

  long liveVersion() {
    return liveVersion;
  }

  void liveVersion(long version) {
    liveVersion = version;
  }

  /** Whether every request can be answered. */
  boolean isComplete() {
    return knowsLiveVersion() && quorum.isReached();
  }

  /** Takes out the risky requests, which an earlier confirmation satisfies. */
  List<Inbound> takeRisky() {
    List<Inbound> taken = risky;
    risky = List.of();
    return taken;
  }

  /** All requests that are not answered yet. */
  List<Inbound> remaining() {
    List<Inbound> all = new ArrayList<>(strict);
    all.addAll(risky);
    return all;
  }
}
