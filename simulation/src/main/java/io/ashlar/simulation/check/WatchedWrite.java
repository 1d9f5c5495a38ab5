package io.ashlar.simulation.check;

import io.ashlar.core.Mutation;
import java.util.List;

/**
 * One transaction that writes keys that are watched, and leaves a marker.
 *
 * @param id unique in the history
 * @param committingAt the moment before its commit was called; {@link Long#MAX_VALUE} when it never
 *     was
 * @param mutations of watched keys, in order
 * @param stamp of a committed transaction, else null
 */
public record WatchedWrite(
    long id, long committingAt, List<Mutation> mutations, Outcome outcome, Stamp stamp) {
  public WatchedWrite {
    mutations = List.copyOf(mutations);
  }

  @Override
  public String toString() {
    return "transaction " + id + " (" + outcome + ", " + stamp + ")";
  }
}
