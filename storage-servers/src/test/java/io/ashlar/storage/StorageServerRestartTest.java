package io.ashlar.storage;

import static io.ashlar.storage.FakeWorld.key;
import static io.ashlar.storage.FakeWorld.set;
import static io.ashlar.storage.FirstEpoch.ASSIGN_ALL;
import static io.ashlar.storage.FirstEpoch.RT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Mutation;
import io.ashlar.message.GetValues;
import io.ashlar.message.LogSet;
import io.ashlar.message.Values;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a server goes on from that was closed or has crashed, and what it refuses to go on from. */
class StorageServerRestartTest {
  private final FirstEpoch epoch = new FirstEpoch();
  private final FakeWorld world = epoch.world;
  private final LogSet first = epoch.logs;
  private final FakeLog log = epoch.log;

  @Test
  void goesOnFromStoredAfterACrash() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 10_000_000, RT + 10, set("b", "2"));
    world.runMillis(1000);
    assertThat(world.state().storedVersion()).isEqualTo(RT + 10);
    assertThat(log.poppedThrough).isZero();
    world.crash(false);
    world.start();
    world.view(1, first);
    world.runMillis(50);
    assertThat(world.get(RT + 10_000_000, "a")).isEqualTo(key("1"));
    assertThat(world.get(RT + 10_000_000, "b")).isEqualTo(key("2"));
    world.runMillis(40_000);
    assertThat(world.state().durableVersion()).isEqualTo(RT + 10);
    assertThat(log.poppedThrough).isEqualTo(RT + 10);
    world.crash(true);
    world.start();
    world.view(1, first);
    world.runMillis(50);
    assertThat(world.get(RT + 10_000_000, "a")).isEqualTo(key("1"));
  }

  /**
   * Stored could lie between RV and RT, where no version is. A server that started again there took
   * the EPOCH_END of RT, which it had been past before, for one that takes back what is stored; and
   * when that was allowed, a log that had lost its end passed for one. So it stops at RV.
   */
  @Test
  void startsAgainBetweenARecoveryVersionAndItsTransaction() {
    epoch.start();
    log.push(RT + 10, RT + 10, set("a", "1"));
    log.locked = true;
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT + 5, RT + 10, rt2, 1);
    FakeLog log2 = world.logsOf(second).get(0);
    log2.push(RT + 10, RT, set("a", "1"));
    log2.push(rt2, rt2, Mutation.epochEnd(RT + 10), set("b", "2"));
    world.view(2, first, second);
    world.runMillis(2000);
    assertThat(world.state().durableVersion()).isEqualTo(RT + 10);
    world.crash(false);
    world.start();
    world.view(2, second);
    world.runMillis(50);
    assertThat(world.get(rt2, "a")).isEqualTo(key("1"));
    assertThat(world.get(rt2, "b")).isEqualTo(key("2"));
  }

  /**
   * The log had forgotten what the engine lacks, and after it had started again it did not know so:
   * the server went on with a hole.
   */
  @Test
  void refusesAnOlderCopyOfItsEngine() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20_000_000, RT + 10, set("b", "2"));
    world.runMillis(40_000);
    assertThat(world.state().durableVersion()).isEqualTo(RT + 10);
    Bytes mark = world.disk.files.get("stored");
    EngineStore older = new EngineStore();
    older.written(world.store.written());
    log.push(RT + 40_000_000, RT + 20_000_000, set("c", "3"));
    world.runMillis(40_000);
    assertThat(world.state().durableVersion()).isEqualTo(RT + 20_000_000);
    Bytes newest = world.disk.files.put("stored", mark);
    world.crash(false);
    world.start();
    world.runMillis(100);
    // One that is ahead of its mark has flushed, and died before the mark was there.
    assertThat(world.readyCount).isEqualTo(2);
    world.crash(false);
    world.engines = loop -> new ModelEngine(older, loop);
    world.disk.files.put("stored", newest);
    assertThatThrownBy(
            () -> {
              world.start();
              world.runMillis(100);
            })
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining(ErrorCode.FILE_CORRUPT.label())
        .hasMessageContaining("older copy");
  }

  @Test
  void refusesAMarkThatIsNotWhatWasWritten() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20_000_000, RT + 10, set("b", "2"));
    world.runMillis(40_000);
    byte[] mark = world.disk.files.get("stored").toArray();
    for (int bit = 0; bit < 8 * mark.length; bit++) {
      byte[] flipped = mark.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      world.disk.files.put("stored", Bytes.wrap(flipped));
      world.crash(false);
      assertThatThrownBy(
              () -> {
                world.start();
                world.runMillis(100);
              })
          .as("bit %d", bit)
          .isInstanceOf(AshlarException.class)
          .hasMessageContaining("is corrupt");
    }
  }

  /** Such a read was answered from the newest version as soon as the engine was open. */
  @Test
  void aReadThatCameBeforeTheEngineWasOpenStillWaitsForItsVersion() {
    world.start();
    long read = world.ask(new GetValues(RT + 10, List.of(key("a"))));
    world.view(1, first);
    world.runMillis(100);
    assertThat(world.readyCount).isEqualTo(1);
    assertThat(world.replies).doesNotContainKey(read);
    log.push(RT, RT, Mutation.epochEnd(0), ASSIGN_ALL);
    log.push(RT + 10, RT, set("a", "1"));
    world.runMillis(100);
    assertThat(((Values) world.replies.get(read)).values()).containsExactly(key("1"));
  }

  /**
   * A server that had stored up to RV was killed and started again. A client with a read version of
   * the new epoch asked before the engine was open, and was told the value of the epoch before: the
   * read was answered at stored, though the newer versions were still to be pulled.
   */
  @Test
  void aServerThatStartedAgainAnswersANewReadVersionWithNewDataAlone() {
    epoch.start();
    log.push(RT + 10, RT + 10, set("a", "old"));
    log.locked = true;
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT + 5, RT + 10, rt2, 1);
    FakeLog log2 = world.logsOf(second).get(0);
    log2.push(RT + 10, RT, set("a", "old"));
    log2.push(rt2, rt2, Mutation.epochEnd(RT + 10));
    log2.push(rt2 + 10, rt2 + 10, set("a", "new"));
    world.view(2, first, second);
    world.runMillis(2000);
    assertThat(world.get(rt2 + 10, "a")).isEqualTo(key("new"));
    assertThat(world.state().durableVersion()).isEqualTo(RT + 10);
    world.crash(false);
    world.start();
    long read = world.ask(new GetValues(rt2 + 10, List.of(key("a"))));
    world.runMillis(100);
    assertThat(world.readyCount).isEqualTo(2);
    assertThat(world.replies).doesNotContainKey(read);
    world.view(2, second);
    world.runMillis(100);
    assertThat(((Values) world.replies.get(read)).values()).containsExactly(key("new"));
  }

  @Test
  void closesWithEverythingThatIsKnownToBeCommitted() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 10, set("b", "2"));
    world.runMillis(20);
    boolean[] closed = new boolean[1];
    world.server.close(() -> closed[0] = true);
    assertThat(world.published.tryAnswer(new GetValues(RT + 10, List.of(key("a")))))
        .as("withdrawn at once")
        .isNull();
    world.runMillis(100);
    assertThat(closed[0]).isTrue();
    world.stopped();
    assertThat(world.store.durableVersion()).isEqualTo(RT + 10);
  }

  /** The first reads after a busy store was opened again waited for all of its last window. */
  @Test
  void hasTheLastWindowAtHandAfterItWasClosed() {
    epoch.start();
    byte[] value = new byte[90_000];
    for (int i = 1; i <= 400; i++) {
      log.push(RT + i, RT + i - 1, Mutation.set(key("k" + i), Bytes.wrap(value)));
    }
    log.push(RT + 401, RT + 400);
    world.runMillis(200);
    world.server.close(() -> {});
    world.runMillis(200);
    world.stopped();
    assertThat(world.store.durableVersion()).isEqualTo(RT + 400);
    world.start();
    world.runMillis(100);
    assertThat(world.state().latestVersion()).isEqualTo(RT + 400);
    assertThat(world.get(RT + 400, "k1").length()).isEqualTo(90_000);
  }
}
