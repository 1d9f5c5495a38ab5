package io.ashlar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AtomicOps;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetValues;
import io.ashlar.message.LogSet;
import io.ashlar.message.Message;
import io.ashlar.message.RangeRead;
import io.ashlar.message.Refused;
import io.ashlar.message.StorageState;
import io.ashlar.message.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One storage server under random mutations, crashes that lose what was not flushed, and recoveries
 * that take back what was not committed, beside a model of what every version is.
 */
class CrashRun {
  static final long WINDOW = 2_000;
  static final long JUMP = 100_000;
  private static final MutationType[] ATOMIC = {
    MutationType.ADD,
    MutationType.ADD,
    MutationType.BIT_XOR,
    MutationType.APPEND_IF_FITS,
    MutationType.MAX,
    MutationType.BYTE_MIN,
    MutationType.COMPARE_AND_CLEAR
  };

  /** One version of the history as it will have been: what the server is told of it. */
  record Pushed(long version, Mutation[] mutations) {}

  final int seed;
  final SeededRandom random;
  final FakeWorld world;
  final TreeMap<Long, Pushed> history = new TreeMap<>();
  final TreeMap<Long, NavigableMap<Bytes, Bytes>> model = new TreeMap<>();
  final List<LogSet> generations = new ArrayList<>();
  final TreeMap<Long, Long> gaps = new TreeMap<>();
  EngineHarness.Rocks rocks;
  private boolean isForcing;
  long epoch = 1;
  long end;
  long knownCommitted;

  CrashRun(int seed) {
    this.seed = seed;
    random = new SeededRandom(seed);
    world = new FakeWorld(seed);
    world.windowVersions = WINDOW;
    world.options = drawOptions();
    model.put(0L, new TreeMap<>());
  }

  /** Small values, so that every limit is met. */
  private StorageServerOptions drawOptions() {
    long milli = 1_000_000;
    return new StorageServerOptions(
        (5 + random.nextInt(50)) * milli,
        1 + random.nextInt(3000),
        1 + random.nextInt(20_000),
        (10 + random.nextInt(500)) * milli,
        20 * milli,
        1 + random.nextInt(400),
        random.nextInt(50) * milli,
        100 * milli,
        2 * milli,
        100 * milli,
        1 + random.nextInt(20),
        1 + random.nextInt(20),
        10,
        1_000,
        200 * milli,
        1 + random.nextInt(30_000),
        1 + random.nextInt(500),
        200 * milli,
        1 + random.nextInt(60),
        1 + random.nextInt(20));
  }

  void force(TreeSet<String> fired) {
    isForcing = true;
    SeededRandom draws = random.fork("fault points");
    int perMillion = 1 + draws.nextInt(draws.nextBoolean() ? 300_000 : 20_000);
    world.forced =
        point -> {
          boolean fires = draws.chance(perMillion);
          if (fires) {
            fired.add(point);
          }
          return fires;
        };
  }

  void useRocks(EngineHarness.Rocks harness) {
    rocks = harness;
    world.engines =
        loop ->
            new RocksEngine(
                "/engine",
                harness.env(),
                harness.options,
                Runnable::run,
                loop,
                StorageEngine::rethrow);
    world.onCrash = keep -> world.engine(RocksEngine.class).crash(keep);
  }

  void go(int steps) {
    LogSet first = world.generation(epoch, 0, 0, JUMP, 1 + random.nextInt(2));
    generations.add(first);
    push(JUMP, Mutation.epochEnd(0), new Mutation(MutationType.SHARD_ASSIGNED, own(), ownEnd()));
    start();
    for (int i = 0; i < steps; i++) {
      step();
      world.runMillis(random.nextInt(30));
    }
    settle();
  }

  /** Where what belongs to the server at first begins. */
  Bytes own() {
    return Keys.ALL.begin();
  }

  /** And where it ends. */
  Bytes ownEnd() {
    return Keys.ALL.end();
  }

  /** Those of a version's mutations that the log has for the server. */
  Mutation[] received(long version, Mutation[] mutations) {
    return mutations;
  }

  /** Nothing above {@code version} was committed. */
  void takenBack(long version) {}

  /** Whether the server must, may or must not answer a read of the range at a version. */
  Answer answerTo(KeyRange range, long version) {
    return version < JUMP ? Answer.MUST_NOT : Answer.MUST;
  }

  enum Answer {
    MUST,
    MAY,
    MUST_NOT
  }

  /** What is to be done now and then beside all else. */
  void extraStep() {}

  /** What is to be done before all is looked at in the end. */
  void settleMore() {}

  private void start() {
    world.start();
    publishView();
  }

  void publishView() {
    world.view(epoch, generations.toArray(new LogSet[0]));
  }

  private void step() {
    extraStep();
    int kind = random.nextInt(40);
    if (kind < 24) {
      int versions = 1 + random.nextInt(5);
      for (int i = 0; i < versions; i++) {
        pushRandom();
      }
    } else if (kind < 26) {
      knownCommitted = end;
      currentLogs().forEach(log -> log.push(end, knownCommitted));
    } else if (kind < 34) {
      read();
    } else if (kind < 36) {
      List<FakeLog> logs = currentLogs();
      FakeLog log = logs.get(random.nextInt(logs.size()));
      log.silent = !log.silent;
    } else if (kind < 38) {
      boolean keep = random.nextBoolean();
      world.crash(keep);
      world.runMillis(random.nextInt(20));
      start();
    } else {
      recover();
    }
  }

  List<FakeLog> currentLogs() {
    return world.logsOf(generations.get(generations.size() - 1));
  }

  long nextVersion() {
    long version = end + 1 + random.nextInt(400);
    if (version > knownCommitted + WINDOW) {
      // The semi-commit window: nothing is pushed further ahead of what is known committed.
      knownCommitted = end;
      version = Math.min(version, knownCommitted + WINDOW);
    }
    return version;
  }

  private void pushRandom() {
    long version = nextVersion();
    Mutation[] mutations = new Mutation[random.nextInt(5)];
    for (int i = 0; i < mutations.length; i++) {
      mutations[i] = draw();
    }
    push(version, mutations);
    if (random.nextInt(3) == 0) {
      knownCommitted = Math.max(knownCommitted, end - random.nextInt(300));
    }
  }

  Mutation draw() {
    Bytes key = drawKey();
    int kind = random.nextInt(10);
    if (kind < 6) {
      byte[] operand = new byte[1 + random.nextInt(3)];
      random.nextBytes(operand);
      return new Mutation(ATOMIC[random.nextInt(ATOMIC.length)], key, Bytes.wrap(operand));
    }
    if (kind < 8) {
      return Mutation.set(key, Bytes.utf8("v" + random.nextInt(100)));
    }
    Bytes other = drawKey();
    return key.compareTo(other) <= 0
        ? Mutation.clearRange(key, other)
        : Mutation.clearRange(other, key);
  }

  Bytes drawKey() {
    return Bytes.utf8("k" + (char) ('a' + random.nextInt(20)));
  }

  void push(long version, Mutation... mutations) {
    Mutation[] received = received(version, mutations);
    history.put(version, new Pushed(version, received));
    NavigableMap<Bytes, Bytes> next = new TreeMap<>(model.lastEntry().getValue());
    for (Mutation mutation : mutations) {
      apply(mutation, next);
    }
    model.put(version, next);
    end = version;
    currentLogs().forEach(log -> log.push(version, knownCommitted, received));
  }

  static void apply(Mutation mutation, NavigableMap<Bytes, Bytes> to) {
    Bytes key = mutation.first();
    if (mutation.type() == MutationType.SET) {
      to.put(key, mutation.second());
    } else if (mutation.type() == MutationType.CLEAR_RANGE) {
      to.subMap(key, mutation.second()).clear();
    } else if (mutation.type().isAtomicOperation()) {
      Bytes after = AtomicOps.apply(mutation.type(), to.get(key), mutation.second());
      if (after == null) {
        to.remove(key);
      } else {
        to.put(key, after);
      }
    }
  }

  /** A new epoch: what lies above a version that is at or above all known committed is lost. */
  private void recover() {
    currentLogs().forEach(log -> log.locked = true);
    long lowest = Math.max(knownCommitted, 0);
    long rv =
        history.subMap(lowest, true, end, true).keySet().stream()
            .skip(random.nextInt(1 + history.subMap(lowest, true, end, true).size()))
            .findFirst()
            .orElse(end);
    history.tailMap(rv, false).clear();
    model.tailMap(rv, false).clear();
    takenBack(rv);
    long begin = Math.min(rv, Math.max(0, knownCommitted - random.nextInt(300)));
    epoch++;
    long rt = rv + JUMP;
    dropDrained();
    LogSet next = world.generation(epoch, begin, rv, rt, 1 + random.nextInt(2));
    for (FakeLog log : world.logsOf(next)) {
      for (Pushed each : history.subMap(begin, false, rv, true).values()) {
        log.push(each.version, Math.min(knownCommitted, rv), each.mutations);
      }
      log.push(rv, Math.min(knownCommitted, rv));
    }
    generations.add(next);
    gaps.put(rv, rt);
    push(rt, Mutation.epochEnd(rv));
    knownCommitted = rt;
    publishView();
  }

  /** Old generations of which everything was popped are listed no longer. */
  private void dropDrained() {
    while (generations.size() > 1
        && world.logsOf(generations.get(0)).stream()
            .allMatch(log -> log.poppedThrough >= log.end)) {
      generations.remove(0);
    }
  }

  private void read() {
    long version = end - random.nextInt((int) WINDOW * 2);
    if (version < 0) {
      return;
    }
    Bytes key = drawKey();
    boolean reverse = random.nextBoolean();
    Bytes other = drawKey();
    KeyRange range =
        key.compareTo(other) <= 0 ? new KeyRange(key, other) : new KeyRange(other, key);
    long get = world.ask(new GetValues(version, List.of(key)));
    long getRange = world.ask(new GetRange(version, range, 100, 100_000, reverse, false));
    NavigableMap<Bytes, Bytes> expected = model.floorEntry(version).getValue();
    // Between a recovery version and its transaction there is no version a client could have.
    Map.Entry<Long, Long> gap = gaps.lowerEntry(version);
    boolean committed = version <= knownCommitted && (gap == null || version >= gap.getValue());
    world.runMillis(300);
    Message reply = world.replies.get(get);
    if (committed) {
      checkAnswer(reply, answerTo(KeyRange.ofKey(key), version));
      checkAnswer(world.replies.get(getRange), answerTo(range, version));
    }
    if (reply instanceof Values values && committed) {
      assertThat(values.values().get(0))
          .as("seed %d: %s at %d", seed, key, version)
          .isEqualTo(expected.get(key));
    }
    if (world.replies.get(getRange) instanceof RangeRead rows && committed) {
      assertThat(rows.rows())
          .as("seed %d: rows at %d", seed, version)
          .isEqualTo(rows(expected, range, reverse));
    }
  }

  private void checkAnswer(Message reply, Answer allowed) {
    if (reply instanceof Refused refused) {
      assertThat(refused.code())
          .as("seed %d", seed)
          .isIn(
              ErrorCode.TRANSACTION_TOO_OLD,
              ErrorCode.FUTURE_VERSION,
              ErrorCode.WRONG_SHARD_SERVER,
              ErrorCode.SERVER_REQUEST_QUEUE_FULL);
      if (refused.code() == ErrorCode.WRONG_SHARD_SERVER && !isForcing) {
        assertThat(allowed).as("seed %d: %s", seed, refused).isNotEqualTo(Answer.MUST);
      }
    } else if (reply != null) {
      assertThat(allowed).as("seed %d: %s", seed, reply).isNotEqualTo(Answer.MUST_NOT);
    }
  }

  static List<KeyValue> rows(NavigableMap<Bytes, Bytes> expected, KeyRange range, boolean reverse) {
    NavigableMap<Bytes, Bytes> rows = expected.subMap(range.begin(), true, range.end(), false);
    return (reverse ? rows.descendingMap() : rows)
        .entrySet().stream().map(row -> new KeyValue(row.getKey(), row.getValue())).toList();
  }

  /** With the smallest answers drawn, one version is pulled in a few milliseconds. */
  void catchUp() {
    for (int i = 0; i < 100; i++) {
      if (world.state().latestVersion() == end) {
        return;
      }
      world.runMillis(200);
    }
  }

  /** Faults are over: everything is applied, old generations drain, the rest is stored. */
  private void settle() {
    world.forced = point -> false;
    for (LogSet set : generations) {
      world.logsOf(set).forEach(log -> log.silent = false);
    }
    publishView();
    catchUp();
    settleMore();
    checkAll("all rows");
    push(end + WINDOW);
    knownCommitted = end;
    currentLogs().forEach(log -> log.push(end, knownCommitted));
    world.runMillis(3_000);
    StorageState state = world.state();
    assertThat(state.latestVersion()).as("seed %d", seed).isEqualTo(end);
    assertThat(state.storedVersion()).as("seed %d", seed).isEqualTo(end - WINDOW);
    assertThat(state.bytesInMemory()).as("seed %d", seed).isZero();
    dropDrained();
    assertThat(generations).as("seed %d: not drained", seed).hasSize(1);
    boolean[] closed = new boolean[1];
    world.server.close(() -> closed[0] = true);
    world.runMillis(200);
    assertThat(closed[0]).as("seed %d", seed).isTrue();
    world.stopped();
    start();
    catchUp();
    checkAll("after the close");
    if (rocks == null) {
      checkStored();
    }
  }

  /** Looks at what the model engine has in the end. */
  void checkStored() {}

  /** All rows that are the server's, at the newest version. */
  void checkAll(String when) {
    RangeRead all =
        (RangeRead) world.answer(new GetRange(end, Keys.ALL, 1000, 1_000_000, false, false));
    assertThat(all.rows())
        .as("seed %d: %s at %d", seed, when, end)
        .isEqualTo(rows(model.lastEntry().getValue(), Keys.ALL, false));
  }
}
