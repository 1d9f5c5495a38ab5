package io.ashlar.simulation;

import io.ashlar.core.Setting;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.List;
import java.util.Map;

/** The clients of a run as the side of the cluster sees them. */
interface ClusterClients {
  /** Makes them when world and cluster are known. */
  interface Maker {
    ClusterClients make(SimWorld world, ClusterPlan plan);
  }

  /** The processes that there are to be, alive or not. */
  List<String> processes();

  /** Boots a process that is down; null when it has nothing left to do. */
  SimProcess boot(String process);

  /** A process has died, be it a client's or not. */
  void onDeath(SimProcess process);

  /** The cluster is to have these settings from some later time on. */
  default void onConfiguration(Map<Setting, Integer> wanted) {}

  /** They begin to work. */
  void start();

  /** They begin nothing more. */
  void stop();

  /** What they have begun and not ended, in words; empty when there is nothing. */
  String stepsUnderWay();
}
