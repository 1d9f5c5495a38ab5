package io.ashlar.simulation.world;

import io.ashlar.core.Check;
import io.ashlar.core.SeededRandom;
import io.ashlar.host.Clock;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Loop;
import io.ashlar.host.Role;
import io.ashlar.host.RoleHosts;
import io.ashlar.message.Address;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A process with one loop: its events run one by one, and after some of them, by draw, the batch
 * ends. It lives once; a reboot is a new process of the same name on the same machine.
 */
public final class SimProcess implements RoleHosts, Loop {
  private final SimWorld world;
  private final SimMachine machine;
  private final String name;
  private final int incarnation;
  private final SeededRandom random;
  private final Map<Long, RolePorts> rolesByEndpoint = new TreeMap<>();

  /** The same, only looked up in: that is done for each message. */
  private final Map<Long, RolePorts> found = new HashMap<>();

  private final Map<Long, RolePorts> unstarted = new TreeMap<>();

  /** How many hosts were made for each name at its endpoint. */
  private final Map<String, Integer> hosts = new HashMap<>();

  private List<RolePorts> touched = new ArrayList<>();

  /** Holds the roles of a batch while it ends; empty otherwise. */
  private List<RolePorts> ending = new ArrayList<>();

  private final ArrayDeque<SimEvent> backlog = new ArrayDeque<>();
  private final ProcessConnections connections = new ProcessConnections();

  private final Runnable batchEnd = this::endBatch;

  /** What the clock that the users' code reads shows more than that of the machine. */
  private final long usersOriginNanos;

  private boolean alive = true;
  private boolean batchEndScheduled;
  private boolean inUserCode;
  private boolean isProtected;
  private long pausedUntilNanos;
  private long eventsRun;
  private long killAfterEvents = -1;
  private boolean killLosesPower;

  /** When it comes earlier; null for never. */
  private BooleanSupplier killMoment;

  SimProcess(SimWorld world, SimMachine machine, String name, int incarnation) {
    this.world = world;
    this.machine = machine;
    this.name = name;
    this.incarnation = incarnation;
    this.random = world.random("process " + name + " " + incarnation);
    this.usersOriginNanos = random.fork("users' origin").nextLong(-(1L << 50), 1L << 50);
  }

  public SimWorld world() {
    return world;
  }

  public SimMachine machine() {
    return machine;
  }

  public String name() {
    return name;
  }

  /** Counts the boots of the whole world. */
  public int incarnation() {
    return incarnation;
  }

  public boolean isAlive() {
    return alive;
  }

  /** A stream of draws of this process, for what is no role. */
  public SeededRandom random(String concern) {
    return random.fork(concern);
  }

  /** Events this process has run. */
  public long eventsRun() {
    return eventsRun;
  }

  /** The names of the roles that run here, in the order of their endpoints. */
  public List<String> roleNames() {
    return rolesByEndpoint.values().stream().map(RolePorts::name).toList();
  }

  /** The endpoints of the roles that run here, in order. */
  public List<Long> endpoints() {
    return List.copyOf(rolesByEndpoint.keySet());
  }

  /** Where the roles of that name that run here are, in the order of their endpoints. */
  public List<Address> addressesOf(String roleName) {
    return rolesByEndpoint.entrySet().stream()
        .filter(role -> role.getValue().name().equals(roleName))
        .map(role -> new Address(name, role.getKey()))
        .toList();
  }

  /** The role at an endpoint, or null: for checks of a whole run, never for another role. */
  public Role role(long endpoint) {
    RolePorts ports = rolesByEndpoint.get(endpoint);
    return ports == null ? null : ports.role();
  }

  /** What the monotonic clock of its machine shows. */
  public long nowNanos() {
    return machine.clock().nowNanos();
  }

  /**
   * What {@link #nowNanos} is for the code of users: it goes on as that does, but from an origin of
   * its own, as {@code System.nanoTime} has another one than an event loop that counts from its
   * start. Who compares the two is wrong here as well.
   */
  public long usersNowNanos() {
    return nowNanos() + usersOriginNanos;
  }

  Clock clock() {
    return machine.clock();
  }

  ProcessConnections connections() {
    return connections;
  }

  void markDead() {
    alive = false;
    backlog.clear();
    touched.clear();
  }

  /** Kills it right after that many more of its events, before their batch has ended. */
  public void killAfterEvents(long events, boolean powerLost) {
    killAfterEvents = eventsRun + events;
    killLosesPower = powerLost;
    killMoment = null;
  }

  /**
   * As {@link #killAfterEvents}, or before, after the first of its events at whose end it is so.
   *
   * @param moment looks at the process alone, and changes nothing
   */
  public void killOnce(BooleanSupplier moment, long eventsMax, boolean powerLost) {
    killAfterEvents(eventsMax, powerLost);
    killMoment = moment;
  }

  /** Takes {@link #killAfterEvents} back. */
  public void spare() {
    killAfterEvents = -1;
  }

  /**
   * Something beside the loop has failed: the worker stops at once, as its host would have it, and
   * nobody is wrong.
   */
  public void stopBecause(String why) {
    if (alive) {
      world.trace(name, "WorkerStopped", "role", "", "cause", why);
      world.kill(this, false);
    }
  }

  /** Stops handling events for a while, as a long collection of garbage would. */
  public void pause(long nanos) {
    if (isProtected) {
      return;
    }
    long until = world.nowNanos() + nanos;
    if (until > pausedUntilNanos) {
      boolean running = pausedUntilNanos <= world.nowNanos();
      pausedUntilNanos = until;
      world.traceWorld("ProcessPaused", "process", name, "nanos", nanos);
      if (running) {
        world.scheduleAt(until, null, null, this::resume);
      }
    }
  }

  private void resume() {
    if (!alive) {
      return;
    }
    if (pausedUntilNanos > world.nowNanos()) {
      world.scheduleAt(pausedUntilNanos, null, null, this::resume);
      return;
    }
    while (alive && pausedUntilNanos <= world.nowNanos() && !backlog.isEmpty()) {
      SimEvent event = backlog.poll();
      if (!event.isVoid()) {
        run(event);
      }
    }
  }

  void offer(SimEvent event) {
    if (pausedUntilNanos > world.nowNanos() || !backlog.isEmpty()) {
      backlog.add(event);
    } else {
      run(event);
    }
  }

  private void run(SimEvent event) {
    world.countEvent();
    eventsRun++;
    world.setRunning(this);
    try {
      event.action.run();
    } catch (VirtualMachineError e) {
      if (!(e instanceof StackOverflowError)) {
        throw e;
      }
      world.onThrown(this, event.owner, e);
    } catch (Throwable e) {
      // Whatever a role throws stops its worker, and the run with it: the report has the cause.
      world.onThrown(this, event.owner, e);
    } finally {
      world.setRunning(null);
      inUserCode = false;
    }
    if (killAfterEvents >= 0
        && (eventsRun >= killAfterEvents || (killMoment != null && killMoment.getAsBoolean()))) {
      killAfterEvents = -1;
      world.kill(this, killLosesPower);
    }
    if (alive) {
      if (event.owner != null) {
        touch(event.owner);
      }
      drawBatchEnd();
    }
  }

  /** The role is part of this batch: it will hear of its end. */
  void touch(RolePorts ports) {
    if (!ports.isTouched() && ports.isStarted() && !ports.isStopped()) {
      ports.setTouched(true);
      touched.add(ports);
    }
  }

  private void drawBatchEnd() {
    if (touched.isEmpty() || batchEndScheduled) {
      return;
    }
    batchEndScheduled = true;
    SeededRandom draw = world.loops();
    if (draw.chance(world.conditions().batchOfOnePerMillion())) {
      endBatch();
      return;
    }
    long delayMax = world.conditions().batchDelayMaxNanos();
    world.schedule(draw.nextLong(delayMax + 1), this, null, batchEnd);
  }

  private void endBatch() {
    batchEndScheduled = false;
    List<RolePorts> batch = touched;
    touched = ending;
    ending = batch;
    world.setRunning(this);
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).setTouched(false);
    }
    for (int i = 0; i < batch.size(); i++) {
      RolePorts ports = batch.get(i);
      if (alive && !ports.isStopped()) {
        try {
          ports.role().onBatchEnd();
        } catch (RuntimeException | Error e) {
          if (e instanceof VirtualMachineError && !(e instanceof StackOverflowError)) {
            throw e;
          }
          world.onThrown(this, ports, e);
        }
      }
    }
    batch.clear();
    world.setRunning(null);
  }

  @Override
  public Host host(String roleName, long endpoint, String folder) {
    String place = roleName + " " + endpoint;
    int before = hosts.merge(place, 1, Integer::sum) - 1;
    // One that comes after another must not draw the same ids once more.
    SeededRandom draws = random.fork(before == 0 ? place : place + " " + before);
    RolePorts ports = new RolePorts(this, roleName, endpoint, draws);
    unstarted.put(endpoint, ports);
    return new Host(
        clock(),
        ports,
        ports,
        machine.disk().view(this, ports, folder),
        ports,
        ports.random(),
        ports,
        world::hitProbe,
        world.faultPoints()::at);
  }

  @Override
  public void start(long endpoint, Role role) {
    RolePorts ports = unstarted.remove(endpoint);
    Check.that(ports != null, "start without a host at endpoint ", endpoint);
    Check.that(!rolesByEndpoint.containsKey(endpoint), "a role is at endpoint ", endpoint);
    ports.start(role);
    rolesByEndpoint.put(endpoint, ports);
    found.put(endpoint, ports);
    world.trace(name, "RoleStarted", "role", ports.name(), "endpoint", Long.toHexString(endpoint));
    role.start();
    touch(ports);
  }

  @Override
  public void stop(long endpoint) {
    RolePorts ports = rolesByEndpoint.remove(endpoint);
    found.remove(endpoint);
    Check.that(ports != null, "no role runs at endpoint ", endpoint);
    world.trace(name, "RoleStopped", "role", ports.name(), "endpoint", Long.toHexString(endpoint));
    ports.role().stop();
    ports.markStopped();
  }

  /** Hands a message to its role; false when no role is at that endpoint. */
  boolean dispatch(long endpoint, Inbound inbound) {
    RolePorts ports = found.get(endpoint);
    if (ports == null) {
      return false;
    }
    touch(ports);
    ports.role().onMessage(inbound);
    return true;
  }

  @Override
  public void execute(Runnable task) {
    if (!alive) {
      return;
    }
    world.schedule(0, this, null, () -> runForAll(task));
  }

  @Override
  public boolean isCurrent() {
    return world.running() == this && !inUserCode;
  }

  /**
   * Runs tasks on this loop in the order they come, each as a later event after a drawn delay: how
   * the completions of something beside the loop arrive.
   */
  public Executor laterInOrder(String concern, LongSupplier delayMaxNanos) {
    SeededRandom draw = random.fork(concern);
    long[] lastNanos = new long[1];
    return task -> {
      if (alive) {
        long at = world.nowNanos() + draw.nextLong(delayMaxNanos.getAsLong());
        lastNanos[0] = Math.max(lastNanos[0], at);
        world.scheduleAt(lastNanos[0], this, null, () -> runForAll(task));
      }
    };
  }

  private void runForAll(Runnable task) {
    for (RolePorts ports : rolesByEndpoint.values()) {
      touch(ports);
    }
    task.run();
  }

  /** Runs what belongs to the users of a client, never as a part of its loop. */
  public Executor userExecutor() {
    return task -> {
      if (alive) {
        world.schedule(
            0,
            this,
            null,
            () -> {
              inUserCode = true;
              task.run();
            });
      }
    };
  }

  /**
   * Runs what belongs to the users of a client when the clock of the machine has gone on by so
   * much, as {@link #userExecutor} would.
   */
  public SimHandle afterAsUser(long delayNanos, Runnable task) {
    SimEvent event =
        world.schedule(
            machine.clock().trueNanos(delayNanos),
            this,
            null,
            () -> {
              inUserCode = true;
              task.run();
            });
    return event::cancel;
  }

  /** Faults neither kill it nor make it pause: a run is led from it. */
  public void protect() {
    isProtected = true;
  }

  /** Whether it neither dies nor stops. */
  public boolean isProtected() {
    return isProtected;
  }

  @Override
  public String toString() {
    return name + "#" + incarnation;
  }
}
