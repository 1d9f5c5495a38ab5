package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What a fault sees of the run, and what it may do to it. */
public final class FaultScene {
  private final FaultDriver driver;
  private final String kind;
  private final int number;
  private final SimWorld world;
  private final SeededRandom random;
  private final Predicate<String> isClient;
  private final int powerPerMillion;

  /**
   * The scene of a kind as a whole.
   *
   * @param kind of the fault, by name
   * @param random that kind's own draws
   * @param isClient tells a client's process from a worker's by its name
   * @param powerPerMillion how many deaths in a million take the machine's power with them
   */
  FaultScene(
      FaultDriver driver,
      String kind,
      SimWorld world,
      SeededRandom random,
      Predicate<String> isClient,
      int powerPerMillion) {
    this(driver, kind, 0, world, random, isClient, powerPerMillion);
  }

  private FaultScene(
      FaultDriver driver,
      String kind,
      int number,
      SimWorld world,
      SeededRandom random,
      Predicate<String> isClient,
      int powerPerMillion) {
    this.driver = driver;
    this.kind = kind;
    this.number = number;
    this.world = world;
    this.random = random;
    this.isClient = isClient;
    this.powerPerMillion = powerPerMillion;
  }

  /** The scene of one occurrence: with draws of its own, whichever others there were. */
  FaultScene of(int occurrence) {
    SeededRandom own = random.fork(Integer.toString(occurrence));
    return new FaultScene(driver, kind, occurrence, world, own, isClient, powerPerMillion);
  }

  String kind() {
    return kind;
  }

  public SimWorld world() {
    return world;
  }

  public SeededRandom random() {
    return random;
  }

  /**
   * Tells in the trace what this occurrence did.
   *
   * @param keysAndValues what it did to whom
   */
  public void happened(Object... keysAndValues) {
    Object[] told = new Object[keysAndValues.length + 4];
    told[0] = "kind";
    told[1] = kind;
    told[2] = "number";
    told[3] = number;
    System.arraycopy(keysAndValues, 0, told, 4, keysAndValues.length);
    world.traceWorld("Fault", told);
  }

  /** Faults have ended: what was planned for later must not happen any more. */
  public boolean isOver() {
    return driver.isOver();
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
          if (!isOver()) {
            action.run();
          }
        });
  }
}
