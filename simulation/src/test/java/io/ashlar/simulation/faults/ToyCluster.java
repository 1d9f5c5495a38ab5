package io.ashlar.simulation.faults;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.SeededRandom;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;
import io.ashlar.message.ReportCommitted;
import io.ashlar.simulation.world.Place;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Six workers in three zones, two of them on one computer, and two clients, which all send each
 * other a number every few milliseconds: what a fault does shows in what arrives.
 */
final class ToyCluster {
  static final long MILLIS = 1_000_000;
  static final long SECOND = 1_000 * MILLIS;

  /** How often each sends to each, unless a test says otherwise. */
  private static final long INTERVAL_NANOS = 20 * MILLIS;

  private static final long LARGE_MESSAGE_NANOS = 250 * MILLIS;
  private static final long RECOVERY_PHASE_NANOS = 100 * MILLIS;

  private static final long ENDPOINT = 7;
  private static final long FIRST_ROLE = 100;

  /** Workers by name, each with its place and the names of its roles. */
  private static final Map<String, Place> WORKERS = new LinkedHashMap<>();

  static final String CONTROLLER = "w1";
  static final List<String> COORDINATORS = List.of("w2", "w3", "w4");
  static final long LEASE_NANOS = 3 * SECOND / 2;
  static final List<String> CLIENTS = List.of("c1", "c2");

  static {
    WORKERS.put("w1", new Place("computer-1", "zone-a"));
    WORKERS.put("w2", new Place("computer-2", "zone-a"));
    WORKERS.put("w3", new Place("computer-3", "zone-b"));
    WORKERS.put("w4", new Place("computer-3", "zone-b"));
    WORKERS.put("w5", new Place("computer-4", "zone-b"));
    WORKERS.put("w6", new Place("computer-5", "zone-c"));
  }

  final SimWorld world;
  private final FaultDriver driver;
  private final FaultScene scene;
  private final Fault fault;
  private final long intervalNanos;
  private int occurrences;

  /** When what arrived last on a way was sent, and the longest time in which nothing arrived. */
  private final Map<String, Long> lastArrivals = new TreeMap<>();

  private final Map<String, Long> longestGaps = new TreeMap<>();
  private final Map<String, Integer> boots = new TreeMap<>();

  /** What was asked to be other at the next boot, in its order. */
  final List<String> changed = new ArrayList<>();

  ToyCluster(long seed, String kind) {
    this(seed, kind, FaultKinds.happening().get(kind).maker().apply(new SeededRandom(seed)));
  }

  ToyCluster(long seed, String kind, Fault fault) {
    this(seed, kind, fault, INTERVAL_NANOS);
  }

  /** One in which each sends to each less often: where silence is not measured closely. */
  static ToyCluster talkingEvery(long intervalNanos, long seed, String kind) {
    Fault fault = FaultKinds.happening().get(kind).maker().apply(new SeededRandom(seed));
    return new ToyCluster(seed, kind, fault, intervalNanos);
  }

  private ToyCluster(long seed, String kind, Fault fault, long intervalNanos) {
    this.fault = fault;
    this.intervalNanos = intervalNanos;
    world = new SimWorld(seed, WorldConditions.calm());
    FaultPlan plan = new FaultPlan(new LinkedHashMap<>(), 1_000, 1, 0, 100 * MILLIS);
    driver =
        new FaultDriver(
            world,
            plan,
            new FaultDriver.Cluster() {
              @Override
              public boolean isClient(String process) {
                return CLIENTS.contains(process);
              }

              @Override
              public CoordinatorSet coordinators() {
                return CoordinatorSet.NONE;
              }

              @Override
              public long leaseNanos() {
                return LEASE_NANOS;
              }

              @Override
              public void reboot(String process) {
                if (world.process(process) == null) {
                  driver.onBoot(boot(process));
                }
              }

              @Override
              public void changeOptions(String process, SeededRandom draws) {
                changed.add(process);
              }

              @Override
              public List<String> moveCoordinators(SeededRandom draws) {
                changed.add("coordinators");
                return List.of("w5", "w6");
              }

              @Override
              public String changeConfiguration(SeededRandom draws) {
                changed.add("configuration");
                return "another";
              }

              @Override
              public String changeCopies(int turn) {
                changed.add("copies");
                return "others";
              }

              @Override
              public String join() {
                changed.add("a worker more");
                return "another";
              }

              @Override
              public String exclude(SeededRandom draws) {
                changed.add("who is excluded");
                return "one";
              }

              @Override
              public boolean move(String process) {
                changed.add("address of " + process);
                return !process.equals(CONTROLLER);
              }
            });
    driver.start();
    world.setOnDeath(driver::onDeath);
    scene = driver.scene(kind, new SeededRandom(seed));
    fault.begin(scene);
    names().forEach(this::boot);
    run(SECOND);
  }

  static List<String> workers() {
    return List.copyOf(WORKERS.keySet());
  }

  static List<String> names() {
    List<String> names = new ArrayList<>(WORKERS.keySet());
    names.addAll(CLIENTS);
    return names;
  }

  private SimProcess boot(String name) {
    boots.merge(name, 1, Integer::sum);
    Place place = WORKERS.getOrDefault(name, new Place("computer of " + name, "zone of " + name));
    return world.boot(world.machine("machine of " + name, place), name, this::program);
  }

  private void program(SimProcess process) {
    process.start(ENDPOINT, new Chatter(process.host("chatter", ENDPOINT, "chatter")));
    List<String> roles = new ArrayList<>();
    if (process.name().equals(CONTROLLER)) {
      roles.add(FaultKinds.CONTROLLER);
    } else if (WORKERS.containsKey(process.name())) {
      roles.addAll(FaultKinds.PIPELINE);
    }
    if (COORDINATORS.contains(process.name())) {
      roles.add(FaultKinds.COORDINATOR);
    }
    for (int i = 0; i < roles.size(); i++) {
      process.host(roles.get(i), FIRST_ROLE + i, roles.get(i));
      process.start(FIRST_ROLE + i, new Idle());
    }
  }

  /** Lets the fault happen once, now. */
  void happen() {
    fault.happen(scene.of(++occurrences));
  }

  /** How often it told that it happened. */
  long happened() {
    return world.counts().getOrDefault(scene.kind(), 0L);
  }

  /** The lines of the trace that say what it did, oldest first. */
  List<String> told() {
    return world.traceLines().stream()
        .filter(line -> line.contains("Fault kind=" + scene.kind() + " "))
        .toList();
  }

  /** How long it goes on after it happened once, at the longest. */
  long lastsNanos() {
    return fault.lingersNanos() + SECOND;
  }

  void run(long nanos) {
    world.runFor(nanos);
    if (world.failure() != null) {
      throw new AssertionError(world.failure().toString(), world.failure().cause());
    }
  }

  /** Faults are over; what goes on ends. */
  void stop() {
    driver.stop();
  }

  /** Counts gaps from now on. */
  void observe() {
    longestGaps.clear();
    for (String from : names()) {
      for (String to : names()) {
        lastArrivals.put(from + ">" + to, world.nowNanos());
      }
    }
  }

  /** The longest time since {@link #observe} in which nothing arrived on a way. */
  long gap(String from, String to) {
    String way = from + ">" + to;
    long now = world.nowNanos() - lastArrivals.get(way);
    return Math.max(now, longestGaps.getOrDefault(way, 0L));
  }

  /** The ways on which for so long nothing arrived, by the names of the two. */
  List<String> silent(long nanos) {
    List<String> found = new ArrayList<>();
    for (String from : names()) {
      for (String to : names()) {
        if (!from.equals(to) && gap(from, to) >= nanos) {
          found.add(from + ">" + to);
        }
      }
    }
    return found;
  }

  boolean isUp(String name) {
    return world.process(name) != null;
  }

  List<String> down() {
    List<String> down = new ArrayList<>(names());
    down.removeIf(this::isUp);
    return down;
  }

  /** How often a process was booted, the first time included. */
  int boots(String name) {
    return boots.get(name);
  }

  /** A role that does nothing but be there. */
  private static final class Idle implements Role {
    @Override
    public void start() {}

    @Override
    public void onMessage(Inbound inbound) {}

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}
  }

  /** Sends to all, and notes what comes. */
  private final class Chatter implements Role {
    private final Host host;
    private long number;

    Chatter(Host host) {
      this.host = host;
    }

    @Override
    public void start() {
      number++;
      for (String to : names()) {
        if (!to.equals(host.network().self().process())) {
          host.network().send(new Address(to, ENDPOINT), message());
        }
      }
      host.timers().schedule(intervalNanos, this::start);
      long turns = RECOVERY_PHASE_NANOS / intervalNanos;
      if (host.network().self().process().equals(CONTROLLER) && number % turns == 0) {
        // As if it were elected, and recovered, again and again.
        int at = (int) (number / turns % FaultKinds.CONTROLLER_MOMENTS.size());
        host.probes().hit(FaultKinds.CONTROLLER_MOMENTS.get(at));
      }
    }

    /** Now and then a large one. */
    private Message message() {
      return number % (LARGE_MESSAGE_NANOS / intervalNanos) == 0
          ? new Refused(ErrorCode.TIMED_OUT, "x".repeat(5_000))
          : new ReportCommitted(number);
    }

    @Override
    public void onMessage(Inbound inbound) {
      String way = inbound.from().process() + ">" + host.network().self().process();
      long now = world.nowNanos();
      Long before = lastArrivals.put(way, now);
      if (before != null) {
        longestGaps.merge(way, now - before, Math::max);
      }
    }

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}
  }
}
