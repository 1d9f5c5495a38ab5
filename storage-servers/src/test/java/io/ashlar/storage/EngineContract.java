package io.ashlar.storage;

import static io.ashlar.storage.FakeWorld.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds of every storage engine. */
abstract class EngineContract {
  private EngineHarness harness;

  abstract EngineHarness harness();

  @BeforeEach
  void openNew() {
    harness = harness();
    assertThat(harness.open()).isEqualTo(EngineState.NEW);
  }

  @AfterEach
  void closeAll() {
    harness.close();
  }

  private StorageEngine engine() {
    return harness.engine;
  }

  private void write(long version, EngineBatch.Changes changes) {
    boolean[] written = new boolean[1];
    engine().write(new EngineBatch(version, key("m" + version), changes), () -> written[0] = true);
    assertThat(written[0]).as("completes later").isFalse();
    harness.runLoop();
    assertThat(written[0]).isTrue();
  }

  private void flush() {
    boolean[] durable = new boolean[1];
    engine().flush(() -> durable[0] = true);
    harness.runLoop();
    assertThat(durable[0]).isTrue();
  }

  private Bytes get(String key) {
    EngineSnapshot snapshot = engine().snapshot();
    try {
      return snapshot.get(key(key));
    } finally {
      snapshot.release();
    }
  }

  private static List<String> keys(EngineSnapshot snapshot, KeyRange range, boolean reverse) {
    List<String> found = new ArrayList<>();
    try (EngineCursor cursor = snapshot.cursor(range, reverse)) {
      for (; cursor.isValid(); cursor.advance()) {
        found.add(cursor.key().utf8() + "=" + cursor.value().utf8());
      }
    }
    return found;
  }

  @Test
  void readsWhatWasWritten() {
    write(
        5,
        to -> {
          to.set(Bytes.EMPTY, key("empty"));
          to.set(key("a"), Bytes.EMPTY);
          to.set(key("b"), key("2"));
        });
    assertThat(get("")).isEqualTo(key("empty"));
    assertThat(get("a")).isEqualTo(Bytes.EMPTY);
    assertThat(get("b")).isEqualTo(key("2"));
    assertThat(get("c")).isNull();
  }

  @Test
  void aSnapshotStaysAsItWas() {
    write(5, to -> to.set(key("a"), key("1")));
    EngineSnapshot before = engine().snapshot();
    write(6, to -> to.clearRange(key("a"), key("b")));
    EngineSnapshot after = engine().snapshot();
    assertThat(before.storedVersion()).isEqualTo(5);
    assertThat(after.storedVersion()).isEqualTo(6);
    assertThat(before.get(key("a"))).isEqualTo(key("1"));
    assertThat(after.get(key("a"))).isNull();
    assertThat(keys(before, Keys.ALL, false)).containsExactly("a=1");
    assertThat(keys(after, Keys.ALL, true)).isEmpty();
    before.release();
    after.release();
  }

  @Test
  void aSnapshotHoldsFinishedWritesOnly() {
    engine().write(new EngineBatch(5, key("m"), to -> to.set(key("a"), key("1"))), () -> {});
    EngineSnapshot before = engine().snapshot();
    harness.runLoop();
    assertThat(before.get(key("a"))).isNull();
    before.release();
    assertThat(get("a")).isEqualTo(key("1"));
  }

  @Test
  void walksRangesBothWays() {
    write(
        5,
        to -> {
          for (String each : List.of("a", "b", "c", "d")) {
            to.set(key(each), key("1"));
          }
        });
    EngineSnapshot snapshot = engine().snapshot();
    KeyRange range = new KeyRange(key("b"), key("d"));
    assertThat(keys(snapshot, range, false)).containsExactly("b=1", "c=1");
    assertThat(keys(snapshot, range, true)).containsExactly("c=1", "b=1");
    assertThat(keys(snapshot, new KeyRange(key("x"), key("z")), true)).isEmpty();
    assertThat(keys(snapshot, new KeyRange(Bytes.EMPTY, key("a")), false)).isEmpty();
    try (EngineCursor forward = snapshot.cursor(Keys.ALL, false);
        EngineCursor backward = snapshot.cursor(Keys.ALL, true)) {
      forward.skipTo(key("bb"));
      assertThat(forward.key()).isEqualTo(key("c"));
      forward.skipTo(key("a"));
      assertThat(forward.key()).isEqualTo(key("c"));
      backward.skipTo(key("d"));
      assertThat(backward.key()).isEqualTo(key("c"));
      backward.skipTo(key("z"));
      assertThat(backward.key()).isEqualTo(key("c"));
      backward.skipTo(key("a"));
      assertThat(backward.isValid()).isFalse();
    }
    snapshot.release();
  }

  @Test
  void clearsFewAndManyRows() {
    write(
        5,
        to -> {
          for (int i = 100; i < 500; i++) {
            to.set(key("k" + i), key("1"));
          }
        });
    write(
        6,
        to -> {
          to.clearRange(key("k100"), key("k102"));
          to.clearRange(key("k200"), key("k499"));
        });
    EngineSnapshot snapshot = engine().snapshot();
    assertThat(keys(snapshot, Keys.ALL, false)).hasSize(99);
    assertThat(snapshot.get(key("k101"))).isNull();
    assertThat(snapshot.get(key("k102"))).isNotNull();
    assertThat(snapshot.get(key("k498"))).isNull();
    assertThat(snapshot.get(key("k499"))).isNotNull();
    snapshot.release();
  }

  @Test
  void keepsWhatWasFlushedAndLosesWholeBatchesAfterIt() {
    write(5, to -> to.set(key("a"), key("1")));
    flush();
    write(6, to -> to.set(key("a"), key("2")));
    write(7, to -> to.set(key("b"), key("2")));
    harness.crash(false);
    assertThat(harness.open()).isEqualTo(new EngineState(5, key("m5")));
    assertThat(get("a")).isEqualTo(key("1"));
    assertThat(get("b")).isNull();
    write(6, to -> to.set(key("c"), key("3")));
    harness.crash(true);
    assertThat(harness.open()).isEqualTo(new EngineState(6, key("m6")));
    assertThat(get("c")).isEqualTo(key("3"));
  }

  @Test
  void keepsEverythingOverAClose() {
    write(5, to -> to.set(key("a"), key("1")));
    engine().write(new EngineBatch(6, key("m6"), to -> to.set(key("b"), key("2"))), () -> {});
    harness.reopenCleanly();
    assertThat(get("a")).isEqualTo(key("1"));
    assertThat(get("b")).isEqualTo(key("2"));
  }

  @Test
  void completesInTheOrderOfTheCalls() {
    List<String> order = new ArrayList<>();
    engine().write(new EngineBatch(5, key("m"), to -> {}), () -> order.add("write"));
    engine().flush(() -> order.add("flush"));
    engine().write(new EngineBatch(6, key("m"), to -> {}), () -> order.add("write again"));
    engine().close(() -> order.add("close"));
    harness.runLoop();
    harness.engine = null;
    assertThat(order).containsExactly("write", "flush", "write again", "close");
  }

  @Test
  void refusesReadsOfAFreedSnapshot() {
    write(5, to -> to.set(key("a"), key("1")));
    EngineSnapshot held = engine().snapshot();
    held.retain();
    held.release();
    assertThat(held.get(key("a"))).isEqualTo(key("1"));
    write(6, to -> {});
    held.release();
    assertThatThrownBy(() -> held.get(key("a")))
        .isInstanceOfSatisfying(
            AshlarException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATABASE_CLOSED));
  }

  /** Random batches, snapshots, crashes and reads against one sorted map for each version. */
  @Test
  void agreesWithASortedMap() {
    for (int seed = 1; seed <= 8; seed++) {
      harness.close();
      harness = harness();
      harness.open();
      compare(new SeededRandom(seed));
    }
  }

  private void compare(SeededRandom random) {
    NavigableMap<Bytes, Bytes> now = new TreeMap<>();
    NavigableMap<Bytes, Bytes> flushed = new TreeMap<>();
    Map<EngineSnapshot, NavigableMap<Bytes, Bytes>> snapshots = new java.util.LinkedHashMap<>();
    long version = 0;
    long flushedVersion = 0;
    for (int step = 0; step < 150; step++) {
      int kind = random.nextInt(10);
      if (kind < 5) {
        NavigableMap<Bytes, Bytes> next = new TreeMap<>(now);
        List<RandomChange> changes = RandomChange.draw(random);
        changes.forEach(change -> change.apply(next));
        write(++version, to -> changes.forEach(change -> change.write(to)));
        now = next;
      } else if (kind == 5) {
        flush();
        flushed = now;
        flushedVersion = version;
      } else if (kind == 6 && random.nextInt(4) == 0) {
        snapshots.clear();
        boolean keep = random.nextBoolean();
        harness.crash(keep);
        EngineState state = harness.open();
        now = keep ? now : flushed;
        version = keep ? version : flushedVersion;
        flushed = now;
        flushedVersion = version;
        assertThat(state.storedVersion()).isEqualTo(version);
      } else if (kind == 7) {
        snapshots.put(engine().snapshot(), now);
      } else if (kind == 8 && !snapshots.isEmpty()) {
        EngineSnapshot oldest = snapshots.keySet().iterator().next();
        snapshots.remove(oldest);
        oldest.release();
      } else {
        EngineSnapshot snapshot = engine().snapshot();
        compare(random, snapshot, now);
        snapshot.release();
        snapshots.forEach((each, expected) -> compare(random, each, expected));
      }
    }
    snapshots.keySet().forEach(EngineSnapshot::release);
  }

  private static void compare(
      SeededRandom random, EngineSnapshot snapshot, NavigableMap<Bytes, Bytes> expected) {
    Bytes key = RandomChange.key(random);
    assertThat(snapshot.get(key)).isEqualTo(expected.get(key));
    Bytes begin = RandomChange.key(random);
    Bytes end = RandomChange.key(random);
    if (begin.compareTo(end) > 0) {
      return;
    }
    boolean reverse = random.nextBoolean();
    NavigableMap<Bytes, Bytes> rows = expected.subMap(begin, true, end, false);
    rows = reverse ? rows.descendingMap() : rows;
    Map<Bytes, Bytes> found = new java.util.LinkedHashMap<>();
    try (EngineCursor cursor = snapshot.cursor(new KeyRange(begin, end), reverse)) {
      for (; cursor.isValid(); cursor.advance()) {
        found.put(cursor.key(), cursor.value());
      }
    }
    assertThat(new ArrayList<>(found.entrySet())).isEqualTo(new ArrayList<>(rows.entrySet()));
  }

  /** A change of a few keys, so that changes meet. */
  private record RandomChange(Bytes begin, Bytes end, Bytes value) {
    static Bytes key(SeededRandom random) {
      int length = random.nextInt(3);
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) (random.nextInt(5) == 0 ? 0 : 'a' + random.nextInt(4));
      }
      return Bytes.wrap(bytes);
    }

    /** In key order, none touching the keys of another. */
    static List<RandomChange> draw(SeededRandom random) {
      java.util.TreeSet<Bytes> points = new java.util.TreeSet<>();
      int count = random.nextInt(8);
      for (int i = 0; i < count; i++) {
        points.add(key(random));
      }
      List<RandomChange> changes = new ArrayList<>();
      List<Bytes> sorted = new ArrayList<>(points);
      for (int i = 0; i < sorted.size(); i++) {
        boolean clears = i + 1 < sorted.size() && random.nextInt(3) == 0;
        if (clears) {
          changes.add(new RandomChange(sorted.get(i), sorted.get(i + 1), null));
        } else {
          changes.add(
              new RandomChange(sorted.get(i), null, Bytes.utf8("v" + random.nextInt(1000))));
        }
      }
      return changes;
    }

    void apply(NavigableMap<Bytes, Bytes> to) {
      if (end == null) {
        to.put(begin, value);
      } else {
        to.subMap(begin, end).clear();
      }
    }

    void write(EngineBatch.Writer to) {
      if (end == null) {
        to.set(begin, value);
      } else {
        to.clearRange(begin, end);
      }
    }
  }
}
