package io.ashlar.control;

import io.ashlar.core.Check;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;

/**
 * To which database a process belongs, known and durable before any of its roles starts. Never
 * inferred from what is on the disk: files may have been lost.
 *
 * @param databaseId of the only database whose roles it may host, or whose state it may write
 * @param coordinators who have the state, as far as is known
 * @param mayCreate whether it may be that there is no database yet: then an empty register is a new
 *     one and not a lost one, and whoever leads may create the database
 */
public record Membership(Uid databaseId, CoordinatorSet coordinators, boolean mayCreate) {
  public Membership {
    Check.that(!databaseId.equals(Uid.NONE), "a member of no database");
    Check.that(coordinators.isPossible(), "no set of coordinators: ", coordinators);
  }

  /** The same database, where its coordinators are now. */
  Membership at(CoordinatorSet next) {
    return new Membership(databaseId, next, mayCreate);
  }

  /** Where the coordinators are, for people. */
  String places() {
    StringBuilder places = new StringBuilder();
    for (Address coordinator : coordinators.coordinators()) {
      places.append(places.isEmpty() ? "" : ", ").append(coordinator.process());
    }
    return places.toString();
  }
}
