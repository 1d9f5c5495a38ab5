package io.ashlar.storage;

import static io.ashlar.storage.FakeWorld.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetValues;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.LogSet;
import io.ashlar.message.Message;
import io.ashlar.message.RangeRead;
import io.ashlar.message.Refused;
import io.ashlar.message.ShardLocation;
import io.ashlar.message.StorageAddress;
import io.ashlar.message.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A storage server fetches the range [m, n) from two others. */
class ShardFetchTest {
  private static final long RT = 100_000_000;
  private static final long SECOND = 1_000_000;
  private static final Address PROXY = new Address("proxy:1", 3);
  private static final KeyRange MOVING = new KeyRange(key("m"), key("n"));
  private static final Mutation FETCH =
      new Mutation(MutationType.SHARD_FETCH, MOVING.begin(), MOVING.end());
  private static final Mutation JOINED =
      new Mutation(MutationType.SHARD_JOINED, MOVING.begin(), MOVING.end());
  private static final Mutation REMOVED =
      new Mutation(MutationType.SHARD_REMOVED, MOVING.begin(), MOVING.end());

  private final FakeWorld world = new FakeWorld(1);
  private final LogSet first = world.generation(1, 0, 0, RT, 1);
  private FakeLog log = world.logsOf(first).get(0);
  private long end;

  /** What the others have, at every version. */
  private final TreeMap<Bytes, Bytes> rows = new TreeMap<>();

  /** Requests for rows, by tag of who was asked. */
  private final List<GetRange> asked = new ArrayList<>();

  private final List<Integer> askedTags = new ArrayList<>();

  /** Requests that wait for the test to answer, when it wants them to. */
  private final List<Runnable> held = new ArrayList<>();

  private boolean isHolding;
  private int answeredMax = Integer.MAX_VALUE;
  private int silentTag;

  @BeforeEach
  void start() {
    world.commitProxies.add(PROXY);
    world.others.put(
        PROXY,
        (message, answer) -> {
          assertThat(((GetKeyLocations) message).range().begin()).isBetween(key("m"), key("n"));
          answer.accept(new KeyLocations(List.of(new ShardLocation(MOVING, List.of(2, 3)))));
        });
    for (int tag = 2; tag <= 3; tag++) {
      int mine = tag;
      Address address = new Address("other:1", tag);
      world.storages.add(new StorageAddress(tag, new Uid(77, tag), address));
      world.others.put(address, (message, answer) -> onGetRange(mine, message, answer));
    }
    world.options = StorageServerOptions.defaults();
  }

  private void onGetRange(int tag, Message message, Consumer<Message> answer) {
    GetRange get = (GetRange) message;
    asked.add(get);
    askedTags.add(tag);
    if (tag == silentTag) {
      return;
    }
    if (isHolding || asked.size() > answeredMax) {
      held.add(() -> answer.accept(read(get)));
    } else {
      answer.accept(read(get));
    }
  }

  private RangeRead read(GetRange get) {
    List<KeyValue> found = new ArrayList<>();
    long bytes = 0;
    for (var row : rows.subMap(get.range().begin(), get.range().end()).entrySet()) {
      found.add(new KeyValue(row.getKey(), row.getValue()));
      bytes += row.getKey().length() + row.getValue().length();
      if (bytes >= get.bytesMax()) {
        return new RangeRead(get.version(), 0, found, true);
      }
    }
    return new RangeRead(get.version(), 0, found, false);
  }

  private void begin() {
    world.start();
    world.view(1, first);
    push(RT, Mutation.epochEnd(0), new Mutation(MutationType.SHARD_ASSIGNED, key("a"), key("c")));
    push(RT + 10, FETCH);
    world.runMillis(20);
  }

  private void push(long version, Mutation... mutations) {
    end = version;
    log.push(version, version, mutations);
  }

  private Message get(String key) {
    return world.answer(new GetValues(end, List.of(key(key))));
  }

  private void assertValue(String key, String value) {
    Bytes expected = value == null ? null : key(value);
    assertThat(get(key)).isInstanceOf(Values.class);
    assertThat(((Values) get(key)).values().get(0)).isEqualTo(expected);
  }

  private void assertWrongShard(String key) {
    assertThat(get(key)).isInstanceOf(Refused.class);
    assertThat(((Refused) get(key)).code()).isEqualTo(ErrorCode.WRONG_SHARD_SERVER);
  }

  /** Time and versions pass until what is here is stored and durable. */
  private void passWindow() {
    for (int i = 0; i < 8; i++) {
      push(end + SECOND);
      world.runMillis(1000);
    }
  }

  @Test
  void whatIsWrittenMeanwhileComesOnTopOfWhatIsFetched() {
    rows.put(key("m1"), key("old"));
    rows.put(key("m2"), key("old"));
    rows.put(key("m3"), key("old"));
    isHolding = true;
    begin();
    assertThat(asked).hasSize(1);
    push(RT + 20, Mutation.set(key("m1"), key("new")));
    push(RT + 30, Mutation.clearRange(key("m2"), key("m3")));
    push(RT + 40, new Mutation(MutationType.APPEND_IF_FITS, key("m3"), key("er")));
    push(RT + 50, new Mutation(MutationType.APPEND_IF_FITS, key("m4"), key("begun")));
    world.runMillis(20);
    assertWrongShard("m1");
    held.forEach(Runnable::run);
    world.runMillis(20);
    assertValue("m1", "new");
    assertValue("m2", null);
    assertValue("m3", "older");
    assertValue("m4", "begun");
    push(RT + 60, Mutation.set(key("m4"), key("later")));
    world.runMillis(20);
    assertValue("m4", "later");
  }

  @Test
  void aRangeComesInPiecesAndIsServedWhenItIsWhole() {
    for (int i = 0; i < 3_000; i++) {
      rows.put(key("m" + i), key("value " + i));
    }
    world.options = options(500, 1 << 20, 1 << 20);
    begin();
    int round = 0;
    while (world.state().safeRanges().size() < 2 && round++ < 100) {
      push(end + SECOND / 10, Mutation.set(key("m" + round), key("written")));
      rows.put(key("m" + round), key("written"));
      world.runMillis(100);
    }
    assertThat(asked.size()).isGreaterThan(60);
    push(end + 1, JOINED);
    for (int i = 0; i < 3_000; i += 7) {
      assertValue("m" + i, i > 0 && i <= round ? "written" : "value " + i);
    }
  }

  @Test
  void aRangeIsSafeOnlyWhenItIsDurable() {
    rows.put(key("m1"), key("1"));
    begin();
    assertValue("m1", "1");
    assertThat(world.state().safeRanges()).containsExactly(new KeyRange(key("a"), key("c")));
    passWindow();
    assertThat(world.state().safeRanges())
        .containsExactly(new KeyRange(key("a"), key("c")), MOVING);
    assertThat(world.state().durableVersion()).isGreaterThanOrEqualTo(RT + 10);
    rows.clear();
    world.crash(false);
    world.start();
    world.view(1, first);
    world.runMillis(100);
    assertThat(world.state().safeRanges())
        .containsExactly(new KeyRange(key("a"), key("c")), MOVING);
    push(end + 1, JOINED);
    assertValue("m1", "1");
  }

  @Test
  void aServerThatRestartsFetchesOnlyWhatItHadNotStored() {
    for (int i = 0; i < 100; i++) {
      rows.put(key("m" + i), key("value " + i));
    }
    world.options = options(200, 1 << 20, 1 << 20);
    answeredMax = 3;
    begin();
    passWindow();
    assertThat(held).isNotEmpty();
    world.crash(true);
    answeredMax = Integer.MAX_VALUE;
    int before = asked.size();
    world.start();
    world.view(1, first);
    world.runMillis(20);
    push(end + SECOND);
    world.runMillis(500);
    assertThat(asked.size()).isGreaterThan(before);
    assertThat(asked.get(before).range().begin()).isGreaterThan(MOVING.begin());
    passWindow();
    push(end + 1, JOINED);
    for (int i = 0; i < 100; i++) {
      assertValue("m" + i, "value " + i);
    }
  }

  @Test
  void whatIsTakenBackIsNotPutOnTopOfWhatWasFetched() {
    rows.put(key("m1"), key("old"));
    isHolding = true;
    begin();
    end = RT + 30;
    // Not known to be committed, and it will not have been.
    log.push(RT + 30, RT + 10, Mutation.set(key("m1"), key("never")));
    world.runMillis(20);
    log.locked = true;
    LogSet second = world.generation(2, RT + 10, RT + 20, 2 * RT, 1);
    log = world.logsOf(second).get(0);
    push(2 * RT, Mutation.epochEnd(RT + 20));
    world.view(2, first, second);
    world.runMillis(20);
    assertThat(world.probes).contains("storage.rolled-back", "storage.fetch-given-up");
    assertThat(asked).hasSize(2);
    assertThat(asked.get(1).version()).isEqualTo(2 * RT);
    held.get(0).run();
    world.runMillis(20);
    assertWrongShard("m1");
    held.get(1).run();
    world.runMillis(20);
    assertValue("m1", "old");
  }

  @Test
  void anotherReplicaIsAskedWhenOneIsSilent() {
    rows.put(key("m1"), key("1"));
    silentTag = 2;
    begin();
    world.runMillis(5_000);
    assertThat(askedTags).contains(2, 3);
    assertValue("m1", "1");
  }

  @Test
  void noMoreIsPulledWhileTooMuchIsKeptBesideAPiece() {
    rows.put(key("m1"), key("1"));
    world.options = options(1 << 20, 100, 1 << 20);
    isHolding = true;
    begin();
    for (int i = 1; i <= 20; i++) {
      push(RT + 10 + i, Mutation.set(key("m" + i), key("a value of thirty bytes or so")));
      world.runMillis(20);
    }
    assertThat(world.state().latestVersion()).isLessThan(RT + 20);
    held.get(0).run();
    world.runMillis(50);
    assertThat(world.state().latestVersion()).isEqualTo(RT + 30);
    assertValue("m20", "a value of thirty bytes or so");
  }

  @Test
  void noMoreIsAskedForThanFitsIntoMemory() {
    for (int i = 0; i < 500; i++) {
      rows.put(key("m" + i), key("a value of thirty bytes or so"));
    }
    world.options = options(300, 1 << 20, 20_000);
    begin();
    world.runMillis(2_000);
    assertThat(world.state().bytesInMemory()).isLessThan(8_000);
    assertThat(world.probes).contains("storage.fetch-waits-for-room");
    for (int i = 0; i < 20; i++) {
      passWindow();
      assertThat(world.state().bytesInMemory()).isLessThan(8_000);
    }
    assertThat(world.state().safeRanges()).contains(MOVING);
  }

  @Test
  void aRangeThatWasRemovedIsNotServedAndLeavesNothingBehind() {
    rows.put(key("m1"), key("1"));
    begin();
    passWindow();
    push(end + 1, JOINED);
    long before = end;
    assertValue("m1", "1");
    push(end + 1, REMOVED);
    assertWrongShard("m1");
    Message old = world.answer(new GetValues(before, List.of(key("m1"))));
    assertThat(((Values) old).values()).containsExactly(key("1"));
    passWindow();
    assertWrongShard("m1");
    assertThat(world.state().bytesInMemory()).isZero();
    assertThat(world.store.written().root()).isNull();
    assertThat(world.state().safeRanges()).containsExactly(new KeyRange(key("a"), key("c")));
  }

  @Test
  void aMoveThatIsGivenUpLeavesNothingBehind() {
    for (int i = 0; i < 100; i++) {
      rows.put(key("m" + i), key("value " + i));
    }
    world.options = options(200, 1 << 20, 1 << 20);
    answeredMax = 3;
    begin();
    push(end + 1, REMOVED, Mutation.set(key("a"), key("kept")));
    world.runMillis(20);
    held.forEach(Runnable::run);
    passWindow();
    assertWrongShard("m1");
    assertValue("a", "kept");
    assertThat(world.store.written().root().key).isEqualTo(key("a"));
    assertThat(world.store.written().root().left()).isNull();
    assertThat(world.store.written().root().right()).isNull();
  }

  private static StorageServerOptions options(int fetchBytes, long keptMax, long memoryMax) {
    StorageServerOptions normal = StorageServerOptions.defaults();
    return new StorageServerOptions(
        normal.storedStepNanos(),
        normal.storedStepBytes(),
        normal.flushBytes(),
        normal.flushNanos(),
        normal.popNanos(),
        normal.peekBytesMax(),
        normal.peekWaitNanos(),
        normal.peekTimeoutNanos(),
        normal.retryNanos(),
        normal.readWaitNanos(),
        normal.waitingReadsMax(),
        normal.readsInFlightMax(),
        normal.watchesMax(),
        normal.watchBytesMax(),
        normal.watchNanos(),
        memoryMax,
        fetchBytes,
        normal.fetchTimeoutNanos(),
        keptMax,
        normal.forgetEntriesMax());
  }
}
