package io.ashlar.control;

import io.ashlar.core.Check;
import io.ashlar.core.Uid;
import io.ashlar.message.Candidate;
import java.util.TreeMap;

/**
 * Whom one coordinator would have lead. The best candidate is the nominee, until it has sent a
 * heartbeat that was taken: then nobody else is nominated while its lease may last, on any clock.
 * So two candidates never have the heartbeats of a majority taken within the same lease.
 *
 * <p>Of candidates the one of the lowest priority is best. Of these it is one that sends
 * heartbeats, as the nominee of a majority does, so that a coordinator that comes back takes the
 * side of the leader; and of these the one with the lowest change id, so that all soon have the
 * same nominee. A leader whose heartbeats are taken stays, unless there is a candidate of a lower
 * priority: then they are not taken any more, and the other is nominated when the lease is over.
 * One that has resigned is nominated no more, and nothing is held for it. Pure; time is given.
 */
final class Nominations {
  /**
   * A candidate that asked.
   *
   * @param claims whether it sent a heartbeat last, and not that it would lead
   * @param heardNanos when that was
   */
  private record Standing(Candidate candidate, boolean claims, long heardNanos) {
    boolean isBetterThan(Standing other) {
      int byPriority = Integer.compare(candidate.priority(), other.candidate.priority());
      if (byPriority != 0) {
        return byPriority < 0;
      }
      return claims == other.claims ? candidate.compareTo(other.candidate) < 0 : claims;
    }
  }

  private final CoordinatorOptions options;
  private final TreeMap<Uid, Standing> candidates = new TreeMap<>();
  private Candidate nominee;

  /** Nobody but the nominee is nominated before. */
  private long heldUntilNanos;

  /**
   * @param nominee who was given a lease last in an earlier life, or NONE
   * @param heldUntilNanos when that lease is over at the latest
   */
  Nominations(CoordinatorOptions options, Candidate nominee, long heldUntilNanos) {
    this.options = options;
    this.nominee = nominee;
    this.heldUntilNanos = heldUntilNanos;
  }

  /** The nominee, {@link Candidate#NONE} for nobody. */
  Candidate nominee() {
    return nominee;
  }

  int candidateCount() {
    return candidates.size();
  }

  /** Somebody would lead. */
  void nominate(Candidate candidate, long nowNanos) {
    stand(new Standing(candidate, false, nowNanos));
    decide(nowNanos);
  }

  private void stand(Standing standing) {
    candidates.put(standing.candidate.changeId(), standing);
    if (standing.candidate.isSame(nominee)) {
      // Its priority may be another by now.
      nominee = standing.candidate;
    }
    if (candidates.size() > options.candidatesMax()) {
      candidates.remove(worst().changeId());
    }
  }

  /** Whether the nominee may lead for one more lease from now on. */
  boolean heartbeat(Candidate leader, long nowNanos) {
    if (leader.isNobody()) {
      return false;
    }
    stand(new Standing(leader, true, nowNanos));
    decide(nowNanos);
    if (!leader.isSame(nominee) || isOutclassed()) {
      return false;
    }
    heldUntilNanos = nowNanos + options.holdNanos();
    return true;
  }

  /** Nobody leads by this change id any more, and nobody will. */
  void resigned(Uid changeId, long nowNanos) {
    candidates.remove(changeId);
    if (!nominee.isNobody() && nominee.changeId().equals(changeId)) {
      heldUntilNanos = nowNanos;
    }
    decide(nowNanos);
  }

  /** Whether there is another candidate besides this one. */
  boolean isContested(Candidate leader) {
    return candidates.size() > (candidates.containsKey(leader.changeId()) ? 1 : 0);
  }

  /** Forgets who is silent, and nominates the best when no lease can be under way. */
  void decide(long nowNanos) {
    candidates
        .values()
        .removeIf(standing -> nowNanos - standing.heardNanos > options.silenceNanos());
    if (nowNanos >= heldUntilNanos) {
      nominee = best();
    }
    checkInvariants();
  }

  private boolean isOutclassed() {
    Candidate best = best();
    return !best.isNobody() && best.priority() < nominee.priority();
  }

  private Candidate best() {
    Standing best = null;
    for (Standing standing : candidates.values()) {
      if (best == null || standing.isBetterThan(best)) {
        best = standing;
      }
    }
    return best == null ? Candidate.NONE : best.candidate;
  }

  private Candidate worst() {
    Standing worst = null;
    for (Standing standing : candidates.values()) {
      if (worst == null || worst.isBetterThan(standing)) {
        worst = standing;
      }
    }
    return worst == null ? Candidate.NONE : worst.candidate;
  }

  void checkInvariants() {
    Check.that(
        candidates.size() <= options.candidatesMax(), "too many candidates: ", candidates.size());
    Check.that(!candidates.containsKey(Uid.NONE), "nobody is a candidate: ", nominee);
  }
}
