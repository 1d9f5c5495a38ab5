package io.ashlar.client;

import io.ashlar.core.Uid;
import io.ashlar.message.CoordinatorSet;
import java.util.function.Consumer;

/**
 * Where a database is, and which one it must be.
 *
 * <p>Not for programs: how {@code embedded} and the simulator put a client together. Use {@code
 * io.ashlar.Ashlar}.
 *
 * @param coordinators whom to ask who leads it
 * @param databaseId the identity, as the cluster file has it, of the database that must answer;
 *     null for whichever answers first
 * @param onMoved hears, on the loop, where the coordinators are now: who looks for the database
 *     next should begin there
 */
public record DatabaseAddress(
    CoordinatorSet coordinators, String databaseId, Consumer<CoordinatorSet> onMoved) {
  /** Of one who looks for the database only once. */
  public DatabaseAddress(CoordinatorSet coordinators, String databaseId) {
    this(coordinators, databaseId, next -> {});
  }

  boolean isOther(Uid answering) {
    return databaseId != null && !databaseId.equals(answering.toString());
  }

  /** The same place, from now on of this database alone. */
  DatabaseAddress of(Uid answering) {
    return new DatabaseAddress(coordinators, answering.toString(), onMoved);
  }

  /** The same database, where its coordinators are now. */
  DatabaseAddress at(CoordinatorSet next) {
    return new DatabaseAddress(next, databaseId, onMoved);
  }
}
