package io.ashlar.simulation.planted;

import io.ashlar.simulation.SimOptions;
import io.ashlar.simulation.SimResult;
import io.ashlar.simulation.Simulation;

/** What is called inside the edited program; only what the platform defines crosses the border. */
public final class PlantedRun {
  private PlantedRun() {}

  /** Runs a seed and tells the name of a {@link Verdict.Kind} and the failure. */
  public static String[] run(long seed, int busySeconds, int faultFactor) {
    SimOptions options =
        SimOptions.defaults()
            .withBusySeconds(busySeconds)
            .withFaultFactor(faultFactor)
            .withCommitsMin(1);
    SimResult result = Simulation.run(seed, options);
    String kind = result.failureKind() == null ? "PASSED" : result.failureKind().name();
    return new String[] {kind, result.failure()};
  }
}
