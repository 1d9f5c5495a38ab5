package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes things go wrong as the plan says, until it is told to stop. */
public final class FaultDriver {
  /** Boots what is down again. */
  public interface Rebooter {
    void reboot(String process);
  }

  private static final long REBOOT_AT_THE_END_NANOS = FaultKinds.MILLIS;

  private final SimWorld world;
  private final FaultPlan plan;
  private final Predicate<String> isClient;
  private final Rebooter rebooter;
  private final SeededRandom random;
  private final List<FaultScene> scenes = new ArrayList<>();
  private boolean stopped;

  /**
   * @param isClient tells a client's process from a worker's by its name
   */
  public FaultDriver(
      SimWorld world, FaultPlan plan, Predicate<String> isClient, Rebooter rebooter) {
    this.world = world;
    this.plan = plan;
    this.isClient = isClient;
    this.rebooter = rebooter;
    this.random = world.random("faults");
  }

  public void start() {
    plan.faults()
        .forEach(
            (name, fault) -> {
              SeededRandom own = random.fork(name);
              FaultScene scene =
                  new FaultScene(world, own.fork("scene"), isClient, plan.powerPerMillion());
              scenes.add(scene);
              repeat(own, fault, scene);
            });
  }

  public void stop() {
    stopped = true;
    scenes.forEach(FaultScene::end);
    world.processes().forEach(SimProcess::spare);
  }

  /** Called for each process that died: it comes back after a while, or when faults stop. */
  public void onDeath(SimProcess process) {
    long away = stopped ? REBOOT_AT_THE_END_NANOS : random.nextLong(plan.rebootNanosMax());
    world.after(away, () -> rebooter.reboot(process.name()));
  }

  /** Again and again, after times drawn evenly up to twice the mean. */
  private void repeat(SeededRandom own, Fault fault, FaultScene scene) {
    long meanNanos = Math.max(1, fault.meanNanos() / plan.factor());
    scene.later(
        1 + own.nextLong(2 * meanNanos),
        () -> {
          fault.happen(scene);
          repeat(own, fault, scene);
        });
  }
}
