package io.ashlar.simulation;

import io.ashlar.client.Client;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.Setting;
import io.ashlar.core.Uid;
import io.ashlar.message.CoordinatorPlaces;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.simulation.world.EventHost;
import io.ashlar.simulation.world.SimProcess;
import io.ashlar.simulation.world.SimWorld;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Whoever operates the cluster: changes its configuration, its coordinators and who is excluded, by
 * transactions, while it lives.
 */
final class Operator {
  private static final String PROCESS = "10.0.2.1:0";
  private static final long ENDPOINT = 100;

  private final SimWorld world;
  private final CoordinatorSet coordinators;
  private SimProcess process;
  private Database database;
  private int underWay;

  /** Workers that are to be excluded, and no others; null when nothing was ever said of that. */
  private TreeSet<Uid> excluded;

  private boolean excludes;

  Operator(SimWorld world, CoordinatorSet coordinators) {
    this.world = world;
    this.coordinators = coordinators;
  }

  static boolean is(String process) {
    return process.equals(PROCESS);
  }

  /** Begins to change these settings, and tries until they are changed. */
  void configure(Map<Setting, Integer> wanted) {
    begin(
        transaction ->
            wanted.forEach(
                (setting, value) ->
                    transaction.set(setting.key().toArray(), setting.encode(value).toArray())));
  }

  /** Begins to ask for these coordinators, and tries until that is committed. */
  void moveCoordinators(List<String> wanted) {
    byte[] value = CoordinatorPlaces.encode(wanted).toArray();
    begin(transaction -> transaction.set(Keys.COORDINATORS.toArray(), value));
  }

  /** Who is to be excluded as of what was begun last. */
  TreeSet<Uid> excluded() {
    return excluded == null ? new TreeSet<>() : new TreeSet<>(excluded);
  }

  /** Begins to exclude these workers and no others. */
  void exclude(TreeSet<Uid> wanted) {
    excluded = new TreeSet<>(wanted);
    if (!excludes) {
      excludeNow();
    }
  }

  /** One after the other, since each says who all are: the last that is committed is the last. */
  private void excludeNow() {
    excludes = true;
    TreeSet<Uid> written = excluded;
    Bytes prefix = Keys.EXCLUDED_PREFIX;
    begin(
            transaction -> {
              transaction.clear(prefix.toArray(), Keys.afterPrefix(prefix).toArray());
              written.forEach(id -> transaction.set(Keys.excluded(id).toArray(), new byte[0]));
            })
        .thenRun(
            () -> {
              excludes = false;
              if (!written.equals(excluded)) {
                excludeNow();
              }
            });
  }

  private CompletableFuture<Void> begin(Consumer<Transaction> change) {
    if (process == null) {
      process = world.boot(world.machine("machine of the operator"), PROCESS, this::connect);
    }
    underWay++;
    CompletableFuture<Void> ended = new CompletableFuture<>();
    process
        .userExecutor()
        .execute(
            () ->
                run(change)
                    .whenComplete(
                        (nothing, thrown) -> {
                          onChanged(thrown);
                          ended.complete(null);
                        }));
    return ended;
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

  private CompletableFuture<Void> run(Consumer<Transaction> change) {
    return database.runAsync(
        transaction -> {
          transaction.options().setAccessSystemKeys();
          // To set the same twice is as good as once.
          transaction.options().setIdempotent();
          change.accept(transaction);
          return CompletableFuture.completedFuture(null);
        });
  }

  private void onChanged(Throwable thrown) {
    underWay--;
    if (thrown != null) {
      world.fail("what the operator has begun", thrown);
    }
  }

  /** Whether a change is not through yet. */
  boolean isBusy() {
    return underWay > 0;
  }
}
