package io.ashlar.simulation;

import io.ashlar.client.Client;
import io.ashlar.client.Database;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.diagnosis.Words;
import io.ashlar.simulation.program.ProgramHost;
import io.ashlar.simulation.world.SimProcess;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** One life of a client's process, with its connection. */
final class ConnectedClient implements SimulatedClient {
  private static final long ENDPOINT = 100;

  private final ProgramClients all;
  private final String name;
  private final SimProcess process;
  private final int starts;
  private final Database database;
  private final SeededRandom random;

  /** In an event of {@code process}. */
  ConnectedClient(ProgramClients all, String name, SimProcess process, int starts) {
    this.all = all;
    this.name = name;
    this.process = process;
    this.starts = starts;
    ProgramHost host = new ProgramHost(all.threads(), process, name);
    database =
        Client.connect(process, ENDPOINT, host, host, all.coordinators(), all.databaseOptions());
    random = process.random("program");
  }

  SimProcess process() {
    return process;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Database database() {
    return database;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public void sleep(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a negative time to sleep: " + duration);
    }
    // A future that nobody completes: the limit ends the wait.
    all.threads()
        .await(
            new CompletableFuture<>(),
            duration.toNanos(),
            Words.duration(duration.toNanos()) + " of sleep");
  }

  @Override
  public boolean isBusy() {
    return all.isBusy();
  }

  @Override
  public int starts() {
    return starts;
  }

  @Override
  public void note(String text) {
    process.world().traceWorld("Note", "by", name, "text", text);
  }
}
