package io.ashlar.simulation.world;

import io.ashlar.core.Check;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One queue of (virtual time, sequence number) and all that is in it. Everything that happens comes
 * from the seed: the same seed gives the same events on any JDK.
 *
 * <p>Used by one thread. Several worlds in one JVM share nothing.
 */
public final class SimWorld {
  /** What deaths are counted as that take the power of their computer with them. */
  public static final String POWER_LOSS = "power-loss";

  private final long seed;
  private final WorldConditions conditions;
  private final SeededRandom planned;
  private final SeededRandom root;
  private final EventQueue queue = new EventQueue();
  private final Map<String, SimMachine> machines = new TreeMap<>();
  private final Map<String, SimClock> clocks = new TreeMap<>();
  private final Map<String, SimProcess> processes = new TreeMap<>();
  private final Tally probes = new Tally();
  private final Tally counts = new Tally();
  private final Digest digest = new Digest();
  private final TraceRing trace;
  private final FaultPoints faultPoints;
  private final SimNetwork network;
  private final SeededRandom loops;

  private long nowNanos;
  private long nextSequence;
  private long eventsRun;
  private int incarnations;
  private SimProcess running;
  private SimFailure failure;
  private Consumer<SimProcess> onDeath = process -> {};
  private Consumer<String> probeListener = name -> {};
  private final List<TraceListener> traceListeners = new ArrayList<>();

  public SimWorld(long seed, WorldConditions conditions) {
    this(seed, 0, conditions);
  }

  /**
   * One of many worlds of the same seed.
   *
   * @param variation 0 for the first; others have the same plan, but other delays, orders of events
   *     and choices of clients
   */
  public SimWorld(long seed, int variation, WorldConditions conditions) {
    this.seed = seed;
    this.conditions = conditions;
    planned = new SeededRandom(seed);
    root = variation == 0 ? planned : planned.fork("variation " + variation);
    trace = new TraceRing(conditions.traceEventsKept());
    faultPoints =
        new FaultPoints(plannedRandom("fault points"), this::nowNanos, conditions.faultPoints());
    network = new SimNetwork(this, random("network"), conditions.network());
    loops = random("loops");
  }

  public long seed() {
    return seed;
  }

  public WorldConditions conditions() {
    return conditions;
  }

  /** A stream of draws for one concern; the same for the same name, whenever it is asked for. */
  public SeededRandom random(String concern) {
    return root.fork(concern);
  }

  /** The same for what is planned: equal in all variations of a seed. */
  public SeededRandom plannedRandom(String concern) {
    return planned.fork(concern);
  }

  public SimNetwork network() {
    return network;
  }

  /** Virtual nanoseconds since the beginning. */
  public long nowNanos() {
    return nowNanos;
  }

  /** Events run so far. */
  public long eventsRun() {
    return eventsRun;
  }

  /** Events that wait, also those that will be dropped. */
  public int eventsWaiting() {
    return queue.size();
  }

  public Digest digest() {
    return digest;
  }

  /** The first bug that showed itself as a throwable, or null. */
  public SimFailure failure() {
    return failure;
  }

  /** Who hears of each death of a process, whatever its cause. */
  public void setOnDeath(Consumer<SimProcess> onDeath) {
    this.onDeath = onDeath;
  }

  /**
   * Hears of each event that roles and the world tell. It may look at the world, but not touch it:
   * a run with listeners is the same as one without.
   */
  public interface TraceListener {
    void onEvent(String who, String name, Object[] keysAndValues);
  }

  /** Tells {@code listener} each event that roles and the world tell, from now on. */
  public void addTraceListener(TraceListener listener) {
    traceListeners.add(listener);
  }

  /**
   * The machine of that name, on a computer and in a zone of its own; made when it is not there.
   */
  public SimMachine machine(String name) {
    return machine(name, new Place(name, name));
  }

  /** The machine of that name; made at that place when it is not there yet. */
  public SimMachine machine(String name, Place place) {
    SimMachine machine = machines.get(name);
    if (machine == null) {
      machine = new SimMachine(this, name, place);
      machines.put(name, machine);
    }
    return machine;
  }

  /** All machines there have been, in the order of their names. */
  public Collection<SimMachine> machines() {
    return List.copyOf(machines.values());
  }

  /** Nothing is the matter with any disk any more; what was lost stays lost. */
  public void healDisks() {
    machines.values().forEach(machine -> machine.disk().trouble().heal());
  }

  /** The clocks of a computer, which all its machines share. */
  SimClock clock(String computer) {
    SimClock clock = clocks.get(computer);
    if (clock == null) {
      clock = new SimClock(this, random("clock of " + computer), conditions.clocks());
      clocks.put(computer, clock);
    }
    return clock;
  }

  /** The living process of that name, or null. */
  public SimProcess process(String name) {
    return processes.get(name);
  }

  /** The living processes, in the order of their names. */
  public Collection<SimProcess> processes() {
    return List.copyOf(processes.values());
  }

  /**
   * Starts a process. Its program runs as its first event, and makes its roles.
   *
   * @param name unique among the living ones
   */
  public SimProcess boot(SimMachine machine, String name, Consumer<SimProcess> program) {
    Check.that(!processes.containsKey(name), "a process of this name lives: ", name);
    SimProcess process = new SimProcess(this, machine, name, ++incarnations);
    processes.put(name, process);
    traceWorld("ProcessBooted", "process", name, "incarnation", process.incarnation());
    schedule(0, process, null, () -> program.accept(process));
    return process;
  }

  /**
   * Ends a process between two instructions: nothing of it runs any more, what it had not sent is
   * not sent, and its disk forgets what was not synced.
   *
   * @param powerLost whether the computer goes down too, with all that runs on it; if not, what was
   *     appended and not synced is still there for the next process, and still not durable
   */
  public void kill(SimProcess process, boolean powerLost) {
    if (!process.isAlive() || process.isProtected()) {
      return;
    }
    end(process, powerLost);
    if (powerLost) {
      String computer = process.machine().place().computer();
      for (SimProcess other : processes()) {
        if (other.machine().place().computer().equals(computer) && other.isAlive()) {
          end(other, true);
        }
      }
    }
  }

  private void end(SimProcess process, boolean powerLost) {
    traceWorld("ProcessKilled", "process", process.name(), "powerLost", powerLost);
    if (powerLost) {
      count(POWER_LOSS);
    }
    process.markDead();
    processes.remove(process.name(), process);
    network.onDeath(process);
    process.machine().crash(powerLost);
    onDeath.accept(process);
  }

  /** An event of the world itself, such as a fault. */
  public SimHandle after(long delayNanos, Runnable action) {
    SimEvent event = schedule(delayNanos, null, null, action);
    return event::cancel;
  }

  SimEvent schedule(long delayNanos, SimProcess process, RolePorts owner, Runnable action) {
    return scheduleAt(nowNanos + delayNanos, process, owner, action);
  }

  SimEvent scheduleAt(long timeNanos, SimProcess process, RolePorts owner, Runnable action) {
    Check.that(timeNanos >= nowNanos, "an event in the past: ", timeNanos, " at ", nowNanos);
    SimEvent event = new SimEvent(queue, timeNanos, nextSequence++, process, owner, action);
    queue.add(event);
    return event;
  }

  /** Runs the next event; false when there is none. */
  public boolean step() {
    SimEvent event = queue.poll();
    while (event != null && event.isVoid()) {
      event = queue.poll();
    }
    if (event == null) {
      return false;
    }
    happen(event);
    return true;
  }

  private void happen(SimEvent event) {
    nowNanos = event.timeNanos;
    if (event.process == null) {
      eventsRun++;
      event.action.run();
    } else {
      event.process.offer(event);
    }
  }

  /** Runs until {@code timeNanos}, or until a failure, or until nothing is left. */
  public void runUntil(long timeNanos) {
    while (failure == null && !queue.isEmpty() && queue.firstTimeNanos() <= timeNanos) {
      SimEvent event = queue.poll();
      if (!event.isVoid()) {
        happen(event);
      }
    }
    if (failure == null) {
      nowNanos = Math.max(nowNanos, timeNanos);
    }
  }

  /** Runs for {@code nanos}, as {@link #runUntil}. */
  public void runFor(long nanos) {
    runUntil(nowNanos + nanos);
  }

  void countEvent() {
    eventsRun++;
  }

  SeededRandom loops() {
    return loops;
  }

  FaultPoints faultPoints() {
    return faultPoints;
  }

  /** Turns forced rare branches on or off; connections and kills are the caller's own doing. */
  public void setFaultPointsEnabled(boolean enabled) {
    faultPoints.setEnabled(enabled);
  }

  /** Lets a point in the code of roles fire once, the next time a role comes by. */
  public void forceFaultPoint(String name) {
    faultPoints.force(name);
  }

  /** How often each fault point fired. */
  public Map<String, Long> faultPointsFired() {
    return faultPoints.fired();
  }

  void setRunning(SimProcess process) {
    running = process;
  }

  SimProcess running() {
    return running;
  }

  void hitProbe(String name) {
    probes.add(name);
    probeListener.accept(name);
  }

  /** Tells {@code listener} the name of each rare path that is reached, from now on. */
  public void setProbeListener(Consumer<String> listener) {
    probeListener = listener;
  }

  /** How often each rare path was reached. */
  public Map<String, Long> probes() {
    return probes.byName();
  }

  /** Counts something that is told at the end, such as a kind of fault. */
  public void count(String what) {
    counts.add(what);
  }

  /** What was counted, by name. */
  public Map<String, Long> counts() {
    return counts.byName();
  }

  void trace(String who, String name, Object... keysAndValues) {
    trace.add(nowNanos, eventsRun, who, name, keysAndValues);
    for (int i = 0; i < traceListeners.size(); i++) {
      traceListeners.get(i).onEvent(who, name, keysAndValues);
    }
  }

  boolean isTracing() {
    return trace.isEnabled();
  }

  /** Tells something about the world itself. */
  public void traceWorld(String name, Object... keysAndValues) {
    trace("world", name, keysAndValues);
  }

  /** The last events told, oldest first. */
  public List<String> traceLines() {
    return new ArrayList<>(trace.lines());
  }

  /** Ends the run with a failure that the caller found. */
  public void fail(String who, Throwable cause) {
    if (failure == null) {
      failure = new SimFailure(who, "", nowNanos, cause);
    }
  }

  void onThrown(SimProcess process, RolePorts role, Throwable cause) {
    if (cause instanceof DiskError) {
      process.stopBecause(cause.getMessage());
      return;
    }
    String roleName = role == null ? "" : role.name();
    if (failure == null) {
      failure = new SimFailure(process.name(), roleName, nowNanos, cause);
    }
    trace(process.name(), "WorkerStopped", "role", roleName, "cause", cause.toString());
    kill(process, false);
  }
}
