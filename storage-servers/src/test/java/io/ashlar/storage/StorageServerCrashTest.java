package io.ashlar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random mutations, crashes that lose what was not flushed, and recoveries that take back what was
 * not committed. Since most mutations are atomic operations, one that is lost or applied twice
 * shows in the values.
 */
class StorageServerCrashTest {
  @Test
  void losesNothingAndAppliesNothingTwiceOnTheModelEngine() {
    TreeSet<String> probes = new TreeSet<>();
    for (int seed = 1; seed <= 120; seed++) {
      CrashRun run = new CrashRun(seed);
      run.go(120);
      probes.addAll(run.world.probes);
    }
    assertThat(probes).contains("storage.peek-of-an-older-view", "storage.future-version");
  }

  @Test
  void losesNothingAndAppliesNothingTwiceOnRocksDbInMemory() {
    for (int seed = 1; seed <= 10; seed++) {
      try (EngineHarness.Rocks rocks = EngineHarness.Rocks.inMemory()) {
        CrashRun run = new CrashRun(seed);
        run.useRocks(rocks);
        run.go(80);
      }
    }
  }

  @Test
  void losesNothingAndAppliesNothingTwiceWhileRareBranchesAreForced() {
    TreeSet<String> fired = new TreeSet<>();
    for (int seed = 1; seed <= 80; seed++) {
      CrashRun run = new CrashRun(seed);
      run.force(fired);
      run.go(120);
    }
    assertThat(fired)
        .contains(
            "storage.flush-early",
            "storage.forget-little",
            "storage.future-version",
            "storage.pop-again",
            "storage.pull-again",
            "storage.pull-from-another",
            "storage.pull-little",
            "storage.pull-no-wait",
            "storage.refuse",
            "storage.store-early",
            "storage.store-little",
            "storage.wrong-shard");
  }
}
