package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

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
      scene.set("bad", "value");
      scene.set("good", "value");
      scene.run(10 * SECOND);
      scene.reboot(0);
      assertThat(scene.get("bad")).isEqualTo("value");
      scene
          .machine(0)
          .forEachKept(
              kept -> {
                if (kept instanceof EngineDamage damage) {
                  damage.add(KeyRange.ofKey(Bytes.utf8("bad")));
                }
              });
      assertThat(scene.get("good")).isEqualTo("value");
      CompletableFuture<byte[]> read =
          scene.begin(database -> database.readAsync(transaction -> transaction.get(key("bad"))));
      scene.run(5 * SECOND);
      assertThat(read)
          .isCompletedExceptionally()
          .failsWithin(Duration.ZERO)
          .withThrowableOfType(ExecutionException.class)
          .withCauseInstanceOf(AshlarException.class)
          .withMessageContaining(ErrorCode.FILE_CORRUPT.label())
          .withMessageContaining("engine");
      assertThat(scene.get("good")).isEqualTo("value");
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
