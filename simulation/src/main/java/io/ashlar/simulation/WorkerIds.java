package io.ashlar.simulation;

import io.ashlar.core.Uid;
import io.ashlar.simulation.world.SimWorld;
import java.util.Map;
import java.util.TreeMap;

/** Which identity the worker of each process has, as it told when it started last. */
final class WorkerIds implements SimWorld.TraceListener {
  private static final String STARTED = "WorkerStarted";

  /** By process. */
  private final Map<String, Uid> ids = new TreeMap<>();

  @Override
  public void onEvent(String who, String name, Object[] told) {
    if (name.equals(STARTED)) {
      ids.put(who.substring(0, who.indexOf('#')), (Uid) told[1]);
    }
  }

  /** Null when it has never started. */
  Uid of(String process) {
    return ids.get(process);
  }
}
