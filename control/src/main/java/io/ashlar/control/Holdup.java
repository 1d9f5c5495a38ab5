package io.ashlar.control;

import io.ashlar.host.Host;

/**
 * What holds an attempt up until somebody mends it: something that is lost or corrupt, or a state
 * that it must leave alone. An epoch may be begun only from the state of this process's database,
 * which no worker knows to be an older copy, or from none where there may be none yet: nothing is
 * written over anything else.
 */
final class Holdup {
  private final Host host;
  private final Membership membership;
  private final WorkerRegistry workers;
  private String what;
  private boolean wasOlderCopy;
  private boolean isUnreadable;

  /**
   * @param membership which database an epoch may be begun of
   */
  Holdup(Host host, Membership membership, WorkerRegistry workers) {
    this.host = host;
    this.membership = membership;
    this.workers = workers;
  }

  /** For people; null when there is nothing. */
  String what() {
    return what;
  }

  /**
   * Whether the state was an older copy, and no other has been found since. What is lost with the
   * newer one no other process has either.
   */
  boolean wasOlderCopy() {
    return wasOlderCopy;
  }

  /** Whether it is that the state is of another version of this program. */
  boolean isUnreadable() {
    return isUnreadable;
  }

  /** Nothing holds the attempt up any more. */
  void isOver() {
    what = null;
    wasOlderCopy = false;
    isUnreadable = false;
  }

  /**
   * From now on it is this, which is told when it was not already.
   *
   * @param epoch the attempt's, 0 before it is known
   * @param found for people
   */
  void by(long epoch, String found) {
    if (!found.equals(what)) {
      host.probes().hit("recovery.held-up");
      host.trace().event("RecoveryHeldUp", "epoch", epoch, "by", found);
      what = found;
    }
  }

  void byUnreadable(long epoch, String why) {
    isUnreadable = true;
    by(epoch, why);
  }

  /** Whether what the coordinators have holds the attempt up: then it is that from now on. */
  boolean isBy(long epoch, CoordinatedState stateOrNull) {
    isUnreadable = false;
    if (stateOrNull == null && membership.mayCreate()) {
      return false;
    }
    if (stateOrNull == null) {
      by(
          epoch,
          "the coordinators at "
              + membership.places()
              + " have no state of database "
              + membership.databaseId()
              + ": they have lost their files register-*, or never had any. Restore them from"
              + " copies, or start this node with the cluster file of the other nodes");
      return true;
    }
    if (!stateOrNull.databaseId().equals(membership.databaseId())) {
      by(
          epoch,
          "the coordinators at "
              + membership.places()
              + " have database "
              + stateOrNull.databaseId()
              + ", and this is a node of database "
              + membership.databaseId()
              + ": one of them was started with the cluster file of another database, or has its"
              + " files");
      return true;
    }
    return isByOlderCopy(epoch, stateOrNull);
  }

  /** Whether the state is an older copy, and so holds the attempt up: workers may say so late. */
  boolean isByOlderCopy(long epoch, CoordinatedState state) {
    if (!isOlderCopy(state)) {
      return false;
    }
    host.probes().hit("recovery.state-is-an-older-copy");
    wasOlderCopy = true;
    by(
        epoch,
        "the coordinators at "
            + membership.places()
            + " know of epoch "
            + state.lastGeneration().epoch()
            + ", and workers of epoch "
            + workers.viewEpoch()
            + ": the files register-* are older copies; restore them from newer ones");
    return true;
  }

  /** A view is told only once a majority of the coordinators has its epoch. */
  boolean isOlderCopy(CoordinatedState state) {
    return !state.isNew() && workers.viewEpoch() > state.lastGeneration().epoch();
  }
}
