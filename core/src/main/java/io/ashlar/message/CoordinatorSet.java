package io.ashlar.message;

import io.ashlar.core.Uid;
import java.util.List;
import java.util.TreeSet;

/**
 * The coordinators of a database at one time. When it moves to others it gets a new id, also when
 * some are the same: what one of them keeps for the old set and for the new one are two things.
 *
 * @param id the database's own for the set that it begins with, drawn for each later one
 * @param coordinators one to five, each once
 */
public record CoordinatorSet(Uid id, List<Address> coordinators) {
  /** More could fail together without one being missed, but each answer would take longer. */
  public static final int COORDINATORS_MAX = 5;

  /** No coordinators. */
  public static final CoordinatorSet NONE = new CoordinatorSet(Uid.NONE, List.of());

  public CoordinatorSet {
    coordinators = List.copyOf(coordinators);
  }

  /**
   * The set that a database begins with. Two databases never have registers in common: whoever
   * takes the coordinators of one for those of another is refused by them.
   */
  public static CoordinatorSet first(Uid databaseId, List<Address> coordinators) {
    return new CoordinatorSet(databaseId, coordinators);
  }

  public boolean isNone() {
    return id.equals(Uid.NONE);
  }

  /** Whether there can be such a set. One that had a coordinator twice would count it twice. */
  public boolean isPossible() {
    return !isNone()
        && !coordinators.isEmpty()
        && coordinators.size() <= COORDINATORS_MAX
        && new TreeSet<>(coordinators).size() == coordinators.size();
  }
}
