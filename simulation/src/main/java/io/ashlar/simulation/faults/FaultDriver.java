package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Makes things go wrong as the plan says, until it is told to stop. */
public final class FaultDriver {
  /** Boots what is down again. */
  public interface Rebooter {
    void reboot(String process);
  }

  /**
   * A fault's turn came, and it was not left out; it may have met nothing to harm.
   *
   * @param nanos when, in virtual time
   */
  public record Happened(FaultEvent event, long nanos) {}

  private static final long REBOOT_AT_THE_END_NANOS = FaultKinds.MILLIS;

  private final SimWorld world;
  private final FaultPlan plan;
  private final Predicate<String> isClient;
  private final Rebooter rebooter;
  private final SeededRandom random;
  private final List<Happened> happened = new ArrayList<>();
  private final Map<String, Integer> deaths = new TreeMap<>();
  private FaultEvents allowed = FaultEvents.all();
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
    this.random = world.plannedRandom("faults");
  }

  /** Leaves out all occurrences but those, from the beginning; called before {@link #start}. */
  public void letHappenOnly(FaultEvents events) {
    allowed = events;
  }

  /** What has happened so far, in its order. */
  public List<Happened> happened() {
    return Collections.unmodifiableList(happened);
  }

  public void start() {
    plan.faults()
        .forEach(
            (name, fault) -> {
              SeededRandom own = random.fork(name);
              FaultScene scene =
                  new FaultScene(
                      this, name, world, own.fork("scene"), isClient, plan.powerPerMillion());
              repeat(own, fault, scene, 1);
            });
  }

  public void stop() {
    stopped = true;
    world.processes().forEach(SimProcess::spare);
  }

  boolean isOver() {
    return stopped;
  }

  /** Called for each process that died: it comes back after a while, or when faults stop. */
  public void onDeath(SimProcess process) {
    long drawn = drawAwayNanos(process.name());
    long away = stopped ? REBOOT_AT_THE_END_NANOS : drawn;
    world.after(away, () -> rebooter.reboot(process.name()));
  }

  /** From draws of this one death, so that it does not matter which others there were. */
  private long drawAwayNanos(String process) {
    int death = deaths.merge(process, 1, Integer::sum);
    return random.fork("away " + death + " " + process).nextLong(plan.rebootNanosMax());
  }

  /** Again and again, after times drawn evenly up to twice the mean. */
  private void repeat(SeededRandom own, Fault fault, FaultScene scene, int number) {
    long meanNanos = Math.max(1, fault.meanNanos() / plan.factor());
    scene.later(
        1 + own.nextLong(2 * meanNanos),
        () -> {
          FaultEvent event = new FaultEvent(scene.kind(), number);
          if (allowed.includes(event)) {
            happened.add(new Happened(event, world.nowNanos()));
            fault.happen(scene.of(number));
          }
          repeat(own, fault, scene, number + 1);
        });
  }
}
