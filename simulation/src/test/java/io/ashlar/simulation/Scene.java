package io.ashlar.simulation;

import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.control.ClusterConfiguration;
import io.ashlar.control.ControllerOptions;
import io.ashlar.control.CoordinatorOptions;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Setting;
import io.ashlar.core.Uid;
import io.ashlar.embedded.ClusterInspection;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.RoleSettings;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Message;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import io.ashlar.proxy.CommitProxyOptions;
import io.ashlar.simulation.workload.SimClient;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimMachine;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A small cluster with one client in a calm world, to which a test does things by hand. */
final class Scene implements AutoCloseable {
  static final long SECOND = ClusterRun.SECOND;
  private static final long MILLIS = SECOND / 1_000;

  /** More than everything may take when nothing is held up. */
  private static final long PATIENCE_NANOS = 60 * SECOND;

  private static final long STRANGER = 9;

  final SimWorld world;
  private final List<PlannedWorker> workers = new ArrayList<>();
  private final ClusterPlan plan;
  private int looks;
  private final SimCluster cluster;
  private final SimClients clients;
  private final List<String> told = new ArrayList<>();

  /**
   * Booted, with a database that takes commits.
   *
   * @param machines one worker each, the first with the controller
   * @param logs log servers
   * @param replication of each tag
   * @param storages storage servers, dealt over the machines
   */
  Scene(long seed, int machines, int logs, int replication, int storages) {
    this(seed, machines, logs, replication, 0, storages);
  }

  /**
   * @param antiQuorum log servers that a commit need not wait for
   */
  Scene(long seed, int machines, int logs, int replication, int antiQuorum, int storages) {
    this(seed, anyRole(machines), logs, replication, antiQuorum, storages);
  }

  /** On machines whose workers need not be for any role. */
  Scene(
      long seed,
      List<PlannedWorker> machines,
      int logs,
      int replication,
      int antiQuorum,
      int storages) {
    this(
        seed,
        machines,
        new ClusterConfiguration(
            1, 1, 1, logs, storages, replication, antiQuorum, Limits.WINDOW_VERSIONS),
        1,
        RoleSettings.defaults().commitProxy());
  }

  /**
   * @param coordinators how many machines, the first ones, have a coordinator
   */
  Scene(
      long seed,
      List<PlannedWorker> machines,
      ClusterConfiguration configuration,
      int coordinators,
      CommitProxyOptions commitProxy) {
    workers.addAll(machines);
    world = new SimWorld(seed, WorldConditions.calm());
    RoleSettings hostile =
        new HostileOptions(new SeededRandom(seed).fork("roles"), 60_000_000).draw();
    RoleSettings normal = RoleSettings.defaults();
    plan =
        new ClusterPlan(
            workers,
            List.of(),
            1,
            1,
            SECOND,
            false,
            false,
            configuration,
            new Uid(seed, 1),
            coordinators,
            CoordinatorOptions.defaults(),
            ControllerOptions.defaults().withWorkersAtCreation(machines.size()),
            new RoleSettings(
                normal.sequencer(),
                normal.readVersionProxy(),
                commitProxy,
                normal.resolver(),
                // With segments that are not larger than memory here can hold.
                hostile.logServer(),
                normal.storageServer()),
            DatabaseOptions.defaults().withIdempotent(true));
    cluster = new SimCluster(world, plan);
    clients = new SimClients(world, plan, List.of(), 0);
    world.setOnDeath(clients::onDeath);
    world.addTraceListener(
        (who, name, keysAndValues) ->
            told.add(who + " " + name + " " + java.util.Arrays.toString(keysAndValues)));
    for (int i = 0; i < machines.size(); i++) {
      boot(i);
    }
    clients.boot(SimClients.processName(0));
    run(SECOND);
    set("the first key", "value");
  }

  static List<PlannedWorker> anyRole(int machines) {
    List<PlannedWorker> workers = new ArrayList<>();
    for (int i = 0; i < machines; i++) {
      workers.add(PlannedWorker.alone(i + 1, i));
    }
    return workers;
  }

  @Override
  public void close() {
    cluster.giveBack();
  }

  SimMachine machine(int number) {
    return cluster.machine(workers.get(number));
  }

  SimDisk disk(int number) {
    return machine(number).disk();
  }

  SimProcess process(int number) {
    return world.process(workers.get(number).process());
  }

  /** Lets time pass; fails when a role has broken. */
  void run(long nanos) {
    world.runFor(nanos);
    if (world.failure() != null) {
      throw new AssertionError(world.failure().toString());
    }
  }

  /** Lets time pass until a role has broken, and gives what it threw, or null. */
  Throwable runUntilBroken(long nanos) {
    world.runFor(nanos);
    return world.failure() == null ? null : world.failure().cause();
  }

  void kill(int number, boolean powerLost) {
    world.kill(process(number), powerLost);
  }

  void pause(int number, long nanos) {
    process(number).pause(nanos);
  }

  void boot(int number) {
    cluster.boot(workers.get(number).process());
  }

  void reboot(int number) {
    kill(number, false);
    boot(number);
  }

  /** The machines with a file whose name begins so, in their order. */
  List<Integer> machinesWith(String prefix) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < workers.size(); i++) {
      if (disk(i).names().stream().anyMatch(name -> name.startsWith(prefix))) {
        found.add(i);
      }
    }
    return found;
  }

  /** The machines on which a role of that name runs. */
  List<Integer> machinesWithRole(String role) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < workers.size(); i++) {
      if (process(i) != null && process(i).roleNames().contains(role)) {
        found.add(i);
      }
    }
    return found;
  }

  /** What has been told with that name, each as one line. */
  List<String> told(String name) {
    return told.stream().filter(line -> line.contains(" " + name + " ")).toList();
  }

  /** Lets time pass until something of that name is told once more. */
  void runUntilTold(String name) {
    int before = told(name).size();
    long deadline = world.nowNanos() + PATIENCE_NANOS;
    while (told(name).size() == before) {
      if (world.nowNanos() > deadline) {
        throw new AssertionError("nothing tells " + name);
      }
      run(MILLIS);
    }
  }

  /** Lets time pass until the controller says that no shard moves, nor is to move. */
  void runUntilMoved() {
    long deadline = world.nowNanos() + 10 * PATIENCE_NANOS;
    run(SECOND);
    while (!isAtRest(look().controller().status())) {
      if (world.nowNanos() > deadline) {
        throw new AssertionError("shards move for ever: " + look().controller());
      }
    }
  }

  private static boolean isAtRest(RoleStatus controller) {
    return controller != null
        && controller.fields().contains(new StatusField("ranges-to-move", "0"))
        && controller.fields().contains(new StatusField("ranges-moving", "0"));
  }

  /** Sends a message to each coordinator, from a process that has nothing else to do. */
  void tellCoordinators(Function<CoordinatorSet, Message> message) {
    CoordinatorSet set = cluster.coordinators();
    world.boot(
        world.machine("machine of a stranger"),
        "stranger",
        process -> {
          Host host = process.host("stranger", STRANGER, "");
          process.start(
              STRANGER,
              new Role() {
                @Override
                public void start() {
                  set.coordinators().forEach(to -> host.network().send(to, message.apply(set)));
                }

                @Override
                public void onMessage(Inbound inbound) {}

                @Override
                public void onBatchEnd() {}

                @Override
                public void stop() {}
              });
        });
  }

  /** Sets a key in a transaction of its own, however often that takes. */
  void set(String key, String value) {
    await(
        database ->
            database.runAsync(
                transaction -> {
                  transaction.options().setTimeout(0);
                  transaction.set(bytes(key), bytes(value));
                  return CompletableFuture.completedFuture(null);
                }));
  }

  /** Sets a key of the system in a transaction, however often that takes. */
  void set(Bytes key, Bytes value) {
    await(
        database ->
            database.runAsync(
                transaction -> {
                  transaction.options().setAccessSystemKeys();
                  transaction.set(key.toArray(), value.toArray());
                  return CompletableFuture.completedFuture(null);
                }));
  }

  /** Excludes the worker of a machine. */
  void exclude(int number) {
    String process = workers.get(number).process();
    for (String worker : look().controller().fields("worker")) {
      String[] words = worker.split(" ");
      if (words[1].equals(process)) {
        set(Keys.excluded(Uid.parse(words[0])), Bytes.utf8(process));
        return;
      }
    }
    throw new AssertionError("no worker is at " + process);
  }

  /** Nobody is excluded any more. */
  void includeAll() {
    await(
        database ->
            database.runAsync(
                transaction -> {
                  transaction.options().setAccessSystemKeys();
                  Bytes prefix = Keys.EXCLUDED_PREFIX;
                  transaction.clear(prefix.toArray(), Keys.afterPrefix(prefix).toArray());
                  return CompletableFuture.completedFuture(null);
                }));
  }

  /** Changes settings in a transaction, however often that takes. */
  void configure(Map<Setting, Integer> settings) {
    await(
        database ->
            database.runAsync(
                transaction -> {
                  transaction.options().setAccessSystemKeys();
                  settings.forEach(
                      (setting, value) ->
                          transaction.set(
                              setting.key().toArray(), setting.encode(value).toArray()));
                  return CompletableFuture.completedFuture(null);
                }));
  }

  /** The value of a key, or null. */
  String get(String key) {
    return get(Bytes.utf8(key));
  }

  /** The value of a key, the system's too, or null. */
  String get(Bytes key) {
    byte[] value =
        await(
            database ->
                database.readAsync(
                    transaction -> {
                      transaction.options().setTimeout(0);
                      transaction.options().setReadSystemKeys();
                      return transaction.get(key.toArray());
                    }));
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  /** Begins something at the client. */
  <T> CompletableFuture<T> begin(Function<Database, CompletableFuture<T>> operation) {
    SimClient client = clients.any();
    CompletableFuture<T> result = new CompletableFuture<>();
    client
        .surroundings()
        .executor()
        .execute(
            () ->
                operation
                    .apply(client.database())
                    .whenComplete(
                        (value, thrown) -> {
                          if (thrown == null) {
                            result.complete(value);
                          } else {
                            result.completeExceptionally(thrown);
                          }
                        }));
    return result;
  }

  private <T> T await(Function<Database, CompletableFuture<T>> operation) {
    CompletableFuture<T> result = begin(operation);
    long deadline = world.nowNanos() + PATIENCE_NANOS;
    while (!result.isDone()) {
      if (world.nowNanos() > deadline) {
        throw new AssertionError("it does not end; " + last(told("RecoveryPhase")));
      }
      run(10 * MILLIS);
    }
    return result.join();
  }

  /** What the cluster tells of itself now. */
  ClusterStatus look() {
    return look(plan.databaseId());
  }

  /** The same for whoever believes that it is another database. */
  ClusterStatus look(Uid databaseId) {
    SimProcess client = world.process(SimClients.processName(clients.any().place()));
    CompletableFuture<ClusterStatus> result = new CompletableFuture<>();
    long endpoint = 1_000 + ++looks;
    client.execute(
        () -> {
          Host ports = client.host("status", endpoint, "status");
          client.start(endpoint, new Onlooker());
          new ClusterInspection(ports, databaseId, plan.coordinatorSet(), List.of(), result)
              .begin();
        });
    run(10 * SECOND);
    return result.join();
  }

  /** Only asks. */
  private static final class Onlooker implements Role {
    @Override
    public void start() {}

    @Override
    public void onMessage(Inbound inbound) {}

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}
  }

  private static String last(List<String> lines) {
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
