package io.ashlar.control;

import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.host.Disk;
import io.ashlar.host.Host;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Endpoints;
import io.ashlar.simulation.world.ClockConditions;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Coordinators, and processes that have to do with them, in a simulated world with faults. */
final class CoordinatorScene {
  static final long MILLIS = 1_000_000;
  static final long SECOND = 1_000 * MILLIS;
  static final long CLIENT_ENDPOINT = 9;

  /** The most that is ever drawn, for a run that is about something else. */
  private static final long CLOCK_DRIFT_PER_MILLION_MAX = 131_072;

  /** Between two faults at most. */
  private static final long PAUSE_MAX = 700 * MILLIS;

  /** What a fault of some length lasts at most. */
  private static final long FAULT_MAX = 4 * SECOND;

  final SimWorld world;
  final CoordinatorSet set;

  /** Lives of coordinators of which it is known that they have lost nothing. */
  final List<String> founded = new ArrayList<>();

  private final CoordinatorOptions options;
  private final UnaryOperator<Disk> disks;
  private final Map<String, Membership> memberships = new TreeMap<>();
  private final SeededRandom faults;
  private final List<String> names = new ArrayList<>();
  private final Map<String, Function<Host, Role>> clients = new TreeMap<>();
  private boolean faulty;

  CoordinatorScene(long seed, int coordinators, WorldConditions conditions) {
    this(seed, coordinators, conditions, CoordinatorOptions.defaults(), disk -> disk);
  }

  /**
   * @param disks what the coordinators get for their disks
   */
  CoordinatorScene(
      long seed,
      int coordinators,
      WorldConditions conditions,
      CoordinatorOptions options,
      UnaryOperator<Disk> disks) {
    this.world = new SimWorld(seed, conditions);
    this.options = options;
    this.disks = disks;
    this.faults = world.random("faults of the scene");
    this.set = newSet("k", coordinators);
    set.coordinators().forEach(coordinator -> boot(coordinator.process()));
  }

  /** Conditions as they are drawn for a run, without forced branches: there are none here. */
  static WorldConditions drawn(long seed) {
    return WorldConditions.draw(new SeededRandom(seed).fork("conditions"))
        .with(fault -> !fault.equals(WorldConditions.FAULT_POINTS));
  }

  /** The same with clocks that run as differently as any world's. */
  static WorldConditions withWildClocks(WorldConditions some) {
    return new WorldConditions(
        some.network(),
        some.disk(),
        new ClockConditions(CLOCK_DRIFT_PER_MILLION_MAX, 0),
        some.batchDelayMaxNanos(),
        some.batchOfOnePerMillion(),
        some.readerDelayMaxNanos(),
        some.faultPoints(),
        some.traceEventsKept());
  }

  private CoordinatorSet newSet(String prefix, int count) {
    List<Address> addresses = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      addresses.add(new Address(prefix + i + ":1", Endpoints.COORDINATOR));
    }
    return new CoordinatorSet(Uid.draw(world.random("set " + prefix)), addresses);
  }

  /** Another set of coordinators, which run from now on. */
  CoordinatorSet bootSet(String prefix, int count) {
    CoordinatorSet other = newSet(prefix, count);
    other.coordinators().forEach(coordinator -> boot(coordinator.process()));
    return other;
  }

  /** A process with a role that is made anew at each boot. */
  void addClient(String name, Function<Host, Role> maker) {
    clients.put(name, maker);
    boot(name);
  }

  void boot(String name) {
    if (!names.contains(name)) {
      names.add(name);
    }
    world.boot(
        world.machine("machine of " + name),
        name,
        process -> {
          Function<Host, Role> client = clients.get(name);
          if (client != null) {
            Host host = process.host("client", CLIENT_ENDPOINT, "client");
            process.start(CLIENT_ENDPOINT, client.apply(host));
          } else {
            Coordinator coordinator =
                new Coordinator(coordinatorHost(process), options, membership(name));
            process.start(Endpoints.COORDINATOR, coordinator);
            coordinator.whenFounded(() -> founded.add(name));
          }
        });
  }

  /** From its next boot on a coordinator is told this. */
  void isMember(String process, Membership membership) {
    memberships.put(process, membership);
  }

  /** Coordinators of another set have joined the database of the first, to which that one moves. */
  private Membership membership(String process) {
    if (memberships.containsKey(process)) {
      return memberships.get(process);
    }
    boolean isOfFirst = set.coordinators().contains(new Address(process, Endpoints.COORDINATOR));
    return new Membership(set.id(), set, isOfFirst);
  }

  private Host coordinatorHost(SimProcess process) {
    Host host = process.host("coordinator", Endpoints.COORDINATOR, "coordinator");
    return new Host(
        host.clock(),
        host.timers(),
        host.network(),
        disks.apply(host.disk()),
        host.readers(),
        host.random(),
        host.trace(),
        host.probes(),
        host.faults());
  }

  void reboot(String name) {
    if (world.process(name) == null) {
      boot(name);
    }
  }

  void kill(String name, boolean powerLost) {
    SimProcess process = world.process(name);
    if (process != null) {
      world.kill(process, powerLost);
    }
  }

  void run(long nanos) {
    world.runFor(nanos);
    checkNothingThrown();
  }

  void checkNothingThrown() {
    if (world.failure() != null) {
      throw new AssertionError(world.failure().toString(), world.failure().cause());
    }
  }

  // Faults

  void beginFaults() {
    faulty = true;
    planFault();
  }

  private void planFault() {
    world.after(
        faults.nextLong(PAUSE_MAX),
        () -> {
          if (faulty) {
            happen();
            planFault();
          }
        });
  }

  private void happen() {
    String one = names.get(faults.nextInt(names.size()));
    String other = names.get(faults.nextInt(names.size()));
    SimProcess process = world.process(one);
    long nanos = faults.nextLong(1, FAULT_MAX);
    switch (faults.nextInt(9)) {
      case 0, 1 -> killFor(one, nanos);
      case 2 -> world.network().hold(one, other, nanos);
      case 3 -> world.network().slow(one, other, faults.nextLong(1, SECOND), nanos);
      case 4 -> {
        world.network().shut(one, other, nanos);
        cut(process);
      }
      case 5 -> cut(process);
      case 6 -> {
        if (process != null) {
          process.pause(nanos);
        }
      }
      case 7 -> {
        if (process != null) {
          process.machine().setClockRate();
        }
      }
      default -> isolate(one, nanos);
    }
  }

  private void killFor(String name, long nanos) {
    kill(name, faults.nextBoolean());
    world.after(nanos, () -> reboot(name));
  }

  private void cut(SimProcess process) {
    if (process != null) {
      world.network().cutOneOf(process, faults);
    }
  }

  /** Nothing gets to it or from it, but what it loses is seen by nobody. */
  private void isolate(String name, long nanos) {
    for (String other : names) {
      if (!other.equals(name)) {
        world.network().hold(name, other, nanos);
        world.network().hold(other, name, nanos);
      }
    }
  }

  /** All are there and reach each other from now on. */
  void endFaults() {
    faulty = false;
    world.network().heal();
    world.healDisks();
    names.forEach(this::reboot);
  }
}
