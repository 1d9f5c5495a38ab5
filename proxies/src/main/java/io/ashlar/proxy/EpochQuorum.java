package io.ashlar.proxy;

import io.ashlar.core.LogGeneration;
import java.util.TreeSet;

/**
 * Counts the confirmations of one round: enough are there when the log servers that confirmed lie
 * in at least F − a distinct zones. Recovery needs those it could not lock to lie in at most F − 1
 * − a zones, so one of the zones that confirmed has none of them: the epoch was still alive when
 * that zone's server answered. Pure.
 */
final class EpochQuorum {
  private final LogGeneration generation;
  private final boolean[] confirmed;
  private final TreeSet<String> zones = new TreeSet<>();

  EpochQuorum(LogGeneration generation) {
    this.generation = generation;
    this.confirmed = new boolean[generation.members().size()];
  }

  /** The log server at {@code member} has confirmed; a second time changes nothing. */
  void confirm(int member) {
    confirmed[member] = true;
    zones.add(generation.members().get(member).zone());
  }

  boolean hasConfirmed(int member) {
    return confirmed[member];
  }

  boolean isReached() {
    return zones.size() >= generation.replication() - generation.antiQuorum();
  }
}
