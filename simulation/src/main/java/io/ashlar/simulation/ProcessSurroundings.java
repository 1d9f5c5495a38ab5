package io.ashlar.simulation;

import io.ashlar.simulation.workload.Surroundings;
import io.ashlar.simulation.world.SimProcess;
import java.util.concurrent.Executor;

/** One life of a simulated process, as the workloads' client in it sees it. */
record ProcessSurroundings(SimProcess process) implements Surroundings {
  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The world's clock: those of processes differ. */
  @Override
  public long nowNanos() {
    return process.world().nowNanos();
  }

  @Override
  public Executor executor() {
    return process.userExecutor();
  }

  @Override
  public void after(long nanos, Runnable task) {
    process.world().after(nanos, () -> process.userExecutor().execute(task));
  }

  @Override
  public long timesReached(String mark) {
    return process.world().faultPointsFired().getOrDefault(mark, 0L)
        + process.world().probes().getOrDefault(mark, 0L);
  }
}
