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
import io.ashlar.message.GetStorageState;
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
import org.junit.jupiter.api.Test;

/**
 * Random mutations, crashes that lose what was not flushed, and recoveries that take back what was
 * not committed. Since most mutations are atomic operations, one that is lost or applied twice
 * shows in the values.
 */
class StorageServerCrashTest {
  private static final long WINDOW = 2_000;
  private static final long JUMP = 100_000;
  private static final MutationType[] ATOMIC = {
    MutationType.ADD,
    MutationType.ADD,
    MutationType.BIT_XOR,
    MutationType.APPEND_IF_FITS,
    MutationType.MAX,
    MutationType.BYTE_MIN,
    MutationType.COMPARE_AND_CLEAR
  };

  @Test
  void losesNothingAndAppliesNothingTwiceOnTheModelEngine() {
    TreeSet<String> probes = new TreeSet<>();
    for (int seed = 1; seed <= 120; seed++) {
      Run run = new Run(seed);
      run.go(120);
      probes.addAll(run.world.probes);
    }
    assertThat(probes).contains("storage.peek-of-an-older-view", "storage.future-version");
  }

  @Test
  void losesNothingAndAppliesNothingTwiceOnRocksDbInMemory() {
    for (int seed = 1; seed <= 10; seed++) {
      try (EngineHarness.Rocks rocks = EngineHarness.Rocks.inMemory()) {
        Run run = new Run(seed);
        run.useRocks(rocks);
        run.go(80);
      }
    }
  }

  @Test
  void losesNothingAndAppliesNothingTwiceWhileRareBranchesAreForced() {
    TreeSet<String> fired = new TreeSet<>();
    for (int seed = 1; seed <= 80; seed++) {
      Run run = new Run(seed);
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

  /** One version of the history as it will have been. */
  private record Pushed(long version, Mutation[] mutations) {}

  private static final class Run {
    final int seed;
    final SeededRandom random;
    final FakeWorld world;
    final TreeMap<Long, Pushed> history = new TreeMap<>();
    final TreeMap<Long, NavigableMap<Bytes, Bytes>> model = new TreeMap<>();
    final List<LogSet> generations = new ArrayList<>();
    final TreeMap<Long, Long> gaps = new TreeMap<>();
    EngineHarness.Rocks rocks;
    long epoch = 1;
    long end;
    long knownCommitted;

    Run(int seed) {
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
          200 * milli,
          1 + random.nextInt(30_000),
          1 + random.nextInt(500),
          200 * milli,
          1 + random.nextInt(3_000),
          1 + random.nextInt(20));
    }

    void force(TreeSet<String> fired) {
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
      push(
          JUMP,
          Mutation.epochEnd(0),
          new Mutation(MutationType.SHARD_ASSIGNED, Keys.ALL.begin(), Keys.ALL.end()));
      start();
      for (int i = 0; i < steps; i++) {
        step();
        world.runMillis(random.nextInt(30));
      }
      settle();
    }

    private void start() {
      world.start();
      publishView();
    }

    private void publishView() {
      world.view(epoch, generations.toArray(new LogSet[0]));
    }

    private void step() {
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

    private List<FakeLog> currentLogs() {
      return world.logsOf(generations.get(generations.size() - 1));
    }

    private void pushRandom() {
      long version = end + 1 + random.nextInt(400);
      if (version > knownCommitted + WINDOW) {
        // The semi-commit window: nothing is pushed further ahead of what is known committed.
        knownCommitted = end;
        version = Math.min(version, knownCommitted + WINDOW);
      }
      Mutation[] mutations = new Mutation[random.nextInt(5)];
      for (int i = 0; i < mutations.length; i++) {
        mutations[i] = draw();
      }
      push(version, mutations);
      if (random.nextInt(3) == 0) {
        knownCommitted = Math.max(knownCommitted, end - random.nextInt(300));
      }
    }

    private Mutation draw() {
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

    private Bytes drawKey() {
      return Bytes.utf8("k" + (char) ('a' + random.nextInt(20)));
    }

    private void push(long version, Mutation... mutations) {
      history.put(version, new Pushed(version, mutations));
      NavigableMap<Bytes, Bytes> next = new TreeMap<>(model.lastEntry().getValue());
      for (Mutation mutation : mutations) {
        apply(mutation, next);
      }
      model.put(version, next);
      end = version;
      currentLogs().forEach(log -> log.push(version, knownCommitted, mutations));
    }

    private static void apply(Mutation mutation, NavigableMap<Bytes, Bytes> to) {
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
      if (reply instanceof Values values && committed) {
        assertThat(values.values().get(0))
            .as("seed %d: %s at %d", seed, key, version)
            .isEqualTo(expected.get(key));
      } else if (reply instanceof Refused refused) {
        assertThat(refused.code())
            .as("seed %d", seed)
            .isIn(
                ErrorCode.TRANSACTION_TOO_OLD,
                ErrorCode.FUTURE_VERSION,
                ErrorCode.WRONG_SHARD_SERVER,
                ErrorCode.SERVER_REQUEST_QUEUE_FULL);
      }
      if (world.replies.get(getRange) instanceof RangeRead rows && committed) {
        assertThat(rows.rows())
            .as("seed %d: rows at %d", seed, version)
            .isEqualTo(rows(expected, range, reverse));
      }
    }

    private static List<KeyValue> rows(
        NavigableMap<Bytes, Bytes> expected, KeyRange range, boolean reverse) {
      NavigableMap<Bytes, Bytes> rows = expected.subMap(range.begin(), true, range.end(), false);
      return (reverse ? rows.descendingMap() : rows)
          .entrySet().stream().map(row -> new KeyValue(row.getKey(), row.getValue())).toList();
    }

    /** With the smallest answers drawn, one version is pulled in a few milliseconds. */
    private void catchUp() {
      for (int i = 0; i < 100; i++) {
        if (((StorageState) world.answer(new GetStorageState())).latestVersion() == end) {
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
      RangeRead all =
          (RangeRead) world.answer(new GetRange(end, Keys.ALL, 1000, 1_000_000, false, false));
      assertThat(all.rows())
          .as("seed %d: all rows at %d", seed, end)
          .isEqualTo(rows(model.lastEntry().getValue(), Keys.ALL, false));
      push(end + WINDOW);
      knownCommitted = end;
      currentLogs().forEach(log -> log.push(end, knownCommitted));
      world.runMillis(3_000);
      StorageState state = (StorageState) world.answer(new GetStorageState());
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
      all = (RangeRead) world.answer(new GetRange(end, Keys.ALL, 1000, 1_000_000, false, false));
      assertThat(all.rows())
          .as("seed %d: after the close", seed)
          .isEqualTo(rows(model.lastEntry().getValue(), Keys.ALL, false));
    }
  }
}
