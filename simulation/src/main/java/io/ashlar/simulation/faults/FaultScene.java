package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What one kind of fault sees of the run, and what it may do to it. */
public final class FaultScene {
  /** About what the round of messages that follows takes. */
  private static final long LOCKED_NANOS_MAX = 2 * FaultKinds.MILLIS;

  private final FaultDriver driver;
  private final String kind;
  private final int number;
  private final SimWorld world;
  private final SeededRandom random;
  private final FaultDriver.Cluster cluster;
  private final int powerPerMillion;

  /**
   * The scene of a kind as a whole.
   *
   * @param kind of the fault, by name
   * @param random that kind's own draws
   * @param powerPerMillion how many deaths in a million take the computer's power with them
   */
  FaultScene(
      FaultDriver driver,
      String kind,
      SimWorld world,
      SeededRandom random,
      FaultDriver.Cluster cluster,
      int powerPerMillion) {
    this(driver, kind, 0, world, random, cluster, powerPerMillion);
  }

  private FaultScene(
      FaultDriver driver,
      String kind,
      int number,
      SimWorld world,
      SeededRandom random,
      FaultDriver.Cluster cluster,
      int powerPerMillion) {
    this.driver = driver;
    this.kind = kind;
    this.number = number;
    this.world = world;
    this.random = random;
    this.cluster = cluster;
    this.powerPerMillion = powerPerMillion;
  }

  /** The scene of one occurrence: with draws of its own, whichever others there were. */
  FaultScene of(int occurrence) {
    SeededRandom own = random.fork(Integer.toString(occurrence));
    return new FaultScene(driver, kind, occurrence, world, own, cluster, powerPerMillion);
  }

  String kind() {
    return kind;
  }

  /** Which occurrence of its kind this is, from 1. */
  int number() {
    return number;
  }

  public SimWorld world() {
    return world;
  }

  public SeededRandom random() {
    return random;
  }

  /**
   * Counts that it happened once more, and tells in the trace what this occurrence did.
   *
   * @param keysAndValues what it did to whom
   */
  public void happened(Object... keysAndValues) {
    world.count(kind);
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

  /** Whether a process that dies now takes the power of its computer with it. */
  public boolean drawPower() {
    return random.chance(powerPerMillion);
  }

  /** A time up to {@code nanosMax}, more than 0. */
  public long upTo(long nanosMax) {
    return 1 + random.nextLong(nanosMax);
  }

  /** A living process, worker or client, or null. */
  public SimProcess any() {
    return oneOf(all());
  }

  /** The living processes that may die and stop, in the order of their names. */
  public List<SimProcess> harmable() {
    return those(process -> !process.isProtected());
  }

  /** The living processes, in the order of their names. */
  public List<SimProcess> all() {
    return new ArrayList<>(world.processes());
  }

  /** The living workers, in the order of their names. */
  public List<SimProcess> workers() {
    return those(process -> !cluster.isClient(process.name()));
  }

  /** The living clients, in the order of their names. */
  public List<SimProcess> clients() {
    return those(process -> cluster.isClient(process.name()));
  }

  /** The living processes in which a role of that name runs, in the order of their names. */
  public List<SimProcess> withRole(String role) {
    return those(process -> process.roleNames().contains(role));
  }

  /** Those living processes, in the order of their names. */
  public List<SimProcess> those(Predicate<SimProcess> some) {
    List<SimProcess> found = all();
    found.removeIf(some.negate());
    return found;
  }

  /** One of them, or null. */
  public SimProcess oneOf(List<SimProcess> processes) {
    return processes.isEmpty() ? null : processes.get(random.nextInt(processes.size()));
  }

  /** Some of them: each or not, by draw. */
  public List<SimProcess> someOf(List<SimProcess> processes) {
    List<SimProcess> some = new ArrayList<>(processes);
    some.removeIf(process -> random.nextBoolean());
    return some;
  }

  /** What is done to the cluster beside harming its processes. */
  FaultDriver.Cluster cluster() {
    return cluster;
  }

  /** Which copies of the log may be harmed for ever. */
  LogCopies logCopies() {
    return driver.logCopies();
  }

  /** Which registers of coordinators may be damaged for ever. */
  RegisterCopies registerCopies() {
    return driver.registerCopies();
  }

  /**
   * Whether all that a worker has on its disk are log servers, and perhaps a coordinator: of what
   * is in a storage server there is one.
   */
  boolean hasNoStorage(SimProcess worker) {
    return !worker.machine().keepsSomething();
  }

  /** Whether all that a worker has on its disk are log servers. */
  boolean hasLogsOnly(SimProcess worker) {
    return hasNoStorage(worker) && !isCoordinator(worker);
  }

  /** Whether a worker is a coordinator too, which must not forget what it has promised. */
  boolean isCoordinator(SimProcess worker) {
    return worker.roleNames().contains(FaultKinds.COORDINATOR);
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

  /**
   * Kills a process, which comes back after a time of the caller's.
   *
   * @param awayNanos until it boots again
   */
  public void kill(SimProcess process, boolean powerLost, long awayNanos) {
    driver.setAway(process.name(), awayNanos);
    world.kill(process, powerLost);
  }

  /** When a process dies next, it comes back after that time. */
  public void setAway(String process, long nanos) {
    driver.setAway(process, nanos);
  }

  /** Hears of the next boot of a process, before it runs anything. */
  public void onceBooted(String process, Consumer<SimProcess> action) {
    driver.onceBooted(process, action);
  }

  /** Hears, once, that the rare path of that name is reached, unless faults have ended by then. */
  public void onceReached(String probe, Runnable action) {
    driver.onceReached(probe, action);
  }

  /**
   * Hears, once, that the controller has just locked the registers; a connection of it is cut, so
   * that it does.
   */
  public void onceLeaderLocks(Runnable action) {
    SimProcess controller = oneOf(withRole(FaultKinds.CONTROLLER));
    if (controller == null) {
      return;
    }
    long within = random.nextLong(LOCKED_NANOS_MAX);
    onceReached(FaultKinds.LOCKED, () -> later(within, action));
    world.network().cutOneOf(controller, random);
  }

  /** Hears of each boot while faults go on, before the process runs anything. */
  public void eachBoot(Consumer<SimProcess> action) {
    driver.eachBoot(action);
  }

  /** Holds up everything between processes of two groups, in both directions. */
  public void separate(List<SimProcess> here, List<SimProcess> there, long nanos) {
    hold(here, there, nanos);
    hold(there, here, nanos);
  }

  /** Holds up everything that is sent from one group of processes to another. */
  public void hold(List<SimProcess> from, List<SimProcess> to, long nanos) {
    for (SimProcess sender : from) {
      for (SimProcess receiver : to) {
        if (sender != receiver) {
          world.network().hold(sender.name(), receiver.name(), nanos);
        }
      }
    }
  }
}
