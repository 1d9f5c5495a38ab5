package io.ashlar.storage;

import static io.ashlar.storage.FakeWorld.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.Bytes;
import io.ashlar.core.CheckFailedException;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeySelector;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.message.GetKey;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetValues;
import io.ashlar.message.KeyResolved;
import io.ashlar.message.RangeRead;
import io.ashlar.message.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class VersionedMapTest {
  /** What to do next; the meaning of the numbers depends on the kind. */
  record Step(int kind, int a, int b, int c) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 79);
    return Combinators.combine(Arbitraries.integers().between(0, 19), number, number, number)
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(120);
  }

  /** Keys of up to two bytes, so that many are prefixes and successors of others. */
  private static Bytes keyOf(int number) {
    int first = number % 9;
    int second = number / 9;
    if (second == 0) {
      return first == 0 ? Bytes.EMPTY : Bytes.of('a' + first);
    }
    return Bytes.of('a' + first, second == 1 ? 0 : 'a' + second);
  }

  /** The map under test over a pure-Java engine, beside one sorted map for each version. */
  private static final class Pair {
    final EngineHarness engine = new EngineHarness.Model();
    final TreeMap<Long, NavigableMap<Bytes, Bytes>> model = new TreeMap<>();
    final List<ReadView> oldViews = new ArrayList<>();
    VersionedMap map = new VersionedMap(0, Shards.NONE.with(Keys.ALL));
    EngineSnapshot snapshot;
    int values;

    Pair() {
      engine.open();
      snapshot = engine.engine.snapshot();
      model.put(0L, new TreeMap<>());
    }

    NavigableMap<Bytes, Bytes> now() {
      return model.lastEntry().getValue();
    }

    void step(Step step) {
      if (step.kind < 9) {
        change(step);
      } else if (step.kind < 11) {
        map.advance(map.latest() + step.a);
      } else if (step.kind < 13) {
        store(step);
      } else if (step.kind < 14) {
        map.forget(1 + step.a % 5);
      } else if (step.kind < 15) {
        rollback(step);
      } else if (step.kind < 16) {
        oldViews.add(view());
      } else {
        read(view(), step);
        for (ReadView each : oldViews) {
          read(each, step);
        }
      }
      map.checkInvariants();
    }

    /** One version with up to three changes. */
    private void change(Step step) {
      long version = map.latest() + 1 + step.c % 3;
      NavigableMap<Bytes, Bytes> next = new TreeMap<>(now());
      map.begin(version);
      change(step.kind, step.a, step.b, next);
      if (step.c % 2 == 0) {
        change(step.kind + step.c, step.b, step.c, next);
        change(step.kind + step.b, step.c, step.a, next);
      }
      map.commit();
      model.put(version, next);
    }

    private void change(int kind, int a, int b, NavigableMap<Bytes, Bytes> next) {
      if (kind % 9 < 5) {
        Bytes value = Bytes.utf8("v" + values++);
        map.set(keyOf(a), value);
        next.put(keyOf(a), value);
      } else if (kind % 9 < 6) {
        map.clear(keyOf(a), Keys.after(keyOf(a)));
        next.remove(keyOf(a));
      } else {
        Bytes begin = keyOf(Math.min(a, b));
        Bytes end = keyOf(Math.max(a, b));
        map.clear(begin, end);
        if (begin.compareTo(end) < 0) {
          next.subMap(begin, end).clear();
        }
      }
    }

    private void store(Step step) {
      long target = map.stored() + (map.latest() - map.stored()) * step.a / 79;
      target = map.targetWithin(target, 200L * (1 + step.b));
      engine.engine.write(new EngineBatch(target, key("m"), map.changesTo(target)), () -> {});
      engine.runLoop();
      map.stored(target);
      snapshot.release();
      snapshot = engine.engine.snapshot();
      model.headMap(model.floorKey(target)).clear();
    }

    private void rollback(Step step) {
      long target = map.stored() + (map.latest() - map.stored()) * step.a / 79;
      map.rollback(target);
      model.tailMap(target, false).clear();
      // Nobody may read what was taken back.
      oldViews.removeIf(
          view -> {
            boolean above = view.latestVersion() > target;
            if (above) {
              view.release();
            }
            return above;
          });
    }

    ReadView view() {
      return new ReadView(map.stored(), map.latest(), map.stored(), map.versions(), snapshot);
    }

    private void read(ReadView view, Step step) {
      long oldest = view.oldestVersion();
      long version = oldest + (view.latestVersion() - oldest) * step.a / 79;
      Map.Entry<Long, NavigableMap<Bytes, Bytes>> at = model.floorEntry(version);
      if (at == null) {
        // Older than what the model keeps.
        return;
      }
      NavigableMap<Bytes, Bytes> expected = at.getValue();
      List<Bytes> keys = List.of(keyOf(step.b), keyOf(step.c), Keys.after(keyOf(step.c)));
      Values values = (Values) Reads.answer(new GetValues(version, keys), view);
      for (int i = 0; i < keys.size(); i++) {
        assertThat(values.values().get(i))
            .as("%s", keys.get(i))
            .isEqualTo(expected.get(keys.get(i)));
      }
      KeyRange range =
          step.b % 7 == 0
              ? Keys.ALL
              : new KeyRange(keyOf(Math.min(step.b, step.c)), keyOf(Math.max(step.b, step.c)));
      if (range.begin().compareTo(range.end()) > 0) {
        range = new KeyRange(range.end(), range.begin());
      }
      readRange(view, version, expected, range, 1 + step.a % 9, step.kind % 2 == 0);
      readRange(view, version, expected, range, 1000, step.kind % 2 == 1);
      resolve(view, version, expected, range, step);
    }

    private static void readRange(
        ReadView view,
        long version,
        NavigableMap<Bytes, Bytes> expected,
        KeyRange range,
        int rowsMax,
        boolean reverse) {
      NavigableMap<Bytes, Bytes> rows = expected.subMap(range.begin(), true, range.end(), false);
      List<KeyValue> wanted =
          (reverse ? rows.descendingMap() : rows)
              .entrySet().stream()
                  .limit(rowsMax)
                  .map(row -> new KeyValue(row.getKey(), row.getValue()))
                  .toList();
      RangeRead found =
          (RangeRead)
              Reads.answer(new GetRange(version, range, rowsMax, 1_000_000, reverse, false), view);
      assertThat(found.rows()).isEqualTo(wanted);
      assertThat(found.more()).isEqualTo(wanted.size() == rowsMax);
    }

    private static void resolve(
        ReadView view,
        long version,
        NavigableMap<Bytes, Bytes> expected,
        KeyRange shard,
        Step step) {
      KeySelector selector = new KeySelector(keyOf(step.a), step.kind % 2 == 0, step.c % 7 - 3);
      KeyResolved found = (KeyResolved) Reads.answer(new GetKey(version, selector, shard), view);
      if (selector.key().compareTo(shard.begin()) < 0
          || selector.key().compareTo(shard.end()) > 0) {
        // Clients ask the shard that holds the reference.
        return;
      }
      List<Bytes> keys =
          new ArrayList<>(expected.subMap(shard.begin(), true, shard.end(), false).keySet());
      int start = -1;
      for (Bytes each : keys) {
        int order = each.compareTo(selector.key());
        if (order < 0 || (order == 0 && selector.orEqual())) {
          start++;
        }
      }
      int index = start + selector.offset();
      if (index >= 0 && index < keys.size()) {
        assertThat(found.resolved()).isTrue();
        assertThat(found.selector()).isEqualTo(KeySelector.firstGreaterOrEqual(keys.get(index)));
      } else {
        assertThat(found.resolved()).isFalse();
        KeySelector rest =
            index < 0
                ? new KeySelector(shard.begin(), false, index + 1)
                : new KeySelector(shard.end(), false, index - keys.size() + 1);
        assertThat(found.selector()).isEqualTo(rest);
      }
    }
  }

  @Property(tries = 1500, seed = "20261122")
  void agreesWithASortedMapForEachVersion(@ForAll("steps") List<Step> steps) {
    Pair pair = new Pair();
    steps.forEach(pair::step);
  }

  @Test
  void splitsAClearedRangeAroundASet() {
    Tree tree = new Tree();
    Tree.Node root = tree.clear(null, key("a"), key("z"), 5);
    root = tree.set(root, key("m"), key("1"), 6);
    Tree.checkInvariants(root);
    assertThat(Tree.covering(root, key("b")).isClear()).isTrue();
    assertThat(Tree.covering(root, key("m")).value()).isEqualTo(key("1"));
    assertThat(Tree.covering(root, key("n")).version()).isEqualTo(5);
    assertThat(Tree.covering(root, key("z"))).isNull();
  }

  @Test
  void staysBalancedUnderSortedKeysAndForgetsInParts() {
    VersionedMap map = new VersionedMap(0, Shards.NONE);
    for (int i = 1; i <= 5000; i++) {
      map.begin(i);
      map.set(Bytes.utf8(String.format(java.util.Locale.ROOT, "%05d", i)), Bytes.EMPTY);
      map.commit();
    }
    map.checkInvariants();
    map.stored(4000);
    assertThat(map.count()).isEqualTo(1001);
    int rounds = 1;
    while (map.forget(300)) {
      map.checkInvariants();
      rounds++;
    }
    assertThat(rounds).isEqualTo(14);
    assertThat(Tree.covering(map.root(), key("04000"))).isNull();
    assertThat(Tree.covering(map.root(), key("04001"))).isNotNull();
    map.checkInvariants();
  }

  @Test
  void countsTheBytesAboveStored() {
    VersionedMap map = new VersionedMap(10, Shards.NONE);
    map.begin(20);
    map.set(key("a"), key("1"));
    map.commit();
    long one = map.bytes();
    assertThat(one).isPositive();
    map.begin(30);
    map.set(key("b"), key("1"));
    map.commit();
    assertThat(map.bytes()).isEqualTo(2 * one);
    assertThat(map.bytesThrough(25)).isEqualTo(one);
    map.rollback(29);
    assertThat(map.bytes()).isEqualTo(one);
    assertThat(map.latest()).isEqualTo(29);
    map.stored(25);
    assertThat(map.bytes()).isZero();
  }

  @Test
  void refusesToGoBackBelowStored() {
    VersionedMap map = new VersionedMap(10, Shards.NONE);
    map.advance(30);
    map.stored(20);
    assertThatThrownBy(() -> map.rollback(19)).isInstanceOf(CheckFailedException.class);
    assertThatThrownBy(() -> map.begin(30)).isInstanceOf(CheckFailedException.class);
  }

  @Test
  void storesWhatChangedAndNothingElse() {
    VersionedMap map = new VersionedMap(0, Shards.NONE);
    map.begin(1);
    map.set(key("a"), key("1"));
    map.set(key("b"), key("1"));
    map.commit();
    map.stored(1);
    map.begin(2);
    map.set(key("b"), key("2"));
    map.commit();
    List<String> changes = new ArrayList<>();
    map.changesTo(2)
        .forEach(
            new EngineBatch.Writer() {
              @Override
              public void set(Bytes key, Bytes value) {
                changes.add(key + "=" + value);
              }

              @Override
              public void clearRange(Bytes begin, Bytes end) {
                changes.add(begin + "-" + end);
              }
            });
    assertThat(changes).containsExactly("b=2");
  }
}
