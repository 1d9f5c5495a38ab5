package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What a fault sees of the run, and what it may do to it. */
public final class FaultScene {
  private final SimWorld world;
  private final SeededRandom random;
  private final Predicate<String> isClient;
  private final int powerPerMillion;
  private boolean over;

  /**
   * @param random one kind's own draws
   * @param isClient tells a client's process from a worker's by its name
   * @param powerPerMillion how many deaths in a million take the machine's power with them
   */
  FaultScene(SimWorld world, SeededRandom random, Predicate<String> isClient, int powerPerMillion) {
    this.world = world;
    this.random = random;
    this.isClient = isClient;
    this.powerPerMillion = powerPerMillion;
  }

  public SimWorld world() {
    return world;
  }

  public SeededRandom random() {
    return random;
  }

  /** Faults have ended: what was planned for later must not happen any more. */
  public boolean isOver() {
    return over;
  }

  void end() {
    over = true;
  }

  /** Whether a process that dies now takes the power of its machine with it. */
  public boolean drawPower() {
    return random.chance(powerPerMillion);
  }

  /** A living process, worker or client, or null. */
  public SimProcess any() {
    return oneOf(new ArrayList<>(world.processes()));
  }

  /** The living workers, in the order of their names. */
  public List<SimProcess> workers() {
    List<SimProcess> workers = new ArrayList<>();
    for (SimProcess process : world.processes()) {
      if (!isClient.test(process.name())) {
        workers.add(process);
      }
    }
    return workers;
  }

  /** One of them, or null. */
  public SimProcess oneOf(List<SimProcess> processes) {
    return processes.isEmpty() ? null : processes.get(random.nextInt(processes.size()));
  }

  /** Does it later, unless faults have ended by then. */
  public void later(long nanos, Runnable action) {
    world.after(
        nanos,
        () -> {
          if (!over) {
            action.run();
          }
        });
  }
}
