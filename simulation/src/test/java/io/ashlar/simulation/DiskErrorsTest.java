package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.Database;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.simulation.world.DiskTrouble;
import io.ashlar.simulation.world.SimProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Operations of disks that fail: the worker stops, nothing is lost, and it comes back. */
class DiskErrorsTest {
  /** What happens to disks, as it is counted. */
  private static final List<String> EACH =
      List.of(
          "disk-slow",
          "disk-full",
          "disk-stalls",
          "disk errors: READ",
          "disk errors: WRITE",
          "disk errors: SYNC",
          "disk errors: ENGINE_READ",
          "disk errors: ENGINE_FLUSH",
          "disk errors: no space left",
          "disk: appends cut short by an error",
          "disk: names undone",
          "disk: unsynced bytes cut",
          "disk: unsynced bytes kept",
          "disk: unsynced bytes lost",
          "disk: unsynced sectors torn");

  private static final long SECOND = Scene.SECOND;

  /** One machine with everything, whose disk fails an operation of that kind. */
  private static void failOne(DiskTrouble.Operation kind) {
    try (Scene scene = new Scene(3, 1, 1, 1, 1)) {
      scene.set("key", "value");
      SimProcess before = scene.process(0);
      scene.disk(0).trouble().failNext(kind);
      // Something of each kind: a commit, a read of what is not in memory, a flush, a new segment.
      CompletableFuture<byte[]> read =
          scene.begin(database -> database.readAsync(transaction -> transaction.get(key("none"))));
      CompletableFuture<Void> commit =
          scene.begin(
              database ->
                  database.runAsync(
                      transaction -> {
                        transaction.set(key("more"), new byte[40_000]);
                        return CompletableFuture.completedFuture(null);
                      }));
      scene.run(40 * SECOND);
      if (kind == DiskTrouble.Operation.READ) {
        // Nothing is read back while all of it fits into memory.
        scene.reboot(0);
        scene.run(SECOND);
      }
      assertThat(scene.told("WorkerStopped")).as(kind.toString()).hasSize(1);
      assertThat(before.isAlive()).isFalse();
      if (scene.process(0) == null) {
        scene.boot(0);
      }
      assertThat(scene.get("key")).isEqualTo("value");
      scene.set("later", "value");
      scene.run(10 * SECOND);
      assertThat(read).isCompleted();
      assertThat(commit).isCompleted();
    }
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aReadThatFailsStopsTheWorker() {
    failOne(DiskTrouble.Operation.READ);
  }

  @Test
  void aWriteThatFailsStopsTheWorker() {
    failOne(DiskTrouble.Operation.WRITE);
  }

  @Test
  void aSyncThatFailsStopsTheWorker() {
    failOne(DiskTrouble.Operation.SYNC);
  }

  @Test
  void anEngineThatCannotBeReadStopsTheWorker() {
    failOne(DiskTrouble.Operation.ENGINE_READ);
  }

  @Test
  void anEngineThatCannotFlushStopsTheWorker() {
    failOne(DiskTrouble.Operation.ENGINE_FLUSH);
  }

  @Test
  void rowsOfADamagedBlockAreRefusedByNameAndOthersAreServed() {
    try (Scene scene = new Scene(3, 1, 1, 1, 1)) {
      store(scene, "bad", "good");
      damage(scene, "bad");
      assertThat(scene.get("good")).isEqualTo("value");
      CompletableFuture<byte[]> read =
          scene.begin(database -> database.readAsync(transaction -> transaction.get(key("bad"))));
      scene.run(5 * SECOND);
      assertRefused(read);
      assertThat(scene.get("good")).isEqualTo("value");
    }
  }

  /** Rows that only the engine has. */
  private static void store(Scene scene, String... keys) {
    for (String key : keys) {
      scene.set(key, "value");
    }
    scene.run(10 * SECOND);
    scene.reboot(0);
    assertThat(scene.get(keys[0])).isEqualTo("value");
  }

  private static void damage(Scene scene, String key) {
    scene
        .machine(0)
        .forEachKept(
            kept -> {
              if (kept instanceof EngineDamage damage) {
                damage.add(KeyRange.ofKey(Bytes.utf8(key)));
              }
            });
  }

  private static void assertRefused(CompletableFuture<?> read) {
    assertThat(read)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(AshlarException.class)
        .withMessageContaining(ErrorCode.FILE_CORRUPT.label())
        .withMessageContaining("engine");
  }

  /** How many rows there are from one key to before another. */
  private static CompletableFuture<Integer> count(Database database, String begin, String end) {
    return database.readAsync(
        transaction -> transaction.getRange(key(begin), key(end)).asList().thenApply(List::size));
  }

  /** The same when what is before the second key was cleared, which only the map knows yet. */
  private static CompletableFuture<Integer> clearAndCount(
      Database database, String begin, String clearedTo, String end) {
    return database
        .runAsync(
            transaction -> {
              transaction.clear(key(begin), key(clearedTo));
              return CompletableFuture.completedFuture(null);
            })
        .thenCompose(done -> count(database, begin, end));
  }

  /** Whether its cursor is closed then, the engine looks before each write. */
  @Test
  void aRangeThatLeadsIntoADamagedBlockIsRefusedAndLeavesNothingOpen() {
    try (Scene scene = new Scene(3, 1, 1, 1, 1)) {
      store(scene, "a", "bad", "good");
      damage(scene, "bad");
      CompletableFuture<Integer> beginsThere = scene.begin(database -> count(database, "bad", "z"));
      scene.run(5 * SECOND);
      assertRefused(beginsThere);
      assertThat(scene.get("good")).isEqualTo("value");
      CompletableFuture<Integer> skipsThere =
          scene.begin(database -> clearAndCount(database, "a", "bad", "z"));
      scene.run(5 * SECOND);
      assertRefused(skipsThere);
      scene.set("later", "value");
      scene.run(10 * SECOND);
      assertThat(scene.get("good")).isEqualTo("value");
      assertThat(scene.told("WorkerStopped")).isEmpty();
    }
  }

  /**
   * Of the reads of one range the first, which opens the cursor, the one that skips, and the next.
   */
  @Test
  void anEngineThatCannotBeReadInTheMidstOfARangeStopsTheWorker() {
    for (int before = 0; before < 3; before++) {
      try (Scene scene = new Scene(3, 1, 1, 1, 1)) {
        store(scene, "a", "b", "c");
        scene.disk(0).trouble().failAfter(DiskTrouble.Operation.ENGINE_READ, before);
        CompletableFuture<Integer> read =
            scene.begin(database -> clearAndCount(database, "a", "b", "d"));
        scene.run(40 * SECOND);
        assertThat(scene.told("WorkerStopped")).as("after " + before).hasSize(1);
        if (scene.process(0) == null) {
          scene.boot(0);
        }
        assertThat(scene.get("c")).isEqualTo("value");
        scene.run(10 * SECOND);
        assertThat(read).isCompletedWithValue(2);
      }
    }
  }

  /** Every kind, in runs that have them often. */
  @Test
  void overSomeRunsEachKindHappensAndNothingIsWrong() {
    SimOptions options =
        SimOptions.defaults()
            .withBusySeconds(6)
            .withCommitsMin(1)
            .withFaultFactor(20)
            .withFaults(
                Selection.only(
                    List.of(
                        "kill",
                        "power-loss",
                        "stale-sectors",
                        "disk-stalls",
                        "disk-slow",
                        "disk-full",
                        "disk-read-error",
                        "disk-write-error",
                        "disk-sync-error",
                        "engine-read-error",
                        "engine-flush-error")));
    Map<String, Long> happened = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    // What a draw arms still has to meet the operation that it is for.
    boolean each = false;
    for (long seed = 1; seed <= 20 || (seed <= 80 && !each); seed++) {
      SimResult result = Simulation.run(seed, options);
      result.faults().forEach((kind, count) -> happened.merge(kind, count, Long::sum));
      if (!result.passed()) {
        failures.add(result.failure() + "; " + result.replay());
      }
      each = happened.keySet().containsAll(EACH);
    }
    assertThat(failures).isEmpty();
    assertThat(happened.keySet()).containsAll(EACH);
  }
}
