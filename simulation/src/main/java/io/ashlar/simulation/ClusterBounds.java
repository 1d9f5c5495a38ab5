package io.ashlar.simulation;

import io.ashlar.control.ControllerOptions;
import io.ashlar.control.CoordinatorOptions;
import io.ashlar.control.ElectionOptions;
import io.ashlar.core.InitialSplit;
import io.ashlar.embedded.RoleSettings;
import io.ashlar.simulation.faults.FaultPlan;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.function.ToLongFunction;

/** How long a cluster may take, from the options that it has, to be well again and to rest. */
final class ClusterBounds {
  private static final long SECOND = ClusterRun.SECOND;
  private static final long MILLI = 1_000_000;

  /** How often a recovery may end at its limits; the next one finds all that it needs. */
  private static final int RECOVERIES = 3;

  /** A step of a workload waits for a view, and for requests before, in and after a fence. */
  private static final int REQUESTS = 6;

  private static final int DISK_STALLS = 20;

  /** How often a shard moves until all are where they belong. */
  private static final int WAYS = 3;

  /**
   * No more than this of the workloads' rows comes to one server by moves, as storage servers count
   * them; and the part of their memory that it may take until it is stored.
   */
  private static final long MOVED_BYTES_MAX = 1_000_000;

  private static final int MEMORY_PART = 4;

  /** How long a leader may lead beyond its lease when the point election.lead-on was met. */
  private static final long LEAD_ON_NANOS = 8 * SECOND;

  /** How long a commit is not looked up when the point client.read-ids-later was met. */
  private static final long LOOKED_UP_LATER_NANOS = 20 * SECOND;

  private final SimWorld world;
  private final ClusterPlan plan;
  private final FaultPlan faults;
  private final SimCluster cluster;

  ClusterBounds(SimWorld world, ClusterPlan plan, FaultPlan faults, SimCluster cluster) {
    this.world = world;
    this.plan = plan;
    this.faults = faults;
    this.cluster = cluster;
  }

  /**
   * After faults stop everything that was begun ends within this time: what is held up arrives and
   * what is lost is noticed; two attempts at a recovery fail at their limits and the third does
   * not; clients wait for a view, and for the longest request before, during and after a fence.
   */
  ConvergenceBound toConverge() {
    WorldConditions conditions = world.conditions();
    CoordinatorOptions coordinator = plan.coordinator();
    ElectionOptions election = plan.controller().election();
    ConvergenceBound bound =
        new ConvergenceBound()
            .add("the latest message", conditions.network().latencyMax())
            .add("what faults hold up", faults.lingersNanos())
            .add("connections that are noticed to be gone, and boots", SECOND)
            .add("stalls of disks", DISK_STALLS, conditions.disk().stallMax())
            .add("a leader that leads on", LEAD_ON_NANOS)
            .add("what coordinators hold", 3, coordinator.holdNanos())
            .add("a leader that lets another try", most(ControllerOptions::patienceNanos))
            .add("candidates that are forgotten", coordinator.silenceNanos())
            .add("a poll for the leader", 2, coordinator.pollNanos())
            .add("a poll that is lost", 2, election.follow().pollNanos())
            .add(
                "coordinators that are asked for the state",
                2,
                most(controller -> controller.quorum().requestNanos()))
            .add("silence that is noticed", RECOVERIES, most(ControllerOptions::silenceNanos))
            .add("log servers that are waited for", most(ControllerOptions::graceNanos))
            .add("recruiting", RECOVERIES, most(ControllerOptions::recruitNanos))
            .add("a poll for the view", RECOVERIES, most(ControllerOptions::viewPollNanos))
            .add("a client's request", REQUESTS, plan.database().requestTimeoutMillis() * MILLI)
            .add("a client's pause before it tries again", REQUESTS, 2 * SECOND)
            .add("a commit that is looked up later", LOOKED_UP_LATER_NANOS);
    return withSlowClocks(bound);
  }

  /** Idle pushes go on for a window and two seconds; then one step and one flush store the rest. */
  ConvergenceBound toRest() {
    ConvergenceBound bound =
        new ConvergenceBound()
            .add("a window", 2, plan.configuration().windowVersions() * 1_000)
            .add("what ids live", versions(plan.idLifetimeVersions()))
            .add("a window beyond", 3, versions(plan.configuration().windowVersions()))
            .add(
                "an idle push",
                2,
                mostOfRoles(roles -> roles.commitProxy().idlePushIntervalNanos()))
            .add(
                "a step of what is stored",
                4,
                mostOfRoles(roles -> roles.storageServer().storedStepNanos()))
            .add("a flush", 2, mostOfRoles(roles -> roles.storageServer().flushNanos()))
            .add("a pop", 2, mostOfRoles(roles -> roles.storageServer().popNanos()))
            .add(
                "a question whether a generation is drained",
                4,
                most(ControllerOptions::drainNanos));
    addMoves(bound);
    return withSlowClocks(bound).add(toConverge());
  }

  /**
   * Every shard may have to be made right, then given to one with fewer, and one may be given up
   * for another in between. What was fetched is stored after a window, and flushed; where there is
   * little memory, no more than fits into a part of it.
   */
  private void addMoves(ConvergenceBound bound) {
    int shards = Math.max(plan.configuration().shards(), InitialSplit.SHARDS_MAX / 8);
    long atOnce =
        cluster.controllers().stream().mapToLong(c -> c.moves().movingMax()).min().orElse(1);
    int turns = (int) (WAYS * (1 + shards / atOnce));
    long memory =
        cluster.roles().stream()
            .mapToLong(roles -> roles.storageServer().memoryBytesMax())
            .min()
            .orElse(MOVED_BYTES_MAX);
    turns += (int) (MOVED_BYTES_MAX / (1 + memory / MEMORY_PART));
    bound
        .add(
            "a window before what moved is stored",
            turns,
            plan.configuration().windowVersions() * 1_000)
        .add(
            "a step of what moved",
            2 * turns,
            mostOfRoles(roles -> roles.storageServer().storedStepNanos()))
        .add("a step of moves", 4 * turns, most(controller -> controller.moves().stepNanos()))
        .add("a look for moves", most(controller -> controller.moves().idleNanos()))
        .add("servers that count as lost", most(controller -> controller.moves().lostNanos()));
  }

  private static long versions(long count) {
    return count * 1_000;
  }

  private long most(ToLongFunction<ControllerOptions> time) {
    return cluster.controllers().stream().mapToLong(time).max().orElse(0);
  }

  private long mostOfRoles(ToLongFunction<RoleSettings> time) {
    return cluster.roles().stream().mapToLong(time).max().orElse(0);
  }

  /** All these times are measured by clocks that may run slow. */
  private ConvergenceBound withSlowClocks(ConvergenceBound bound) {
    long drift = world.conditions().clocks().driftPerMillionMax();
    return bound.add("by clocks that run slow", bound.nanos() / (1_000_000 - drift) * drift);
  }
}
