package io.ashlar.simulation.check;

import java.util.List;

/**
 * A transaction that appended its own number to some lists.
 *
 * @param id unique in the history, and what was appended
 * @param lists to which, each once
 * @param stamp of a committed one, else null
 */
public record AppendRecord(long id, List<String> lists, Outcome outcome, Stamp stamp) {
  public AppendRecord {
    lists = List.copyOf(lists);
  }

  @Override
  public String toString() {
    return id + " (" + outcome + (stamp == null ? "" : " at " + stamp) + ")";
  }
}
