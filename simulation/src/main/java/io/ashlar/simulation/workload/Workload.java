package io.ashlar.simulation.workload;

import io.ashlar.simulation.check.Violations;
import java.util.concurrent.CompletableFuture;

/** Something that clients do again and again, and what must be true of it at the end. */
public interface Workload {
  /** One word. */
  String name();

  /** Makes what must be there; called once, by one client, until it succeeds. */
  CompletableFuture<Void> setup(SimClient client);

  /**
   * Does it once. Errors that the store may give are counted and end the step in peace; a future
   * that fails is a failure of the run.
   */
  CompletableFuture<Void> step(SimClient client);

  /** Reads what is there after all steps have ended, and decides. */
  CompletableFuture<Violations> check(SimClient client);

  /** What has happened so far. */
  WorkloadCounts counts();
}
