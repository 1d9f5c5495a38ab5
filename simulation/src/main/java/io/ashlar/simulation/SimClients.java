package io.ashlar.simulation;

import io.ashlar.client.Client;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Setting;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.simulation.shape.CountedDatabase;
import io.ashlar.simulation.shape.Shapes;
import io.ashlar.simulation.workload.SimClient;
import io.ashlar.simulation.workload.Workload;
import io.ashlar.simulation.world.EventHost;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The client processes, and the actors in them that do the steps of workloads one after the other.
 * A client that dies takes its actors along; when it is booted again new ones begin.
 */
final class SimClients implements ClusterClients {
  private static final long ENDPOINT = 100;

  /** Where further connections of a client's process begin; each has its own. */
  private static final long OTHER_ENDPOINTS = 1L << 40;

  private static final String MACHINE = "10.0.1.";

  /** A version may be known for half a second when a transaction begins that takes it. */
  private static final long SLACK_NANOS = 700_000_000;

  private final SimWorld world;
  private final DatabaseOptions options;
  private final CoordinatorSet coordinators;
  private final List<Workload> workloads;
  private final int clients;
  private final int actors;
  private final long thinkMaxNanos;
  private final SeededRandom random;
  private final Shapes shapes;
  private final long windowVersions;
  private final long idLifetimeVersions;

  /** By the name of their process. */
  private final Map<String, SimClient> living = new TreeMap<>();

  /** Steps under way, by the number of their client and the workload's name. */
  private final Map<Integer, Map<String, Integer>> underWay = new TreeMap<>();

  private final long stepsMax;
  private int resolversMax;
  private long stepsBegun;
  private int lastNumber;
  private long moment;
  private long connections;
  private boolean started;
  private boolean stopping;

  /**
   * @param stepsMax how many steps are begun, all together
   */
  SimClients(SimWorld world, ClusterPlan plan, List<Workload> workloads, long stepsMax) {
    this.stepsMax = stepsMax;
    this.shapes = new Shapes(plan.shardBegins());
    world.network().setRequestCounter(shapes::count);
    this.world = world;
    this.options = plan.database();
    this.coordinators = plan.coordinatorSet();
    this.workloads = workloads;
    this.resolversMax = plan.configuration().resolvers();
    this.clients = plan.clients();
    this.actors = plan.actors();
    this.thinkMaxNanos = plan.thinkMaxNanos();
    this.random = world.random("clients");
    this.windowVersions = plan.configuration().windowVersions();
    this.idLifetimeVersions = plan.idLifetimeVersions();
  }

  static String processName(int client) {
    return MACHINE + (client + 1) + ":0";
  }

  static boolean isClient(String process) {
    return process.startsWith(MACHINE);
  }

  /**
   * Versions go on as the clock does, a tenth faster at times, and clocks differ a little. A grant
   * moves by up to a window for time that has passed before, and by another one that is forced.
   */
  private long unknownAfterNanos() {
    boolean jumps = world.faultPointsFired().containsKey("sequencer.jump");
    long versions = idLifetimeVersions - (jumps ? windowVersions : 0);
    return Math.max(0, versions * 800 - SLACK_NANOS);
  }

  /** Steps up to now, of all clients and workloads together. */
  long stepsBegun() {
    return stepsBegun;
  }

  @Override
  public List<String> processes() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      names.add(processName(i));
    }
    return names;
  }

  @Override
  public SimProcess boot(String name) {
    return world.boot(world.machine("machine of " + name), name, this::program);
  }

  private Database connect(SimProcess process, long endpoint, DatabaseOptions with) {
    return new CountedDatabase(
        Client.connect(process, endpoint, process, new EventHost(process), coordinators, with),
        shapes);
  }

  private void program(SimProcess process) {
    int number = ++lastNumber;
    SimClient client =
        new SimClient(
            number,
            processes().indexOf(process.name()),
            clients,
            new ProcessSurroundings(process),
            connect(process, ENDPOINT, options),
            process.random("workload"),
            () -> ++moment,
            other -> connect(process, OTHER_ENDPOINTS + ++connections, other),
            () -> resolversMax,
            this::unknownAfterNanos);
    living.put(process.name(), client);
    underWay.put(number, new TreeMap<>());
    if (started) {
      process.userExecutor().execute(() -> startActors(client));
    }
  }

  @Override
  public void onDeath(SimProcess process) {
    SimClient client = living.remove(process.name());
    if (client != null) {
      underWay.remove(client.number());
    }
  }

  /** What clients have asked for. */
  Shapes shapes() {
    return shapes;
  }

  /** A living client, or null. */
  SimClient any() {
    List<SimClient> all = new ArrayList<>(living.values());
    return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
  }

  /** All living clients, in the order of their names. */
  List<SimClient> all() {
    return List.copyOf(living.values());
  }

  @Override
  public void onConfiguration(Map<Setting, Integer> wanted) {
    resolversMax = Math.max(resolversMax, wanted.getOrDefault(Setting.RESOLVERS, 0));
  }

  @Override
  public void start() {
    started = true;
    for (SimClient client : living.values()) {
      client.surroundings().executor().execute(() -> startActors(client));
    }
  }

  @Override
  public void stop() {
    stopping = true;
  }

  @Override
  public String stepsUnderWay() {
    StringBuilder text = new StringBuilder();
    underWay.forEach(
        (number, steps) ->
            steps.forEach(
                (workload, count) -> {
                  if (count > 0) {
                    text.append(text.isEmpty() ? "" : ", ");
                    text.append(count).append(" of ").append(workload);
                    text.append(" in client ").append(number);
                  }
                }));
    return text.toString();
  }

  private void startActors(SimClient client) {
    for (Workload workload : workloads) {
      SimClient own = client.of(workload.name());
      for (int i = 0; i < actors; i++) {
        think(own, workload);
      }
    }
  }

  private void think(SimClient client, Workload workload) {
    client
        .pause(client.random().nextLong(thinkMaxNanos))
        .thenRun(
            () -> {
              if (!stopping && stepsBegun < stepsMax) {
                stepsBegun++;
                step(client, workload);
              }
            });
  }

  private void step(SimClient client, Workload workload) {
    Map<String, Integer> steps = underWay.get(client.number());
    steps.merge(workload.name(), 1, Integer::sum);
    CompletableFuture<Void> done;
    try {
      done = workload.step(client);
    } catch (RuntimeException e) {
      done = CompletableFuture.failedFuture(e);
    }
    done.whenComplete(
        (nothing, thrown) -> {
          steps.merge(workload.name(), -1, Integer::sum);
          if (thrown != null) {
            world.fail("client " + client.number() + ", workload " + workload.name(), thrown);
          } else {
            think(client, workload);
          }
        });
  }
}
