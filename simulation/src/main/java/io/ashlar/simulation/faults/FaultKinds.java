package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** All kinds of faults by name: those that happen again and again, and those that just are. */
public final class FaultKinds {
  static final long MILLIS = 1_000_000;

  /** About what a recovery costs clients: to notice that it is needed, and to have done it. */
  static final long RECOVERY_NANOS = 1_500 * MILLIS;

  /** Deaths that take the power of their computer with them. */
  public static final String POWER_LOSS = SimWorld.POWER_LOSS;

  /** The name of the controller's role. */
  static final String CONTROLLER = "cluster-controller";

  /** And of the coordinators'. */
  static final String COORDINATOR = "coordinator";

  /** The names of the roles whose failure ends an epoch. */
  static final List<String> PIPELINE =
      List.of("sequencer", "commit-proxy", "read-version-proxy", "resolver", "log-server");

  /** The rare paths that recovery marks when it comes to a phase, from one epoch to the next. */
  static final List<String> RECOVERY_PHASES =
      List.of(
          "recovery.phase-LOCKING_STATE",
          "recovery.phase-LOCKING_LOGS",
          "recovery.phase-READING_METADATA",
          "recovery.phase-RECRUITING",
          "recovery.phase-RECOVERY_TRANSACTION",
          "recovery.phase-WRITING_STATE",
          "recovery.phase-ACCEPTING_COMMITS");

  /** A recovery has locked the registers, and is about to write. */
  static final String LOCKED = "quorum.locked";

  /** Somebody was elected to be the controller. */
  static final String ELECTED = "candidate.elected";

  /** The rare paths at which the controller may die. */
  static final List<String> CONTROLLER_MOMENTS =
      Stream.concat(RECOVERY_PHASES.stream(), Stream.of(LOCKED, ELECTED)).toList();

  /** How many runs in a million have a kind that is for many of them, for some, or for few. */
  static final int MANY = 600_000;

  static final int SOME = 300_000;
  static final int FEW = 150_000;

  /**
   * @param perMillion how many runs in a million have it
   */
  record Kind(int perMillion, Function<SeededRandom, Fault> maker) {}

  private FaultKinds() {}

  /** Each kind that happens, in a fixed order. */
  static Map<String, Kind> happening() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    addDeaths(kinds);
    addNetwork(kinds);
    addPartitions(kinds);
    kinds.put("pause", new Kind(SOME, PauseFault::draw));
    kinds.put("long-pause", new Kind(SOME, LongPauseFault::draw));
    kinds.put("pause-leader", new Kind(SOME, PauseLeaderFault::draw));
    kinds.put("pause-zone", new Kind(FEW, PauseZoneFault::draw));
    kinds.put("options", new Kind(SOME, OptionsFault::draw));
    kinds.put("configuration", new Kind(SOME, ConfigurationFault::draw));
    kinds.put("coordinators", new Kind(SOME, CoordinatorsFault::draw));
    kinds.put("moves", new Kind(SOME, MovesFault::draw));
    kinds.put("copies", new Kind(FEW, CopiesFault::draw));
    kinds.put("join", new Kind(SOME, JoinFault::draw));
    kinds.put("exclude", new Kind(FEW, ExcludeFault::draw));
    kinds.put("address", new Kind(FEW, AddressFault::draw));
    kinds.put("wall-clock", new Kind(SOME, WallClockFault::draw));
    kinds.put("clock-rate-change", new Kind(SOME, ClockRateFault::draw));
    kinds.put("close", new Kind(SOME, CloseFault::draw));
    kinds.put("stranger", new Kind(SOME, StrangerFault::draw));
    DiskKinds.addTo(kinds);
    return Collections.unmodifiableMap(kinds);
  }

  private static void addDeaths(Map<String, Kind> kinds) {
    kinds.put("kill", new Kind(MANY, KillFault::draw));
    kinds.put("outage", new Kind(FEW, OutageFault::draw));
    kinds.put("kill-machine", new Kind(FEW, KillMachineFault::draw));
    kinds.put("kill-zone", new Kind(FEW, KillZoneFault::draw));
    kinds.put("kill-controller", new Kind(SOME, KillControllerFault::draw));
    kinds.put("kill-coordinators", new Kind(SOME, KillCoordinatorsFault::draw));
    kinds.put("reboot-storm", new Kind(FEW, RebootStormFault::draw));
    kinds.put("recovery-storm", new Kind(SOME, RecoveryStormFault::draw));
    kinds.put("strand", new Kind(SOME, StrandFault::draw));
  }

  private static void addNetwork(Map<String, Kind> kinds) {
    kinds.put("cut", new Kind(MANY, CutFault::draw));
    kinds.put("torn-message", new Kind(SOME, TornMessageFault::draw));
    kinds.put("half-open", new Kind(SOME, HalfOpenFault::draw));
    kinds.put("refuse", new Kind(FEW, RefuseFault::draw));
    kinds.put("clog", new Kind(SOME, ClogFault::draw));
    kinds.put("burst", new Kind(SOME, BurstFault::draw));
    kinds.put("swizzle", new Kind(FEW, SwizzleFault::draw));
    kinds.put("slow", new Kind(SOME, SlowFault::draw));
  }

  private static void addPartitions(Map<String, Kind> kinds) {
    kinds.put("partition", new Kind(SOME, PartitionFault::draw));
    kinds.put("one-way", new Kind(FEW, OneWayPartitionFault::draw));
    kinds.put("minority", new Kind(FEW, MinorityFault::draw));
    kinds.put("ring", new Kind(FEW, RingFault::draw));
    kinds.put("bridge", new Kind(FEW, BridgeFault::draw));
    kinds.put("isolate", new Kind(SOME, IsolateFault::draw));
    kinds.put("leader-apart", new Kind(SOME, LeaderApartFault::draw));
    kinds.put("link", new Kind(SOME, LinkFault::draw));
    kinds.put("client-partition", new Kind(FEW, ClientPartitionFault::draw));
  }

  /** Those that happen again and again, in a fixed order. */
  public static List<String> happeningNames() {
    return List.copyOf(happening().keySet());
  }

  /** Whether it is a kind that happens again and again, rather than one that just is. */
  public static boolean happens(String name) {
    return happening().containsKey(name);
  }

  /** What may be named to have or to leave out, in a fixed order. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(happening().keySet());
    names.add(POWER_LOSS);
    names.addAll(WorldConditions.FAULTS);
    return names;
  }

  /** A draw from {@code min} to {@code max}, both positive, evenly over orders of magnitude. */
  static long spread(SeededRandom random, long min, long max) {
    int octaves = 64 - Long.numberOfLeadingZeros(max / min);
    long from = min << random.nextInt(octaves);
    return Math.min(max, from + random.nextLong(from));
  }

  /** As {@link #spread}, of milliseconds, in nanoseconds. */
  static long spreadMillis(SeededRandom random, long min, long max) {
    return spread(random, min * MILLIS, max * MILLIS);
  }

  static String oneOf(List<String> some, SeededRandom random) {
    return some.get(random.nextInt(some.size()));
  }
}
