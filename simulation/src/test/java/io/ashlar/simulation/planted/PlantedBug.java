package io.ashlar.simulation.planted;

import java.util.ArrayList;
import java.util.List;

/**
 * A bug as edits of the true sources.
 *
 * @param name a few words, also what {@code -Dplanted.bug} selects
 * @param removes which protection is gone, in one sentence
 * @param seed one that is known to catch it, for every build; 0 for none
 * @param busySeconds of virtual time that this seed needs
 * @param faultFactor how many times as often as drawn things go wrong with this seed
 */
record PlantedBug(
    String name, String removes, long seed, int busySeconds, int faultFactor, List<Edit> edits) {
  static PlantedBug named(String name, String removes) {
    return new PlantedBug(name, removes, 0, 60, 1, List.of());
  }

  /** One more change, see {@link Edit}. */
  PlantedBug edit(String module, String className, String before, String after) {
    List<Edit> more = new ArrayList<>(edits);
    more.add(new Edit(module, className, before, after));
    return new PlantedBug(name, removes, seed, busySeconds, faultFactor, List.copyOf(more));
  }

  PlantedBug caughtBy(long knownSeed, int seconds) {
    return caughtBy(knownSeed, seconds, 1);
  }

  PlantedBug caughtBy(long knownSeed, int seconds, int factor) {
    return new PlantedBug(name, removes, knownSeed, seconds, factor, edits);
  }

  @Override
  public String toString() {
    return name;
  }
}
