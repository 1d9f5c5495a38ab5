package io.ashlar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AtomicOps;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Many reads and writes of one transaction under way at once, each read compared with a sorted map
 * that had all the writes made before it.
 */
class ReadYourWritesTest {
  private static final MutationType[] ATOMIC = {
    MutationType.ADD,
    MutationType.BIT_AND,
    MutationType.BIT_OR,
    MutationType.BIT_XOR,
    MutationType.APPEND_IF_FITS,
    MutationType.MAX,
    MutationType.MIN,
    MutationType.BYTE_MIN,
    MutationType.BYTE_MAX,
    MutationType.COMPARE_AND_CLEAR
  };

  private record Expectation(CompletableFuture<?> actual, String expected, String what) {}

  private static final class Run {
    final SeededRandom random;
    final FakeWorld world;
    final Transaction tr;
    final boolean ownWrites;
    final NavigableMap<Bytes, Bytes> base;
    final NavigableMap<Bytes, Bytes> model;
    final List<Expectation> expectations = new ArrayList<>();

    Run(long seed) {
      random = new SeededRandom(seed);
      world = new FakeWorld(seed);
      world.cluster.assign("\0a", 2);
      world.cluster.assign("a", 3);
      world.cluster.assign("a\0a", 1);
      Database database = FakeWorld.connect(world, DatabaseOptions.defaults());
      Transaction first = database.createTransaction();
      for (Bytes key : SmallKeys.ALL) {
        if (random.nextBoolean()) {
          first.set(key.toArray(), SmallKeys.drawValue(random).toArray());
        }
      }
      world.await(first.commit());
      SeededRandom points = random.fork("fault points");
      int forcedPerMillion = points.nextBoolean() ? points.nextInt(300_000) : 0;
      world.forced = point -> points.chance(forcedPerMillion);
      base = world.cluster.data();
      model = new TreeMap<>(base);
      tr = database.createTransaction();
      ownWrites = random.nextInt(5) != 0;
      if (!ownWrites) {
        tr.options().setReadYourWritesDisable();
      }
    }

    void step() {
      switch (random.nextInt(12)) {
        case 0, 1 -> set();
        case 2 -> clear();
        case 3, 4 -> mutate();
        case 5 -> world.runFor(random.nextInt(3_000_000));
        case 6 -> get();
        case 7 -> getMany();
        case 8 -> getKey();
        default -> getRange();
      }
    }

    private void set() {
      Bytes key = SmallKeys.draw(random);
      Bytes value = SmallKeys.drawValue(random);
      tr.set(key.toArray(), value.toArray());
      model.put(key, value);
    }

    private void clear() {
      Bytes key = SmallKeys.draw(random);
      Bytes end = SmallKeys.draw(random);
      if (random.nextBoolean() || key.compareTo(end) > 0) {
        tr.clear(key.toArray());
        model.remove(key);
      } else {
        tr.clear(key.toArray(), end.toArray());
        model.subMap(key, end).clear();
      }
    }

    private void mutate() {
      MutationType type = ATOMIC[random.nextInt(ATOMIC.length)];
      Bytes key = SmallKeys.draw(random);
      Bytes operand = SmallKeys.drawValue(random);
      tr.mutate(type, key.toArray(), operand.toArray());
      Bytes value = AtomicOps.apply(type.toCore(), model.get(key), operand);
      if (value == null) {
        model.remove(key);
      } else {
        model.put(key, value);
      }
    }

    private ReadTransaction reader() {
      return random.nextBoolean() ? tr : tr.snapshot();
    }

    private NavigableMap<Bytes, Bytes> visible() {
      return ownWrites ? model : base;
    }

    private void expect(CompletableFuture<?> actual, Object expected, String what) {
      expectations.add(new Expectation(actual, String.valueOf(expected), what));
    }

    private static String text(byte[] value) {
      return value == null ? "null" : Bytes.copyOf(value).toString();
    }

    private void get() {
      Bytes key = SmallKeys.draw(random);
      expect(reader().get(key.toArray()).thenApply(Run::text), visible().get(key), "get of " + key);
    }

    private void getMany() {
      List<byte[]> keys = new ArrayList<>();
      List<String> expected = new ArrayList<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        Bytes key = SmallKeys.draw(random);
        keys.add(key.toArray());
        expected.add(String.valueOf(visible().get(key)));
      }
      expect(
          reader().getMany(keys).thenApply(values -> values.stream().map(Run::text).toList()),
          expected,
          "getMany");
    }

    private KeySelector drawSelector() {
      int offset = random.nextInt(3) == 0 ? random.nextInt(9) - 4 : random.nextInt(2);
      return new KeySelector(SmallKeys.draw(random).toArray(), random.nextBoolean(), offset);
    }

    /** The key a selector names in the model, the obvious way. */
    private Bytes resolve(KeySelector selector) {
      List<Bytes> keys = new ArrayList<>(visible().keySet());
      Bytes key = Bytes.wrap(selector.getKey());
      int at = -1;
      for (Bytes k : keys) {
        int order = k.compareTo(key);
        if (order < 0 || (order == 0 && selector.orEqual())) {
          at++;
        }
      }
      at += selector.getOffset();
      if (at < 0) {
        return Keys.FIRST;
      }
      return at >= keys.size() ? Keys.USER_END : keys.get(at);
    }

    private void getKey() {
      KeySelector selector = drawSelector();
      expect(reader().getKey(selector).thenApply(Run::text), resolve(selector), "key " + selector);
    }

    private void getRange() {
      KeySelector begin = drawSelector();
      KeySelector end = drawSelector();
      int limit = random.nextBoolean() ? 0 : 1 + random.nextInt(5);
      boolean reverse = random.nextBoolean();
      Bytes from = resolve(begin);
      Bytes to = resolve(end);
      List<String> expected = new ArrayList<>();
      if (from.compareTo(to) < 0) {
        NavigableMap<Bytes, Bytes> part = visible().subMap(from, true, to, false);
        (reverse ? part.descendingMap() : part)
            .forEach((key, value) -> expected.add(key + "=" + value));
      }
      StreamingMode mode =
          limit > 0 && random.nextBoolean() ? StreamingMode.EXACT : StreamingMode.WANT_ALL;
      expect(
          reader()
              .getRange(begin, end, limit, reverse, mode)
              .asList()
              .thenApply(rows -> rows.stream().map(KeyValue::toString).toList()),
          limit > 0 && limit < expected.size() ? expected.subList(0, limit) : expected,
          "range " + begin + " to " + end + ", limit " + limit + (reverse ? ", reverse" : ""));
    }
  }

  @Property(tries = 400, seed = "21")
  void everyReadSeesTheWritesBeforeIt(@ForAll long seed) {
    Run run = new Run(seed);
    for (int i = 0; i < 60; i++) {
      run.step();
    }
    for (Expectation e : run.expectations) {
      assertThat(String.valueOf(run.world.await(e.actual))).as(e.what).isEqualTo(e.expected);
    }
    // A fence that is sent at once leaves the result unknown, of which another test speaks.
    run.world.forced = point -> false;
    run.world.await(run.tr.commit());
    assertThat(run.world.cluster.data()).isEqualTo(run.model);
  }

  @Property(tries = 150, seed = "22")
  void pagesJoinToTheWholeRange(@ForAll long seed) {
    Run run = new Run(seed);
    for (int i = 0; i < 10; i++) {
      run.set();
      run.clear();
    }
    for (boolean reverse : new boolean[] {false, true}) {
      AsyncIterator<KeyValue> rows =
          run.tr
              .getRange(new byte[0], new byte[] {(byte) 0xff}, 0, reverse, StreamingMode.SMALL)
              .iterator();
      List<String> actual = new ArrayList<>();
      while (run.world.await(rows.onHasNext())) {
        actual.add(rows.next().toString());
      }
      List<String> expected = new ArrayList<>();
      NavigableMap<Bytes, Bytes> visible = run.visible();
      (reverse ? visible.descendingMap() : visible)
          .forEach((key, value) -> expected.add(key + "=" + value));
      assertThat(actual).isEqualTo(expected);
    }
  }
}
