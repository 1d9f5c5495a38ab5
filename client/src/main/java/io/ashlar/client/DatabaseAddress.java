package io.ashlar.client;

import io.ashlar.core.Uid;
import io.ashlar.message.CoordinatorSet;

/**
 * Where a database is, and which one it must be.
 *
 * @param coordinators whom to ask who leads it
 * @param databaseId the identity, as the cluster file has it, of the database that must answer;
 *     null for whichever answers first
 */
public record DatabaseAddress(CoordinatorSet coordinators, String databaseId) {
  boolean isOther(Uid answering) {
    return databaseId != null && !databaseId.equals(answering.toString());
  }

  /** The same place, from now on of this database alone. */
  DatabaseAddress of(Uid answering) {
    return new DatabaseAddress(coordinators, answering.toString());
  }

  /** The same database, where its coordinators are now. */
  DatabaseAddress at(CoordinatorSet next) {
    return new DatabaseAddress(next, databaseId);
  }
}
