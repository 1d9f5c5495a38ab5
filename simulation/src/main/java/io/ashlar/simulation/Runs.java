package io.ashlar.simulation;

import java.util.function.Consumer;

/** Runs seeds. Others than {@link Simulation}'s are for tests of what is made of results. */
@FunctionalInterface
interface Runs {
  /** The real ones; a run that breaks down is a run that failed. */
  Runs REAL =
      (seed, options, watcher) -> {
        try {
          return Simulation.run(seed, options, watcher);
        } catch (RuntimeException | Error e) {
          return Simulation.brokenDown(seed, options, e);
        }
      };

  /**
   * Runs a seed to its end.
   *
   * @param watcher sees the run before it begins, and may add listeners
   */
  SimResult run(long seed, SimOptions options, Consumer<Simulation> watcher);

  default SimResult run(long seed, SimOptions options) {
    return run(seed, options, simulation -> {});
  }
}
