package io.ashlar.simulation.world;

import io.ashlar.client.ClientHost;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** A simulated process as the users of its client see it: their code runs as its events. */
public final class EventHost implements ClientHost {
  private final SimProcess process;
  private int generators;

  public EventHost(SimProcess process) {
    this.process = process;
  }

  @Override
  public Executor callbacks() {
    return process.userExecutor();
  }

  @Override
  public long nowNanos() {
    return process.usersNowNanos();
  }

  @Override
  public RandomGenerator newRandom() {
    return process.random("environment " + ++generators);
  }

  /** An event that waited for another would hold up the whole world. */
  @Override
  public boolean await(CompletableFuture<?> future, long limitNanos) {
    throw new IllegalStateException(
        "code that runs as an event of " + process + " waits for a future: chain it instead");
  }
}
