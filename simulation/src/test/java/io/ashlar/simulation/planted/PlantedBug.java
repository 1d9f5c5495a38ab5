package io.ashlar.simulation.planted;

import java.util.ArrayList;
import java.util.List;

/**
 * A bug as edits of the true sources.
 *
 * @param name a few words, also what {@code -Dplanted.bug} selects
 * @param role where it is
 * @param removes which protection is gone, in one sentence
 * @param after the published bug it is modelled after, with a link; empty for none
 * @param catcher what must notice it
 * @param detail what the catcher needs to know: the class of a test, the name of a known bug, or
 *     what a role must say; of what many runs may need, a test that notices it too
 * @param runAs how runs are made
 * @param seed one that is known to catch it, for every build; 0 for none
 */
record PlantedBug(
    String name,
    Role role,
    String removes,
    String after,
    Catcher catcher,
    String detail,
    RunAs runAs,
    long seed,
    List<Edit> edits) {
  enum Role {
    SEQUENCER,
    READ_VERSION_PROXY,
    COMMIT_PROXY,
    RESOLVER,
    LOG_SERVER,
    RECOVERY,
    COORDINATOR,
    STORAGE_SERVER,
    CLIENT,
    LAYER,
    SIMULATOR
  }

  static PlantedBug in(Role role, String name, String removes) {
    return new PlantedBug(
        name, role, removes, "", Catcher.WORKLOADS, "", RunAs.SHORT, 0, List.of());
  }

  /** One more change, see {@link Edit}. */
  PlantedBug edit(String module, String className, String before, String replacement) {
    List<Edit> more = new ArrayList<>(edits);
    more.add(new Edit(module, className, before, replacement));
    return new PlantedBug(
        name, role, removes, after, catcher, detail, runAs, seed, List.copyOf(more));
  }

  /** Names the published bug. */
  PlantedBug after(String source) {
    return new PlantedBug(name, role, removes, source, catcher, detail, runAs, seed, edits);
  }

  PlantedBug caughtBy(Catcher other, String detailOfIt) {
    return new PlantedBug(name, role, removes, after, other, detailOfIt, runAs, seed, edits);
  }

  PlantedBug runAs(RunAs setting) {
    return new PlantedBug(name, role, removes, after, catcher, detail, setting, seed, edits);
  }

  /** Runs with this seed, made as {@link #runAs} says, are short and catch it. */
  PlantedBug knownSeed(long known) {
    return new PlantedBug(name, role, removes, after, catcher, detail, runAs, known, edits);
  }

  /** A test of a role that notices it too, and soon: see {@link #inEveryBuild}. */
  PlantedBug alsoNoticedBy(String test) {
    if (!isFoundInRuns()) {
      throw new IllegalStateException(name + " has another use for the detail");
    }
    return caughtBy(catcher, test);
  }

  /** Whether what clients or the watch see is all there is to it. */
  private boolean isFoundInRuns() {
    return catcher == Catcher.WATCH || catcher == Catcher.WORKLOADS;
  }

  /** Whether every build shows that it is caught. */
  boolean isInEveryBuild() {
    return seed > 0 || (isFoundInRuns() && !detail.isEmpty());
  }

  /**
   * As every build has it: with its known seed, or, where that takes many runs, with the test that
   * notices it too.
   */
  PlantedBug inEveryBuild() {
    return seed > 0 ? this : caughtBy(Catcher.OWN_TESTS, detail).knownSeed(1);
  }

  /** All that makes it what it is. */
  String toText() {
    return name + removes + after + catcher + detail + edits;
  }

  @Override
  public String toString() {
    return name;
  }
}
