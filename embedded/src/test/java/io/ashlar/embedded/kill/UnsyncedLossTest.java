package io.ashlar.embedded.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.core.AshlarException;
import io.ashlar.core.SeededRandom;
import io.ashlar.embedded.LocalNode;
import io.ashlar.embedded.NodeOptions;
import io.ashlar.runtime.FileLayer;
import io.ashlar.runtime.UnsyncedLossFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Crashes a whole store in this process, on files that lose what was not synced: what SIGKILL,
 * which keeps the system's page cache, cannot show. RocksDB writes its own files beside them; it
 * has no log of its own, so it is closed at the crash without a flush, which loses what it held in
 * memory. That its flushes sync, the tests of the engine show.
 */
@Timeout(600)
class UnsyncedLossTest {
  private static final int CRASHES = 16;
  private static final int CRASHES_TO_NOTICE = 4;
  private static final int COMMITTERS = 8;
  private static final int COMMITS_MAX = 300;

  @TempDir private Path home;

  /** One store and its lives; what it says of them is wrong in these sentences. */
  private List<String> crash(int crashes, long seed, UnaryOperator<FileLayer> layer)
      throws InterruptedException {
    SeededRandom random = new SeededRandom(seed);
    CommitLedger ledger = new CommitLedger();
    Path store = home.resolve("store" + seed);
    for (int life = 0; life <= crashes; life++) {
      // Now and then sectors reach the disk early, in any order.
      UnsyncedLossFiles files =
          new UnsyncedLossFiles(random.nextLong(), random.nextBoolean() ? 0 : 200_000);
      NodeOptions options =
          (life % 2 == 0 ? NodeOptions.on(store) : SmallStores.on(store))
              .withFiles(layer.apply(files));
      CountDownLatch never = new CountDownLatch(1);
      try (LocalNode node = LocalNode.start(options);
          Database database = node.connect(DatabaseOptions.defaults())) {
        StoreContent content = new StoreContent();
        Committers.report(database, content::accept);
        List<String> wrong = ledger.check(content);
        if (!wrong.isEmpty() || life == crashes) {
          return wrong;
        }
        Committers committers =
            new Committers(
                database,
                life,
                line -> {
                  synchronized (ledger) {
                    ledger.accept(line);
                  }
                },
                1 + random.nextInt(COMMITS_MAX));
        committers.start(COMMITTERS);
        committers.awaitEnough();
        never.await(random.nextLong(2_000_000), TimeUnit.NANOSECONDS);
        // First the machine: from here on nothing reaches the disk, and nothing is acknowledged.
        files.crash();
        node.stopBecause(new IllegalStateException("crashed by the test"));
        committers.join();
      }
    }
    throw new AssertionError("the last life only looks");
  }

  @Test
  void aCrashThatLosesWhatWasNotSyncedLosesNothingAcknowledged() throws Exception {
    assertThat(crash(CRASHES, 1, layer -> layer)).isEmpty();
  }

  @Test
  void aBuildWithoutTheSyncIsNoticed() throws Exception {
    String noticed = null;
    try {
      List<String> wrong = crash(CRASHES_TO_NOTICE, 2, UnsyncingFiles::new);
      noticed = wrong.isEmpty() ? null : wrong.get(0);
    } catch (AshlarException refused) {
      // What is left may not even be a store any more.
      noticed = refused.getMessage();
    }
    System.out.println(noticed);
    assertThat(noticed).containsAnyOf("is lost", "file_corrupt");
  }
}
