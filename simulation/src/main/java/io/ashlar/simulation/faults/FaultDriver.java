package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.simulation.world.SimMachine;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Makes things go wrong as the plan says, until it is told to stop. */
public final class FaultDriver {
  /** What is harmed. */
  public interface Cluster {
    /** Tells a client's process from a worker's by its name. */
    boolean isClient(String process);

    /** Who are the cluster's coordinators. */
    CoordinatorSet coordinators();

    /** How long the controller leads after it sent heartbeats that were taken, by its own clock. */
    long leaseNanos();

    /** Boots what is down again; nothing when it is up. */
    void reboot(String process);

    /** From its next boot on a worker has other options. */
    void changeOptions(String process, SeededRandom draws);

    /**
     * An operator begins to ask for another pipeline and another log.
     *
     * @return which, for people
     */
    String changeConfiguration(SeededRandom draws);

    /**
     * An operator begins to ask for so many copies of everything.
     *
     * @param turn 0 or more, of which each asks for another number
     * @return what, for people
     */
    String changeCopies(int turn);

    /**
     * One more worker boots for the first time.
     *
     * @return which, or null when there is no more
     */
    String join();

    /**
     * An operator begins to exclude a worker, or to let back all that are excluded.
     *
     * @return whom, for people; null when nobody can be
     */
    String exclude(SeededRandom draws);

    /**
     * An operator begins to ask for other coordinators.
     *
     * @return the processes of which
     */
    List<String> moveCoordinators(SeededRandom draws);

    /** From its next boot on a worker is at another address; false when it cannot be. */
    boolean move(String process);
  }

  /**
   * A fault's turn came, and it was not left out; it may have met nothing to harm.
   *
   * @param nanos when, in virtual time
   */
  public record Happened(FaultEvent event, long nanos) {}

  /** What the count of each kind that happens begins with, before its name. */
  public static final String HAPPENED = "fault ";

  private static final long REBOOT_AT_THE_END_NANOS = FaultKinds.MILLIS;

  private final SimWorld world;
  private final FaultPlan plan;
  private final Cluster cluster;
  private final SeededRandom random;
  private final Map<String, Long> awayNanos = new TreeMap<>();
  private final Map<String, List<Runnable>> awaited = new TreeMap<>();
  private final List<Consumer<SimProcess>> bootListeners = new ArrayList<>();
  private final Map<String, List<Consumer<SimProcess>>> awaitedBoots = new TreeMap<>();
  private final List<Happened> happened = new ArrayList<>();
  private final Map<String, Integer> deaths = new TreeMap<>();
  private final LogCopies logCopies;
  private final RegisterCopies registerCopies;
  private FaultEvents allowed = FaultEvents.all();
  private boolean stopped;

  public FaultDriver(SimWorld world, FaultPlan plan, Cluster cluster) {
    this.world = world;
    this.plan = plan;
    this.cluster = cluster;
    this.random = world.plannedRandom("faults");
    this.logCopies = new LogCopies(world);
    this.registerCopies = new RegisterCopies(world);
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
    world.setProbeListener(this::onProbe);
    plan.faults()
        .forEach(
            (name, fault) -> {
              SeededRandom own = random.fork(name);
              FaultScene scene = scene(name, own.fork("scene"));
              // With draws of its own: what happens at boots shifts nothing that happens by itself.
              fault.begin(scene.of(0));
              repeat(own, fault, scene, 1);
            });
  }

  /** The scene of a kind as a whole. */
  FaultScene scene(String kind, SeededRandom own) {
    return new FaultScene(this, kind, world, own, cluster, plan.powerPerMillion());
  }

  /** Ends all faults. What is wrong with files and was not read yet is found by starting again. */
  public void stop() {
    stopped = true;
    world.processes().forEach(SimProcess::spare);
    List<SimMachine> machines = logCopies.machinesWithHarmedFiles();
    for (SimProcess process : world.processes()) {
      if (machines.contains(process.machine())) {
        world.kill(process, false);
      }
    }
  }

  LogCopies logCopies() {
    return logCopies;
  }

  RegisterCopies registerCopies() {
    return registerCopies;
  }

  boolean isOver() {
    return stopped;
  }

  /** Called for each process that died: it comes back after a while, or when faults stop. */
  public void onDeath(SimProcess process) {
    long drawn = drawAwayNanos(process.name());
    Long asked = awayNanos.remove(process.name());
    long away = stopped ? REBOOT_AT_THE_END_NANOS : asked == null ? drawn : asked;
    world.after(away, () -> cluster.reboot(process.name()));
  }

  /** From draws of this one death, so that it does not matter which others there were. */
  private long drawAwayNanos(String process) {
    int death = deaths.merge(process, 1, Integer::sum);
    return random.fork("away " + death + " " + process).nextLong(plan.rebootNanosMax());
  }

  /** Called for each process that boots, before it runs anything. */
  public void onBoot(SimProcess process) {
    if (stopped) {
      return;
    }
    bootListeners.forEach(listener -> listener.accept(process));
    List<Consumer<SimProcess>> actions = awaitedBoots.remove(process.name());
    if (actions != null) {
      actions.forEach(action -> action.accept(process));
    }
  }

  void setAway(String process, long nanos) {
    awayNanos.put(process, nanos);
  }

  void onceBooted(String process, Consumer<SimProcess> action) {
    awaitedBoots.computeIfAbsent(process, absent -> new ArrayList<>()).add(action);
  }

  void eachBoot(Consumer<SimProcess> action) {
    bootListeners.add(action);
  }

  void onceReached(String probe, Runnable action) {
    awaited.computeIfAbsent(probe, absent -> new ArrayList<>()).add(action);
  }

  private void onProbe(String name) {
    if (stopped || awaited.isEmpty()) {
      return;
    }
    List<Runnable> actions = awaited.remove(name);
    if (actions != null) {
      actions.forEach(Runnable::run);
    }
  }

  /** Again and again, after times drawn evenly up to twice the mean. */
  private void repeat(SeededRandom own, Fault fault, FaultScene scene, int number) {
    long meanNanos = plan.meanNanos(fault);
    scene.later(
        1 + own.nextLong(2 * meanNanos),
        () -> {
          FaultEvent event = new FaultEvent(scene.kind(), number);
          if (allowed.includes(event)) {
            world.count(HAPPENED + event.kind());
            happened.add(new Happened(event, world.nowNanos()));
            fault.happen(scene.of(number));
          }
          repeat(own, fault, scene, number + 1);
        });
  }
}
