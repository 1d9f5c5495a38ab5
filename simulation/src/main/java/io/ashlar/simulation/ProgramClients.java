package io.ashlar.simulation;

import io.ashlar.client.DatabaseOptions;
import io.ashlar.core.Check;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.simulation.program.ProcessDied;
import io.ashlar.simulation.program.ProgramThreads;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The clients of a run of users' code: some that live as long as the run, and one for each program
 * that was spawned, which begins anew whenever its process has died.
 */
final class ProgramClients implements ClusterClients {
  /** What a program has thrown. */
  record Thrown(String program, Throwable cause) {}

  private final SimWorld world;
  private final ProgramThreads threads;
  private final CoordinatorSet coordinators;
  private final DatabaseOptions databaseOptions;
  private final int lasting;

  /** By the number of the client. */
  private final Map<Integer, ConnectedClient> connected = new TreeMap<>();

  private final Map<String, Spawned<?>> byName = new LinkedHashMap<>();
  private final Map<String, Spawned<?>> byProcess = new LinkedHashMap<>();
  private Thrown thrown;
  private boolean busy = true;

  /**
   * @param lasting how many clients there are that faults neither kill nor pause
   */
  ProgramClients(
      SimWorld world,
      ProgramThreads threads,
      CoordinatorSet coordinators,
      DatabaseOptions options,
      int lasting) {
    this.coordinators = coordinators;
    this.world = world;
    this.threads = threads;
    this.databaseOptions = options;
    this.lasting = lasting;
  }

  ProgramThreads threads() {
    return threads;
  }

  CoordinatorSet coordinators() {
    return coordinators;
  }

  DatabaseOptions databaseOptions() {
    return databaseOptions;
  }

  boolean isBusy() {
    return busy;
  }

  /** What the first program threw that did, or null. */
  Thrown thrown() {
    return thrown;
  }

  /** A client that lives as long as the run; the first is the test's own. */
  ConnectedClient lasting(int number) {
    return connected.get(number);
  }

  List<SimulatedClient> allLasting() {
    return List.copyOf(connected.values());
  }

  @Override
  public List<String> processes() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < lasting; i++) {
      names.add(SimClients.processName(i));
    }
    byProcess.forEach(
        (name, spawned) -> {
          if (!spawned.isDone()) {
            names.add(name);
          }
        });
    return names;
  }

  @Override
  public SimProcess boot(String process) {
    Spawned<?> spawned = byProcess.get(process);
    if (spawned != null && spawned.isDone()) {
      return null;
    }
    return world.boot(
        world.machine("machine of " + process),
        process,
        started -> {
          if (spawned != null) {
            spawned.begin(started);
          } else {
            connectLasting(started);
          }
        });
  }

  private void connectLasting(SimProcess process) {
    process.protect();
    int number = connected.size();
    Check.that(
        process.name().equals(SimClients.processName(number)), "booted out of order: ", process);
    connected.put(
        number, new ConnectedClient(this, number == 0 ? "test" : "client-" + number, process, 1));
  }

  <T> Spawned<T> spawn(String name, ClientProgram<T> program) {
    if (byName.containsKey(name)) {
      throw new IllegalArgumentException(
          "a program '" + name + "' was spawned before: each needs a name of its own");
    }
    String process = SimClients.processName(lasting + byName.size());
    Spawned<T> spawned = new Spawned<>(name, process, program);
    byName.put(name, spawned);
    byProcess.put(process, spawned);
    boot(process);
    return spawned;
  }

  /** Whether every program has returned. */
  boolean allDone() {
    return byName.values().stream().allMatch(Spawned::isDone);
  }

  @Override
  public void onDeath(SimProcess process) {
    threads.onDeath(process);
  }

  @Override
  public void start() {}

  @Override
  public void stop() {
    busy = false;
  }

  @Override
  public String stepsUnderWay() {
    return "";
  }

  /** A program through all its starts. */
  final class Spawned<T> implements SimulatedProgram<T> {
    private final String name;
    private final String process;
    private final ClientProgram<T> program;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private int starts;

    Spawned(String name, String process, ClientProgram<T> program) {
      this.name = name;
      this.process = process;
      this.program = program;
    }

    /** In an event of its process. */
    void begin(SimProcess started) {
      ConnectedClient client = new ConnectedClient(ProgramClients.this, name, started, ++starts);
      world.traceWorld("ProgramBegun", "program", name, "process", process, "start", starts);
      started.userExecutor().execute(() -> threads.run(started, name, () -> run(client)));
    }

    private void run(ConnectedClient client) {
      try {
        result.complete(program.run(client));
      } catch (ProcessDied e) {
        throw e;
      } catch (Throwable e) {
        // Whatever a user's program throws, assertions of any library too. The run ends with the
        // first one, in the world's thread.
        if (thrown == null) {
          thrown = new Thrown(name, e);
        }
      }
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean isDone() {
      return result.isDone();
    }

    @Override
    public T join() {
      if (!result.isDone()) {
        threads.await(result, Long.MAX_VALUE, "the end of " + name);
      }
      return result.join();
    }

    @Override
    public void kill() {
      SimProcess living = world.process(process);
      if (living != null && !isDone()) {
        world.count("kills by the test");
        world.kill(living, false);
      }
    }
  }
}
