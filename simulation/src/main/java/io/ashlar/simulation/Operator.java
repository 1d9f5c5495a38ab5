package io.ashlar.simulation;

import io.ashlar.client.Client;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.core.Setting;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.simulation.world.EventHost;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Whoever operates the cluster: changes its configuration, by transactions, while it lives. */
final class Operator {
  private static final String PROCESS = "10.0.2.1:0";
  private static final long ENDPOINT = 100;

  private final SimWorld world;
  private final CoordinatorSet coordinators;
  private SimProcess process;
  private Database database;
  private int underWay;

  Operator(SimWorld world, CoordinatorSet coordinators) {
    this.world = world;
    this.coordinators = coordinators;
  }

  static boolean is(String process) {
    return process.equals(PROCESS);
  }

  /** Begins to change these settings, and tries until they are changed. */
  void configure(Map<Setting, Integer> wanted) {
    if (process == null) {
      process = world.boot(world.machine("machine of the operator"), PROCESS, this::connect);
    }
    underWay++;
    process
        .userExecutor()
        .execute(() -> change(wanted).whenComplete((nothing, thrown) -> onChanged(thrown)));
  }

  private void connect(SimProcess booted) {
    booted.protect();
    database =
        Client.connect(
            booted,
            ENDPOINT,
            booted,
            new EventHost(booted),
            coordinators,
            DatabaseOptions.defaults());
  }

  private CompletableFuture<Void> change(Map<Setting, Integer> wanted) {
    return database.runAsync(
        transaction -> {
          transaction.options().setAccessSystemKeys();
          // To set the same twice is as good as once.
          transaction.options().setIdempotent();
          wanted.forEach(
              (setting, value) ->
                  transaction.set(setting.key().toArray(), setting.encode(value).toArray()));
          return CompletableFuture.completedFuture(null);
        });
  }

  private void onChanged(Throwable thrown) {
    underWay--;
    if (thrown != null) {
      world.fail("the operator changes the configuration", thrown);
    }
  }

  /** Whether a change is not through yet. */
  boolean isBusy() {
    return underWay > 0;
  }
}
