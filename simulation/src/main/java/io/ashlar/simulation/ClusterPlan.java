package io.ashlar.simulation;

import static java.util.stream.Collectors.joining;

import io.ashlar.client.DatabaseOptions;
import io.ashlar.control.ClusterConfiguration;
import io.ashlar.control.ControllerOptions;
import io.ashlar.control.CoordinatorOptions;
import io.ashlar.control.ElectionOptions;
import io.ashlar.control.Membership;
import io.ashlar.control.MoveOptions;
import io.ashlar.control.QuorumOptions;
import io.ashlar.core.Bytes;
import io.ashlar.core.InitialSplit;
import io.ashlar.core.Limits;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Setting;
import io.ashlar.core.Uid;
import io.ashlar.embedded.RoleSettings;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Endpoints;
import io.ashlar.message.WorkerClass;
import io.ashlar.simulation.diagnosis.Words;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What cluster a run has: drawn once, printed first.
 *
 * @param workers each a process of its own, that may be the controller
 * @param joiners workers that are there only once a fault lets them join, in that order
 * @param clients each a process of its own on a machine of its own
 * @param actors of each client for each workload: steps that go on side by side
 * @param thinkMaxNanos between two steps of an actor
 * @param throughCodec whether messages between processes go through their wire form
 * @param databaseId of the only database that its processes belong to
 * @param coordinators how many workers, the first ones, are coordinators too
 * @param coordinator their options
 * @param onRocks whether storage servers keep their data in RocksDB, in memory, which is slower
 *     here than the engine in Java; one run in four
 */
record ClusterPlan(
    List<PlannedWorker> workers,
    List<PlannedWorker> joiners,
    int clients,
    int actors,
    long thinkMaxNanos,
    boolean throughCodec,
    boolean onRocks,
    ClusterConfiguration configuration,
    Uid databaseId,
    int coordinators,
    CoordinatorOptions coordinator,
    ControllerOptions controller,
    RoleSettings roles,
    DatabaseOptions database) {
  private static final long MILLIS = 1_000_000;
  private static final int REPLICATION_MAX = 3;
  private static final int JOINERS_MAX = 2;

  /** The copies that a database has, of everything, when an operator grows and shrinks it. */
  private static final List<Integer> GROWING = List.of(1, 2, 3, 2);

  /**
   * Every other run, in the order of seeds, has at least two of each role that may have several.
   *
   * @param workloads of which every actor does one
   * @param clientsMax no more clients than that
   */
  static ClusterPlan draw(
      SeededRandom random, boolean severalOfEach, int workloads, int clientsMax) {
    int least = severalOfEach ? 2 : 1;
    int logs = random.nextInt(least, 5);
    int replication = random.nextInt(1, Math.min(logs, REPLICATION_MAX) + 1);
    int antiQuorum = replication == 3 && random.nextBoolean() ? 1 : 0;
    long window =
        random.chance(700_000) ? Limits.WINDOW_VERSIONS : random.nextLong(1_000_000, 5_000_001);
    int commitProxies = random.nextInt(least, 4);
    int readVersionProxies = random.nextInt(least, 4);
    int resolvers = random.nextInt(least, 5);
    int storages = random.nextInt(least, 5);
    SeededRandom teams = random.fork("teams");
    ClusterConfiguration configuration =
        new ClusterConfiguration(
            commitProxies,
            readVersionProxies,
            resolvers,
            logs,
            storages,
            replication,
            antiQuorum,
            storageReplication(teams, Math.min(replication, storages)),
            shards(teams, storages),
            window);
    int machines = random.nextInt(Math.max(replication, 2), 6);
    List<PlannedWorker> workers =
        withClasses(
            random.fork("classes"),
            workers(random.fork("places"), machines, replication),
            configuration);
    SeededRandom election = random.fork("election");
    int coordinators = coordinators(election, machines);
    // How long a lease takes, for all that has to do with it, of the usual time.
    int percent = election.nextBoolean() ? 100 : election.nextInt(20, 100);
    ElectionDraws draws = new ElectionDraws(election, percent);
    ControllerOptions controller =
        controller(
            random.fork("controller"),
            machines,
            split(random.fork("split")),
            draws.election(),
            draws.quorum());
    int clients = Math.min(clientsMax, random.nextInt(3, 6));
    int actors = random.nextInt(2, 5);
    // So that all actors together begin about that many steps a second when nothing holds them up.
    int stepsPerSecond = random.nextInt(60, 200);
    return new ClusterPlan(
        workers,
        joiners(random.fork("joiners"), machines),
        clients,
        actors,
        2_000 * MILLIS * clients * actors * workloads / stepsPerSecond,
        random.nextBoolean(),
        random.fork("engine").chance(250_000),
        configuration,
        Uid.draw(random.fork("database id")),
        coordinators,
        draws.coordinator(),
        controller,
        new HostileOptions(random.fork("roles"), HostileOptions.drawIdLifetime(random.fork("ids")))
            .draw(),
        database(random.fork("database")));
  }

  /**
   * What an operator may ask for: some settings or all, as a rule such that go together and that
   * the zones are enough for.
   */
  Map<Setting, Integer> drawChange(SeededRandom random) {
    int zones = zones(workers, WorkerClass.LOG);
    int logs = random.nextInt(1, 5);
    int most = random.chance(800_000) ? Math.min(zones, logs) : logs;
    int replication = random.nextInt(1, Math.min(most, REPLICATION_MAX) + 1);
    Map<Setting, Integer> change = new EnumMap<>(Setting.class);
    change.put(Setting.COMMIT_PROXIES, random.nextInt(1, 4));
    change.put(Setting.READ_VERSION_PROXIES, random.nextInt(1, 4));
    change.put(Setting.RESOLVERS, random.nextInt(1, 5));
    change.put(Setting.LOGS, logs);
    change.put(Setting.REPLICATION, replication);
    boolean spare = replication == REPLICATION_MAX && random.nextBoolean();
    change.put(Setting.ANTI_QUORUM, spare ? 1 : 0);
    change.put(Setting.STORAGE_REPLICATION, random.nextInt(1, REPLICATION_MAX + 1));
    if (random.chance(300_000)) {
      // The others stay as they are, whatever comes of it.
      change.keySet().removeIf(setting -> random.nextBoolean());
    }
    return change;
  }

  /**
   * What an operator asks for that wants so many copies of everything: of the log as many as there
   * are zones for.
   *
   * @param turn 0 or more: one copy, two, three, two and so on
   */
  Map<Setting, Integer> copies(int turn) {
    int copies = GROWING.get(turn % GROWING.size());
    int ofLog = Math.min(copies, zones(workers, WorkerClass.LOG));
    Map<Setting, Integer> change = new EnumMap<>(Setting.class);
    change.put(Setting.LOGS, Math.max(ofLog, configuration.logs()));
    change.put(Setting.REPLICATION, ofLog);
    change.put(Setting.ANTI_QUORUM, 0);
    change.put(Setting.STORAGE_REPLICATION, copies);
    return change;
  }

  /** As a rule as many replicas as the log has. */
  private static int storageReplication(SeededRandom random, int most) {
    return random.chance(750_000) ? most : random.nextInt(1, most + 1);
  }

  /** As a rule few: each is another place at which reads and clears are cut. */
  private static int shards(SeededRandom random, int storages) {
    return random.chance(150_000) ? InitialSplit.SHARDS_MAX : random.nextInt(storages, 17);
  }

  /** How many workers, the first ones, can ever be coordinators: one more, if there is one. */
  int coordinatorsEver() {
    return Math.min(workers.size(), coordinators + 1);
  }

  /** What was drawn, for people: a line for each concern. */
  List<String> describe() {
    List<String> unusual = new ArrayList<>();
    unusual.addAll(Words.differences("", roles, RoleSettings.defaults()));
    unusual.addAll(Words.differences("coordinators: ", coordinator, CoordinatorOptions.defaults()));
    unusual.addAll(Words.differences("controller: ", controller, ControllerOptions.defaults()));
    unusual.addAll(Words.differences("clients: ", database, DatabaseOptions.defaults()));
    return List.of(
        "workers: " + workers.stream().map(PlannedWorker::toString).collect(joining(", ")),
        "may join: " + joiners.stream().map(PlannedWorker::toString).collect(joining(", ")),
        "messages: " + (throughCodec ? "through their wire form" : "by reference"),
        "storage engine: " + (onRocks ? "RocksDB, in memory" : "the one in Java"),
        "configuration: " + Words.of(configuration),
        Words.count(coordinators, "coordinator") + ": the first workers",
        "options: " + (unusual.isEmpty() ? "all as usual" : String.join("; ", unusual)));
  }

  /**
   * In half of the runs each worker is in a zone of its own, in the others some share one, and some
   * of these a computer.
   */
  private static List<PlannedWorker> workers(SeededRandom random, int count, int zonesMin) {
    int zones = random.nextBoolean() ? count : random.nextInt(zonesMin, count + 1);
    List<PlannedWorker> workers = new ArrayList<>();
    int computers = 0;
    for (int i = 0; i < count; i++) {
      int zone = i < zones ? i : random.nextInt(zones);
      PlannedWorker beside = null;
      for (PlannedWorker other : workers) {
        boolean isShared = i >= zones && random.nextBoolean();
        if (isShared && other.isInZone(zone)) {
          beside = other;
        }
      }
      workers.add(
          beside == null
              ? PlannedWorker.alone(++computers, zone)
              : PlannedWorker.beside(beside, workers));
    }
    return workers;
  }

  /** In zones of their own or in those of others, one in three for some roles alone. */
  private static List<PlannedWorker> joiners(SeededRandom random, int machines) {
    List<PlannedWorker> joiners = new ArrayList<>();
    int count = random.nextInt(1, JOINERS_MAX + 1);
    for (int i = 0; i < count; i++) {
      int zone = random.nextInt(machines + 1);
      PlannedWorker joiner = PlannedWorker.alone(machines + 1 + i, zone);
      WorkerClass[] classes = WorkerClass.values();
      WorkerClass one = classes[random.nextInt(classes.length)];
      joiners.add(random.chance(333_000) ? joiner.ofClass(one) : joiner);
    }
    return joiners;
  }

  /**
   * In one run of three workers are for some roles alone, if those that then may have a role are
   * enough for it.
   */
  private static List<PlannedWorker> withClasses(
      SeededRandom random, List<PlannedWorker> workers, ClusterConfiguration configuration) {
    if (!random.chance(333_000)) {
      return workers;
    }
    WorkerClass[] classes = WorkerClass.values();
    List<PlannedWorker> drawn = new ArrayList<>();
    for (PlannedWorker worker : workers) {
      drawn.add(worker.ofClass(classes[random.nextInt(classes.length)]));
    }
    boolean isEnough =
        zones(drawn, WorkerClass.LOG) >= configuration.replication()
            && zones(drawn, WorkerClass.STORAGE) >= configuration.storageReplication()
            && drawn.stream().anyMatch(worker -> worker.workerClass() != WorkerClass.STORAGE);
    return isEnough ? drawn : workers;
  }

  /** The zones of workers of a class, or for any role. */
  private static int zones(List<PlannedWorker> workers, WorkerClass one) {
    return (int)
        workers.stream()
            .filter(
                worker -> worker.workerClass() == WorkerClass.ANY || worker.workerClass() == one)
            .map(worker -> worker.place().zone())
            .distinct()
            .count();
  }

  /** The coordinators, for as long as the run lasts. */
  CoordinatorSet coordinatorSet() {
    return CoordinatorSet.first(
        databaseId,
        workers.stream()
            .limit(coordinators)
            .map(worker -> new Address(worker.process(), Endpoints.COORDINATOR))
            .toList());
  }

  /** What each worker knows when it boots. They are all there when the database is created. */
  Membership membership() {
    return new Membership(databaseId, coordinatorSet(), true);
  }

  /** Where the shards of a new database begin, but for the first. */
  List<Bytes> shardBegins() {
    List<Bytes> keys = controller.splitAtCreation();
    if (!keys.isEmpty()) {
      return keys;
    }
    return InitialSplit.begins(configuration.shards()).subList(1, configuration.shards());
  }

  /** What clients do that have workloads, for people. */
  String describeClients() {
    return "clients: "
        + Words.count(clients, "client")
        + " with "
        + Words.count(actors, "actor")
        + " for each workload, each thinking up to "
        + Words.duration(thinkMaxNanos)
        + " between two steps";
  }

  /** How many of each there are, by name. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    counts.put(SimResult.CLIENTS, (long) clients);
    counts.put(SimResult.WORKERS, (long) workers.size());
    counts.put("commitProxies", (long) configuration.commitProxies());
    counts.put("readVersionProxies", (long) configuration.readVersionProxies());
    counts.put("coordinators", (long) coordinators);
    counts.put("resolvers", (long) configuration.resolvers());
    counts.put("logServers", (long) configuration.logs());
    counts.put("storageServers", (long) configuration.storages());
    counts.put("storageReplicas", (long) configuration.storageReplication());
    counts.put("shards", (long) configuration.shards());
    counts.put(SimResult.ON_ROCKS, onRocks ? 1L : 0L);
    return counts;
  }

  /**
   * An odd number as a rule: with an even one no more of them may fail than with one less. In half
   * of the runs two workers are none, if there are so many.
   */
  private static int coordinators(SeededRandom random, int machines) {
    boolean few = random.fork("few coordinators").nextBoolean();
    int most =
        Math.min(few ? Math.max(1, machines - 2) : machines, CoordinatorSet.COORDINATORS_MAX);
    int count = random.nextInt(1, most + 1);
    return count % 2 == 0 && random.nextBoolean() ? count - 1 : count;
  }

  /** Others for the same cluster. */
  RoleSettings drawRoles(SeededRandom random) {
    return new HostileOptions(random, idLifetimeVersions()).draw();
  }

  /** How long idempotency ids are kept, everywhere and in the whole run. */
  long idLifetimeVersions() {
    return roles.commitProxy().idLifetimeVersions();
  }

  /** Others for the same cluster. */
  ControllerOptions drawController(SeededRandom random) {
    return controller(
        random,
        workers.size(),
        controller.splitAtCreation(),
        controller.election(),
        controller.quorum());
  }

  private static ControllerOptions controller(
      SeededRandom random,
      int machines,
      List<Bytes> splitKeys,
      ElectionOptions election,
      QuorumOptions quorum) {
    ControllerOptions normal = ControllerOptions.defaults();
    return new ControllerOptions(
        normal.pingIntervalNanos(),
        random.chance(250_000) ? random.nextLong(500, 3_000) * MILLIS : normal.silenceNanos(),
        random.fork("grace").nextLong(200, 10_000) * MILLIS,
        random.chance(250_000) ? random.nextLong(20, 500) * MILLIS : normal.retryNanos(),
        random.chance(250_000) ? random.nextLong(1_000, 5_000) * MILLIS : normal.recruitNanos(),
        normal.viewPollNanos(),
        random.chance(250_000) ? random.nextLong(50, 2_000) * MILLIS : normal.drainNanos(),
        random.chance(250_000) ? random.nextLong(1_000, 5_000) * MILLIS : normal.patienceNanos(),
        random.chance(250_000) ? random.nextInt(1, 4) : normal.pollsMax(),
        machines,
        splitKeys,
        election,
        quorum,
        moves(random.fork("moves")));
  }

  /** Seldom: the keys of most workloads begin alike, and then all are in one of these shards. */
  private static List<Bytes> split(SeededRandom random) {
    List<Bytes> keys = new ArrayList<>();
    int shards = random.chance(100_000) ? random.nextInt(1, 12) : 0;
    for (int i = 1; i <= shards; i++) {
      keys.add(Bytes.of(Math.min(0xfe, i * (0xff / shards)), random.nextInt(256)));
    }
    return keys;
  }

  private static MoveOptions moves(SeededRandom random) {
    MoveOptions normal = MoveOptions.defaults();
    return new MoveOptions(
        random.chance(250_000) ? random.nextLong(20, 500) * MILLIS : normal.stepNanos(),
        random.chance(500_000) ? random.nextLong(1_000, 10_000) * MILLIS : normal.idleNanos(),
        random.chance(250_000) ? random.nextInt(3, 32) : normal.movingMax(),
        random.chance(250_000) ? random.nextLong(2_000, 20_000) * MILLIS : normal.lostNanos());
  }

  private static DatabaseOptions database(SeededRandom random) {
    DatabaseOptions options = DatabaseOptions.defaults();
    if (random.chance(300_000)) {
      options = options.withLocationsMax(random.nextInt(1, 4));
    }
    if (random.chance(300_000)) {
      // More than storage servers wait for a version, or a read of one that never comes never ends.
      options = options.withRequestTimeoutMillis(random.nextLong(1_500, 5_000));
    }
    if (random.chance(200_000)) {
      options = options.withTransactionTimeoutMillis(random.nextLong(500, 20_000));
    }
    return options;
  }
}
