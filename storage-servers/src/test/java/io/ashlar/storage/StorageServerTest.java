package io.ashlar.storage;

import static io.ashlar.storage.FakeWorld.key;
import static io.ashlar.storage.FakeWorld.set;
import static io.ashlar.storage.FirstEpoch.ASSIGN_ALL;
import static io.ashlar.storage.FirstEpoch.RT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.ashlar.message.GetValues;
import io.ashlar.message.KeyResolved;
import io.ashlar.message.LogSet;
import io.ashlar.message.Message;
import io.ashlar.message.RangeRead;
import io.ashlar.message.Refused;
import io.ashlar.message.Values;
import io.ashlar.message.WatchFired;
import io.ashlar.message.WatchValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads and watches of one server that pulls its tag. */
class StorageServerTest {
  private final FirstEpoch epoch = new FirstEpoch();
  private final FakeWorld world = epoch.world;
  private final LogSet first = epoch.logs;
  private final FakeLog log = epoch.log;

  private static void assertRefused(Message reply, ErrorCode code) {
    assertThat(reply).isInstanceOf(Refused.class);
    assertThat(((Refused) reply).code()).isEqualTo(code);
  }

  @Test
  void readsEachVersionAsItWas() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 10, set("a", "2"), set("b", "3"));
    log.push(RT + 30, RT + 20, Mutation.clearRange(key("a"), key("b")));
    world.runMillis(20);
    assertThat(world.get(RT + 9, "a")).isNull();
    assertThat(world.get(RT + 10, "a")).isEqualTo(key("1"));
    assertThat(world.get(RT + 25, "a")).isEqualTo(key("2"));
    assertThat(world.get(RT + 30, "a")).isNull();
    assertThat(world.get(RT + 30, "b")).isEqualTo(key("3"));
    assertThat(world.readyCount).isEqualTo(1);
  }

  @Test
  void evaluatesAtomicOperationsOverStoredAndNewValues() {
    epoch.start();
    Bytes one = Bytes.of(1, 0, 0, 0);
    Mutation add = new Mutation(MutationType.ADD, key("n"), one);
    log.push(RT + 10, RT, add, add);
    log.push(RT + 10_000_000, RT + 10, set("x", "y"));
    world.runMillis(2000);
    assertThat(world.state().storedVersion()).isEqualTo(RT + 10);
    log.push(RT + 20_000_000, RT + 10_000_000);
    world.runMillis(2000);
    assertThat(world.state().storedVersion()).isEqualTo(RT + 10_000_000);
    assertThat(world.state().bytesInMemory()).isZero();
    log.push(RT + 20_000_010, RT + 10_000_000, add);
    world.runMillis(20);
    assertThat(world.get(RT + 20_000_010, "n")).isEqualTo(Bytes.of(3, 0, 0, 0));
  }

  @Test
  void aReadOfAFutureVersionWaitsAndThenAnswersOrIsRefused() {
    epoch.start();
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
    epoch.start();
    log.push(RT + 6_000_000, RT, set("a", "1"));
    world.runMillis(20);
    assertRefused(
        world.answer(new GetValues(RT + 999_999, List.of(key("a")))),
        ErrorCode.TRANSACTION_TOO_OLD);
    assertThat(world.get(RT + 1_000_000, "a")).isNull();
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
    assertThat(world.get(RT, "c")).isNull();
  }

  /**
   * The tag of one that was taken away is popped once that is in the state; this one has the view
   * that says so a little later. Every view of the next epoch would say so.
   */
  @Test
  void waitsForAnotherViewWhenTheLogHasForgottenItsTag() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    world.runMillis(100);
    log.poppedThrough = RT + 20;
    world.runMillis(5_000);
    world.view(1, first);
    world.runMillis(5_000);
    assertThat(world.probes).contains("storage.forgotten-by-the-log");
    assertThat(world.state().latestVersion()).isEqualTo(RT + 10);
    assertThatThrownBy(
            () -> {
              world.view(2, first);
              world.runMillis(5_000);
            })
        .isInstanceOf(CheckFailedException.class)
        .hasMessageContaining("the tag is not retired");
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
            normal.watchBytesMax(),
            normal.watchNanos(),
            2_000,
            normal.fetchBytes(),
            normal.fetchTimeoutNanos(),
            normal.fetchKeptBytesMax(),
            normal.forgetEntriesMax());
    epoch.start();
    for (int i = 1; i <= 500; i++) {
      log.push(RT + i * 100_000L, RT + (i - 1) * 100_000L, set("k" + i, "v"));
    }
    world.runMillis(5_000);
    assertThat(world.probes).contains("storage.memory-full");
    assertThat(world.state().latestVersion()).isEqualTo(RT + 50_000_000);
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
    assertThat(world.get(RT + 10, "a")).isEqualTo(key("1"));
  }

  @Test
  void readsRangesBothWaysOverStoredAndNewRows() {
    epoch.start();
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

  private static KeyValue row(String key, String value) {
    return new KeyValue(key(key), key(value));
  }

  @Test
  void resolvesSelectorsInAShard() {
    epoch.start();
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
    epoch.start();
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

  @Test
  void knownCommittedReadsStayAtOrBelowWhatIsCommitted() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 10, set("a", "2"));
    world.runMillis(20);
    assertThat(world.answer(new GetValues(ReadVersions.KNOWN_COMMITTED, List.of(key("a")))))
        .isEqualTo(new Values(RT + 10, RT + 10, List.of(key("1"))));
    assertThat(world.published.tryAnswer(new GetValues(RT + 20, List.of(key("a")))))
        .isEqualTo(new Values(RT + 20, RT + 10, List.of(key("2"))));
    assertThat(world.published.tryAnswer(new GetValues(RT + 21, List.of(key("a"))))).isNull();
  }
}
