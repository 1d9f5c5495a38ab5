package io.ashlar.client;

import io.ashlar.core.Uid;
import io.ashlar.message.Address;

/**
 * Where a database is, and which one it must be.
 *
 * @param controller whom to ask for the cluster's view
 * @param databaseId the identity, as the cluster file has it, of the database that must answer;
 *     null for whichever answers first
 */
public record DatabaseAddress(Address controller, String databaseId) {
  boolean isOther(Uid answering) {
    return databaseId != null && !databaseId.equals(answering.toString());
  }

  /** The same place, from now on of this database alone. */
  DatabaseAddress of(Uid answering) {
    return new DatabaseAddress(controller, answering.toString());
  }
}
