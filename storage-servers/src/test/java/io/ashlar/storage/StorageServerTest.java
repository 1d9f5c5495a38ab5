package io.ashlar.storage;

import static io.ashlar.storage.FakeWorld.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.CheckFailedException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeySelector;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.ReadVersions;
import io.ashlar.message.GetKey;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetStorageState;
import io.ashlar.message.GetValues;
import io.ashlar.message.KeyResolved;
import io.ashlar.message.LogSet;
import io.ashlar.message.Message;
import io.ashlar.message.RangeRead;
import io.ashlar.message.Refused;
import io.ashlar.message.StorageState;
import io.ashlar.message.Values;
import io.ashlar.message.WatchFired;
import io.ashlar.message.WatchValue;
import java.util.List;
import org.junit.jupiter.api.Test;

class StorageServerTest {
  private static final long RT = 100_000_000;
  private static final Mutation ASSIGN_ALL =
      new Mutation(MutationType.SHARD_ASSIGNED, Keys.ALL.begin(), Keys.ALL.end());

  private final FakeWorld world = new FakeWorld(1);
  private final LogSet first = world.generation(1, 0, 0, RT, 1);
  private final FakeLog log = world.logsOf(first).get(0);

  private void startEmpty() {
    world.start();
    world.view(1, first);
    log.push(RT, RT, Mutation.epochEnd(0), ASSIGN_ALL);
    world.runMillis(20);
  }

  private static Mutation set(String key, String value) {
    return Mutation.set(key(key), key(value));
  }

  private Bytes get(long version, String key) {
    Message reply = world.answer(new GetValues(version, List.of(key(key))));
    assertThat(reply).isInstanceOf(Values.class);
    return ((Values) reply).values().get(0);
  }

  private StorageState state() {
    return (StorageState) world.answer(new GetStorageState());
  }

  private static void assertRefused(Message reply, ErrorCode code) {
    assertThat(reply).isInstanceOf(Refused.class);
    assertThat(((Refused) reply).code()).isEqualTo(code);
  }

  @Test
  void readsEachVersionAsItWas() {
    startEmpty();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 10, set("a", "2"), set("b", "3"));
    log.push(RT + 30, RT + 20, Mutation.clearRange(key("a"), key("b")));
    world.runMillis(20);
    assertThat(get(RT + 9, "a")).isNull();
    assertThat(get(RT + 10, "a")).isEqualTo(key("1"));
    assertThat(get(RT + 25, "a")).isEqualTo(key("2"));
    assertThat(get(RT + 30, "a")).isNull();
    assertThat(get(RT + 30, "b")).isEqualTo(key("3"));
    assertThat(world.readyCount).isEqualTo(1);
  }

  @Test
  void evaluatesAtomicOperationsOverStoredAndNewValues() {
    startEmpty();
    Bytes one = Bytes.of(1, 0, 0, 0);
    Mutation add = new Mutation(MutationType.ADD, key("n"), one);
    log.push(RT + 10, RT, add, add);
    log.push(RT + 10_000_000, RT + 10, set("x", "y"));
    world.runMillis(2000);
    assertThat(state().storedVersion()).isEqualTo(RT + 10);
    log.push(RT + 20_000_000, RT + 10_000_000);
    world.runMillis(2000);
    assertThat(state().storedVersion()).isEqualTo(RT + 10_000_000);
    assertThat(state().bytesInMemory()).isZero();
    log.push(RT + 20_000_010, RT + 10_000_000, add);
    world.runMillis(20);
    assertThat(get(RT + 20_000_010, "n")).isEqualTo(Bytes.of(3, 0, 0, 0));
  }

  @Test
  void aReadOfAFutureVersionWaitsAndThenAnswersOrIsRefused() {
    startEmpty();
    long early = world.ask(new GetValues(RT + 50, List.of(key("a"))));
    long never = world.ask(new GetValues(RT + 51, List.of(key("a"))));
    world.runMillis(500);
    assertThat(world.replies).doesNotContainKeys(early, never);
    log.push(RT + 50, RT, set("a", "1"));
    world.runMillis(100);
    assertThat(((Values) world.replies.get(early)).values()).containsExactly(key("1"));
    world.runMillis(500);
    assertRefused(world.replies.get(never), ErrorCode.FUTURE_VERSION);
  }

  @Test
  void refusesVersionsBelowTheWindow() {
    startEmpty();
    log.push(RT + 6_000_000, RT, set("a", "1"));
    world.runMillis(20);
    assertRefused(
        world.answer(new GetValues(RT + 999_999, List.of(key("a")))),
        ErrorCode.TRANSACTION_TOO_OLD);
    assertThat(get(RT + 1_000_000, "a")).isNull();
  }

  @Test
  void refusesKeysOutsideItsShards() {
    world.start();
    world.view(1, first);
    log.push(
        RT,
        RT,
        Mutation.epochEnd(0),
        new Mutation(MutationType.SHARD_ASSIGNED, key("b"), key("d")));
    world.runMillis(20);
    assertRefused(world.answer(new GetValues(RT, List.of(key("a")))), ErrorCode.WRONG_SHARD_SERVER);
    assertRefused(
        world.answer(new GetRange(RT, new KeyRange(key("b"), key("e")), 10, 1000, false, false)),
        ErrorCode.WRONG_SHARD_SERVER);
    assertThat(get(RT, "c")).isNull();
  }

  @Test
  void rollsBackWhatWasNotCommitted() {
    startEmpty();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 10, set("a", "ghost"));
    world.runMillis(20);
    assertThat(get(RT + 20, "a")).isEqualTo(key("ghost"));
    log.locked = true;
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT + 5, RT + 10, rt2, 1);
    FakeLog log2 = world.logsOf(second).get(0);
    log2.push(RT + 10, RT, set("a", "1"));
    log2.push(rt2, rt2, Mutation.epochEnd(RT + 10), set("b", "2"));
    world.view(2, first, second);
    world.runMillis(50);
    assertThat(get(rt2, "a")).isEqualTo(key("1"));
    assertThat(get(rt2, "b")).isEqualTo(key("2"));
    world.runMillis(5000);
    // The old generation is drained within seconds: what was taken back counts for nobody.
    assertThat(log.poppedThrough).isEqualTo(RT + 10);
  }

  @Test
  void goesOnFromStoredAfterACrash() {
    startEmpty();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 10_000_000, RT + 10, set("b", "2"));
    world.runMillis(1000);
    assertThat(state().storedVersion()).isEqualTo(RT + 10);
    assertThat(log.poppedThrough).isZero();
    world.crash(false);
    world.start();
    world.view(1, first);
    world.runMillis(50);
    assertThat(get(RT + 10_000_000, "a")).isEqualTo(key("1"));
    assertThat(get(RT + 10_000_000, "b")).isEqualTo(key("2"));
    world.runMillis(40_000);
    assertThat(state().durableVersion()).isEqualTo(RT + 10);
    assertThat(log.poppedThrough).isEqualTo(RT + 10);
    world.crash(true);
    world.start();
    world.view(1, first);
    world.runMillis(50);
    assertThat(get(RT + 10_000_000, "a")).isEqualTo(key("1"));
  }

  /**
   * Stored could lie between RV and RT, where no version is. A server that started again there took
   * the EPOCH_END of RT, which it had been past before, for one that takes back what is stored; and
   * when that was allowed, a log that had lost its end passed for one. So it stops at RV.
   */
  @Test
  void startsAgainBetweenARecoveryVersionAndItsTransaction() {
    startEmpty();
    log.push(RT + 10, RT + 10, set("a", "1"));
    log.locked = true;
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT + 5, RT + 10, rt2, 1);
    FakeLog log2 = world.logsOf(second).get(0);
    log2.push(RT + 10, RT, set("a", "1"));
    log2.push(rt2, rt2, Mutation.epochEnd(RT + 10), set("b", "2"));
    world.view(2, first, second);
    world.runMillis(2000);
    assertThat(state().durableVersion()).isEqualTo(RT + 10);
    world.crash(false);
    world.start();
    world.view(2, second);
    world.runMillis(50);
    assertThat(get(rt2, "a")).isEqualTo(key("1"));
    assertThat(get(rt2, "b")).isEqualTo(key("2"));
  }

  /**
   * An older copy of the only log server is recovered from: the log goes on below what is stored.
   * The server took it for the recovery it had been past before, and went on with what it had,
   * while others had lost theirs.
   */
  @Test
  void refusesAnEpochThatBeginsBelowWhatIsStored() {
    startEmpty();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 10, set("a", "2"));
    log.push(RT + 10_000_000, RT + 20, set("b", "3"));
    world.runMillis(40_000);
    assertThat(state().durableVersion()).isEqualTo(RT + 20);
    world.crash(false);
    world.start();
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT, RT + 10, rt2, 1);
    assertThatThrownBy(
            () -> {
              world.view(2, first, second);
              world.runMillis(1000);
            })
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining(ErrorCode.FILE_CORRUPT.label())
        .hasMessageContaining("ended at " + (RT + 10));
  }

  /**
   * The tag of one that was taken away is popped once that is in the state; this one has the view
   * that says so a little later. Every view of the next epoch would say so.
   */
  @Test
  void waitsForAnotherViewWhenTheLogHasForgottenItsTag() {
    startEmpty();
    log.push(RT + 10, RT, set("a", "1"));
    world.runMillis(100);
    log.poppedThrough = RT + 20;
    world.runMillis(5_000);
    world.view(1, first);
    world.runMillis(5_000);
    assertThat(world.probes).contains("storage.forgotten-by-the-log");
    assertThat(state().latestVersion()).isEqualTo(RT + 10);
    assertThatThrownBy(
            () -> {
              world.view(2, first);
              world.runMillis(5_000);
            })
        .isInstanceOf(CheckFailedException.class)
        .hasMessageContaining("the tag is not retired");
  }

  /**
   * The log had forgotten what the engine lacks, and after it had started again it did not know so:
   * the server went on with a hole.
   */
  @Test
  void refusesAnOlderCopyOfItsEngine() {
    startEmpty();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20_000_000, RT + 10, set("b", "2"));
    world.runMillis(40_000);
    assertThat(state().durableVersion()).isEqualTo(RT + 10);
    Bytes mark = world.disk.files.get("stored");
    EngineStore older = new EngineStore();
    older.written(world.store.written());
    log.push(RT + 40_000_000, RT + 20_000_000, set("c", "3"));
    world.runMillis(40_000);
    assertThat(state().durableVersion()).isEqualTo(RT + 20_000_000);
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
    startEmpty();
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

  /** As above, but the server has not stored what is lost: the log has told it that it counts. */
  @Test
  void refusesAnEpochThatBeginsBelowWhatIsKnownToBeCommitted() {
    startEmpty();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 20, set("a", "2"));
    world.runMillis(20);
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT, RT + 10, rt2, 1);
    assertThatThrownBy(
            () -> {
              world.view(2, first, second);
              world.runMillis(1000);
            })
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("told that it is committed");
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
    startEmpty();
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
    assertThat(get(rt2 + 10, "a")).isEqualTo(key("new"));
    assertThat(state().durableVersion()).isEqualTo(RT + 10);
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
    startEmpty();
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
    startEmpty();
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
    assertThat(state().latestVersion()).isEqualTo(RT + 400);
    assertThat(get(RT + 400, "k1").length()).isEqualTo(90_000);
  }

  /**
   * Story: in seed 37 a server that was behind had more in its window than its memory was to hold.
   * It pulled one peek, then nothing until the next step stored a little, twice a second, and fell
   * behind for ever.
   */
  @Test
  void catchesUpWhenMoreIsInItsWindowThanItsMemoryHolds() {
    StorageServerOptions normal = StorageServerOptions.defaults();
    world.options =
        new StorageServerOptions(
            normal.storedStepNanos(),
            normal.storedStepBytes(),
            normal.flushBytes(),
            normal.flushNanos(),
            normal.popNanos(),
            100,
            normal.peekWaitNanos(),
            normal.peekTimeoutNanos(),
            normal.retryNanos(),
            normal.readWaitNanos(),
            normal.waitingReadsMax(),
            normal.readsInFlightMax(),
            normal.watchesMax(),
            normal.watchNanos(),
            2_000,
            normal.fetchBytes(),
            normal.fetchTimeoutNanos(),
            normal.fetchKeptBytesMax(),
            normal.forgetEntriesMax());
    startEmpty();
    for (int i = 1; i <= 500; i++) {
      log.push(RT + i * 100_000L, RT + (i - 1) * 100_000L, set("k" + i, "v"));
    }
    world.runMillis(5_000);
    assertThat(world.probes).contains("storage.memory-full");
    assertThat(state().latestVersion()).isEqualTo(RT + 50_000_000);
  }

  @Test
  void failsOverToAnotherMemberOfTheTag() {
    LogSet pair = world.generation(1, 0, 0, RT, 2);
    List<FakeLog> both = world.logsOf(pair);
    world.start();
    world.view(1, pair);
    both.forEach(each -> each.push(RT, RT, Mutation.epochEnd(0), ASSIGN_ALL));
    world.runMillis(20);
    both.forEach(each -> each.silent = each.peeks > 0);
    assertThat(both).extracting(each -> each.silent).contains(true, false);
    both.forEach(each -> each.push(RT + 10, RT, set("a", "1")));
    world.runMillis(2000);
    assertThat(get(RT + 10, "a")).isEqualTo(key("1"));
  }

  @Test
  void readsRangesBothWaysOverStoredAndNewRows() {
    startEmpty();
    log.push(RT + 10, RT, set("a", "1"), set("b", "2"), set("c", "3"), set("d", "4"));
    log.push(RT + 10_000_000, RT + 10_000_000);
    world.runMillis(1000);
    long version = RT + 10_000_010;
    log.push(version, RT, set("b", "22"), Mutation.clearRange(key("c"), key("d")), set("e", "5"));
    world.runMillis(20);
    RangeRead all =
        (RangeRead) world.answer(new GetRange(version, Keys.USER, 100, 100_000, false, false));
    assertThat(all.rows())
        .containsExactly(row("a", "1"), row("b", "22"), row("d", "4"), row("e", "5"));
    assertThat(all.more()).isFalse();
    RangeRead last =
        (RangeRead) world.answer(new GetRange(version, Keys.USER, 2, 100_000, true, true));
    assertThat(last.rows())
        .containsExactly(new KeyValue(key("e"), Bytes.EMPTY), new KeyValue(key("d"), Bytes.EMPTY));
    assertThat(last.more()).isTrue();
  }

  @Test
  void resolvesSelectorsInAShard() {
    startEmpty();
    log.push(RT + 10, RT, set("b", "1"), set("d", "2"));
    world.runMillis(20);
    assertThat(resolve(KeySelector.firstGreaterOrEqual(key("b")))).isEqualTo(found("b"));
    assertThat(resolve(KeySelector.firstGreaterThan(key("b")))).isEqualTo(found("d"));
    assertThat(resolve(KeySelector.lastLessOrEqual(key("d")))).isEqualTo(found("d"));
    assertThat(resolve(KeySelector.lastLessThan(key("d")))).isEqualTo(found("b"));
    assertThat(resolve(KeySelector.firstGreaterThan(key("d")).add(2)))
        .isEqualTo(new KeyResolved(RT + 10, RT, false, new KeySelector(Keys.ALL.end(), false, 3)));
    assertThat(resolve(KeySelector.lastLessThan(key("b"))))
        .isEqualTo(new KeyResolved(RT + 10, RT, false, new KeySelector(Bytes.EMPTY, false, 0)));
  }

  private Message resolve(KeySelector selector) {
    return world.answer(new GetKey(RT + 10, selector, Keys.ALL));
  }

  private static KeyResolved found(String key) {
    return new KeyResolved(RT + 10, RT, true, KeySelector.firstGreaterOrEqual(key(key)));
  }

  @Test
  void watchesFireOnlyForCommittedChanges() {
    startEmpty();
    long watch = world.ask(new WatchValue(RT, key("a"), null));
    world.runMillis(50);
    log.push(RT + 10, RT, set("a", "1"));
    world.runMillis(200);
    assertThat(world.replies).doesNotContainKey(watch);
    log.push(RT + 20, RT + 10);
    world.runMillis(50);
    assertThat(world.replies.get(watch)).isEqualTo(new WatchFired(RT + 10));
    long unchanged = world.ask(new WatchValue(RT, key("zz"), null));
    world.runMillis(31_000);
    assertRefused(world.replies.get(unchanged), ErrorCode.TIMED_OUT);
  }

  /**
   * A log server of the next epoch has nothing to give yet, and tells what is committed there. A
   * server with versions that were taken back took that for their commit, and its watches fired.
   */
  @Test
  void whatTheNextEpochHasCommittedSaysNothingOfWhatItTookBack() {
    startEmpty();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 10, set("a", "2"));
    world.runMillis(50);
    long watch = world.ask(new WatchValue(RT + 10, key("a"), key("1")));
    log.locked = true;
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT, RT + 10, rt2, 1);
    FakeLog log2 = world.logsOf(second).get(0);
    log2.push(rt2, rt2, Mutation.epochEnd(RT + 10));
    log2.push(rt2 + 10, rt2, set("b", "2"));
    log2.givesNothing = true;
    world.view(2, first, second);
    world.runMillis(500);
    assertThat(log2.peeks).isPositive();
    assertThat(world.replies).doesNotContainKey(watch);
    assertThat(world.answer(new GetValues(ReadVersions.KNOWN_COMMITTED, List.of(key("a")))))
        .isEqualTo(new Values(RT + 10, RT + 10, List.of(key("1"))));
    log2.givesNothing = false;
    world.runMillis(500);
    assertThat(world.replies).doesNotContainKey(watch);
    assertThat(get(rt2, "a")).isEqualTo(key("1"));
    assertThat(get(rt2 + 10, "b")).isEqualTo(key("2"));
  }

  /**
   * An atomic operation of the epoch before still waited for its base value when the first answer
   * of the next one came. What that said to be committed was believed at once, though the versions
   * that it took back were still there: they became readable as committed ones.
   */
  @Test
  void whatTheNextEpochHasCommittedWaitsForWhatItTookBackToBeDropped() {
    startEmpty();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 10_000_000, RT + 10, set("b", "1"));
    log.push(RT + 14_000_000, RT + 10_000_000, set("a", "2"));
    world.runMillis(20);
    world.readersHeld = true;
    Mutation add = new Mutation(MutationType.ADD, key("n"), Bytes.of(1, 0, 0, 0));
    log.push(RT + 14_000_010, RT + 10_000_000, add);
    world.runMillis(20);
    log.locked = true;
    long rt2 = RT + 10_000_000 + 100_000_000;
    LogSet second = world.generation(2, RT, RT + 10_000_000, rt2, 1);
    FakeLog log2 = world.logsOf(second).get(0);
    log2.push(rt2, rt2, Mutation.epochEnd(RT + 10_000_000));
    world.view(2, first, second);
    // Long enough for something to be stored, which publishes a view.
    world.runMillis(2_000);
    assertThat(log2.peeks).isPositive();
    GetValues asked = new GetValues(ReadVersions.KNOWN_COMMITTED, List.of(key("a")));
    assertThat(world.published.tryAnswer(asked))
        .isEqualTo(new Values(RT + 10_000_000, RT + 10_000_000, List.of(key("1"))));
    world.runMillis(20_000);
    assertThat(world.published.tryAnswer(asked)).isEqualTo(new Values(rt2, rt2, List.of(key("1"))));
  }

  @Test
  void knownCommittedReadsStayAtOrBelowWhatIsCommitted() {
    startEmpty();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 10, set("a", "2"));
    world.runMillis(20);
    assertThat(world.answer(new GetValues(ReadVersions.KNOWN_COMMITTED, List.of(key("a")))))
        .isEqualTo(new Values(RT + 10, RT + 10, List.of(key("1"))));
    assertThat(world.published.tryAnswer(new GetValues(RT + 20, List.of(key("a")))))
        .isEqualTo(new Values(RT + 20, RT + 10, List.of(key("2"))));
    assertThat(world.published.tryAnswer(new GetValues(RT + 21, List.of(key("a"))))).isNull();
  }

  private static KeyValue row(String key, String value) {
    return new KeyValue(key(key), key(value));
  }
}
