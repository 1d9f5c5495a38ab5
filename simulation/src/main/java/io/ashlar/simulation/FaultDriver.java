package io.ashlar.simulation;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.List;

/** Makes things go wrong as the plan says, until it is told to stop. */
final class FaultDriver {
  /** Boots what is down again. */
  interface Rebooter {
    void reboot(String process);
  }

  /** How many more events a process that is about to be killed may run. */
  private static final int EVENTS_BEFORE_DEATH_MAX = 300;

  /** How long a process is cut off from all but one before it dies. */
  private static final long STRANDED_MAX_NANOS = 500_000_000;

  private final SimWorld world;
  private final FaultPlan plan;
  private final Rebooter rebooter;
  private final SeededRandom random;
  private boolean stopped;

  FaultDriver(SimWorld world, FaultPlan plan, Rebooter rebooter) {
    this.world = world;
    this.plan = plan;
    this.rebooter = rebooter;
    this.random = world.random("faults");
  }

  void start() {
    repeat(plan.killNanos(), this::kill);
    repeat(plan.outageNanos(), this::outage);
    repeat(plan.cutNanos(), this::cut);
    repeat(plan.clogNanos(), this::clog);
    repeat(plan.partitionNanos(), this::partition);
    repeat(plan.strandNanos(), this::strand);
    repeat(plan.pauseNanos(), this::pause);
    repeat(plan.wallClockNanos(), this::setWallClock);
  }

  void stop() {
    stopped = true;
    world.processes().forEach(SimProcess::spare);
  }

  /** Called for each process that died: it comes back after a while, or when faults stop. */
  void onDeath(SimProcess process) {
    long away = stopped ? 1_000_000 : random.nextLong(plan.rebootNanosMax());
    world.after(away, () -> rebooter.reboot(process.name()));
  }

  /** Again and again, after times drawn evenly up to twice the mean. */
  private void repeat(long meanNanos, Runnable fault) {
    if (meanNanos <= 0) {
      return;
    }
    world.after(
        1 + random.nextLong(2 * meanNanos),
        () -> {
          if (!stopped) {
            fault.run();
            repeat(meanNanos, fault);
          }
        });
  }

  private SimProcess any() {
    List<SimProcess> living = new ArrayList<>(world.processes());
    return living.isEmpty() ? null : living.get(random.nextInt(living.size()));
  }

  private boolean drawPower() {
    return random.chance(plan.powerPerMillion());
  }

  private void kill() {
    SimProcess victim = any();
    if (victim == null) {
      return;
    }
    boolean powerLost = drawPower();
    world.count(powerLost ? "power losses" : "kills");
    if (random.nextBoolean()) {
      world.kill(victim, powerLost);
    } else {
      victim.killAfterEvents(1 + random.nextInt(EVENTS_BEFORE_DEATH_MAX), powerLost);
    }
  }

  private void outage() {
    world.count("outages");
    boolean powerLost = drawPower();
    for (SimProcess process : world.processes()) {
      world.kill(process, powerLost);
    }
  }

  private void cut() {
    SimProcess side = any();
    if (side != null) {
      world.network().cutOneOf(side, random);
    }
  }

  private void clog() {
    SimProcess from = any();
    SimProcess to = any();
    if (from == null || from == to) {
      return;
    }
    long nanos = 1 + random.nextLong(plan.clogNanosMax());
    world.count("clogged links");
    world.network().hold(from.name(), to.name(), nanos);
    if (random.nextBoolean()) {
      world.network().hold(to.name(), from.name(), nanos);
    }
  }

  private void partition() {
    List<SimProcess> here = new ArrayList<>();
    List<SimProcess> there = new ArrayList<>();
    for (SimProcess process : world.processes()) {
      (random.nextBoolean() ? here : there).add(process);
    }
    long nanos = 1 + random.nextLong(plan.partitionNanosMax());
    boolean oneWay = random.chance(200_000);
    world.count("partitions");
    world.traceWorld("Partition", "here", here, "there", there, "nanos", nanos);
    for (SimProcess from : here) {
      for (SimProcess to : there) {
        world.network().hold(from.name(), to.name(), nanos);
        if (!oneWay) {
          world.network().hold(to.name(), from.name(), nanos);
        }
      }
    }
  }

  private void strand() {
    List<SimProcess> workers = new ArrayList<>();
    for (SimProcess process : world.processes()) {
      if (!SimClients.isClient(process.name())) {
        workers.add(process);
      }
    }
    if (workers.size() < 2) {
      return;
    }
    SimProcess victim = workers.remove(random.nextInt(workers.size()));
    workers.remove(random.nextInt(workers.size()));
    world.count("strandings");
    for (SimProcess other : workers) {
      world.network().hold(victim.name(), other.name(), STRANDED_MAX_NANOS);
    }
    boolean powerLost = drawPower();
    world.after(
        random.nextLong(STRANDED_MAX_NANOS),
        () -> {
          if (!stopped) {
            world.kill(victim, powerLost);
          }
        });
  }

  private void setWallClock() {
    SimProcess process = any();
    if (process != null) {
      world.count("wall clocks set");
      process.machine().setWallClock();
    }
  }

  private void pause() {
    SimProcess process = any();
    if (process != null) {
      world.count("pauses");
      process.pause(1 + random.nextLong(plan.pauseNanosMax()));
    }
  }
}
