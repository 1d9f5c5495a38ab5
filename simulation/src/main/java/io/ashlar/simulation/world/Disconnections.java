package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;
import io.ashlar.host.Failure;
import java.util.ArrayList;
import java.util.List;

/** How connections end: what is lost with them, and when each side learns of it. */
final class Disconnections {
  private final SimWorld world;
  private final SeededRandom random;
  private final NetworkConditions conditions;
  private final Latencies latencies;

  /**
   * @param random the network's own draws
   */
  Disconnections(
      SimWorld world, SeededRandom random, NetworkConditions conditions, Latencies latencies) {
    this.world = world;
    this.random = random;
    this.conditions = conditions;
    this.latencies = latencies;
  }

  /** One of a process's connections to others, or null; the draw says which. */
  static ConnectionEnd oneOf(SimProcess process, SeededRandom draw) {
    List<ConnectionEnd> candidates = new ArrayList<>();
    for (ConnectionEnd end : ends(process)) {
      if (!end.isCut() && !end.isLoopback()) {
        candidates.add(end);
      }
    }
    return candidates.isEmpty() ? null : candidates.get(draw.nextInt(candidates.size()));
  }

  private static List<ConnectionEnd> ends(SimProcess process) {
    List<ConnectionEnd> ends = new ArrayList<>();
    process.connections().all().forEach(ends::add);
    return ends;
  }

  /** Cuts the connection: each side notices on its own time, one of them perhaps very late. */
  void cut(ConnectionEnd end) {
    countCut(end);
    for (ConnectionEnd side : List.of(end, end.peer())) {
      cutSide(side);
      noticeAfter(side, drawNotice());
    }
  }

  void countCut(ConnectionEnd end) {
    world.count("connections cut");
    world.traceWorld("ConnectionCut", "a", end.owner().toString(), "b", end.peer().owner());
  }

  /** Of what this side has under way, a drawn part still arrives. */
  void cutSide(ConnectionEnd side) {
    if (!side.isCut()) {
      side.cut(random.nextLong(side.underWay() + 1));
    }
  }

  /** When a side learns that its connection is gone: as a rule soon. */
  long drawNotice() {
    if (random.chance(650_000)) {
      return latencies.next();
    }
    long nanos = random.nextLong(conditions.noticeMax());
    if (nanos > conditions.latencyMax()) {
      world.count(WorldConditions.LATE_NOTICE);
    }
    return nanos;
  }

  /** Lets a side notice that its connection is gone, if it does not do so sooner anyway. */
  void noticeAfter(ConnectionEnd end, long nanos) {
    if (!end.isOpen() || !end.owner().isAlive()) {
      return;
    }
    SimEvent before = end.notice();
    if (before != null) {
      if (before.timeNanos <= world.nowNanos() + nanos) {
        return;
      }
      before.cancel();
    }
    end.setNotice(world.schedule(nanos, end.owner(), null, () -> notice(end)));
  }

  private void notice(ConnectionEnd end) {
    end.close();
    end.owner().connections().remove(end);
    for (ConnectionEnd.Pending<?> pending : end.takeAllPending()) {
      pending.timeout().cancel();
      pending
          .owner()
          .later(
              0,
              () ->
                  pending
                      .handler()
                      .onFailure(Failure.disconnected("the connection to " + end.peerName())));
    }
  }

  /** Every side that has lost its connection learns of it. */
  void heal() {
    for (SimProcess process : world.processes()) {
      for (ConnectionEnd end : ends(process)) {
        if (end.isCut() && end.isOpen()) {
          noticeAfter(end, conditions.latencyMin());
        }
      }
    }
  }

  /** All connections of a dead process are cut; what it had sent may still arrive in part. */
  void onDeath(SimProcess process) {
    for (ConnectionEnd end : ends(process)) {
      if (!end.isCut() && !end.isLoopback()) {
        cutSide(end);
        cutSide(end.peer());
        noticeAfter(end.peer(), drawNotice());
      }
    }
  }
}
