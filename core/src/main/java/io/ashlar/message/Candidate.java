package io.ashlar.message;

import io.ashlar.core.Uid;

/**
 * Who would lead the cluster, or does.
 *
 * @param changeId drawn anew each time it becomes a candidate: two terms of one process differ
 * @param address where it is reached
 * @param priority how well it suits, lower is better; two with the same are ordered by their change
 *     ids. May change while it stands or leads: the change id tells who it is
 */
public record Candidate(Uid changeId, Address address, int priority)
    implements Comparable<Candidate> {
  /** Nobody. */
  public static final Candidate NONE = new Candidate(Uid.NONE, Address.NONE, 0);

  /** The better one first. */
  @Override
  public int compareTo(Candidate other) {
    int byPriority = Integer.compare(priority, other.priority);
    return byPriority != 0 ? byPriority : changeId.compareTo(other.changeId);
  }

  /** Whether it is the same candidate, though its priority may have changed. */
  public boolean isSame(Candidate other) {
    return changeId.equals(other.changeId);
  }

  public boolean isNobody() {
    return changeId.equals(Uid.NONE);
  }
}
