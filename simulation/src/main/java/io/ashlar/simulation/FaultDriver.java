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
    repeat("kill", plan.killNanos(), this::kill);
    repeat("outage", plan.outageNanos(), this::outage);
    repeat("cut", plan.cutNanos(), this::cut);
    repeat("clog", plan.clogNanos(), this::clog);
    repeat("pause", plan.pauseNanos(), this::pause);
  }

  void stop() {
    stopped = true;
  }

  /** Called for each process that died: it comes back after a while, or when faults stop. */
  void onDeath(SimProcess process) {
    long away = stopped ? 1_000_000 : random.nextLong(plan.rebootNanosMax());
    world.after(away, () -> rebooter.reboot(process.name()));
  }

  /** Again and again, after times drawn evenly up to twice the mean. */
  private void repeat(String kind, long meanNanos, Runnable fault) {
    if (meanNanos <= 0) {
      return;
    }
    world.after(
        1 + random.nextLong(2 * meanNanos),
        () -> {
          if (!stopped) {
            fault.run();
            repeat(kind, meanNanos, fault);
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
    world.network().clog(from.name(), to.name(), nanos);
    if (random.nextBoolean()) {
      world.network().clog(to.name(), from.name(), nanos);
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
