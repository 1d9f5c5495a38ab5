package io.ashlar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.MutationType;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RangeMergeTest {
  /** One random read: what the database has, what the transaction wrote, and what it asks. */
  private static final class Scene {
    final SeededRandom random;
    final NavigableMap<Bytes, Bytes> database = new TreeMap<>();
    WriteMap writes = WriteMap.EMPTY;

    /** Null for keys that are absent; without entry for those that are as in the database. */
    final Map<Bytes, Written> own = new TreeMap<>();

    final KeyRange range;
    final boolean reverse;
    final int rowsMax;
    final long bytesMax;

    Scene(long seed) {
      random = new SeededRandom(seed);
      drawDatabase(database);
      int count = random.nextInt(8);
      for (int i = 0; i < count; i++) {
        write();
      }
      Bytes one = SmallKeys.draw(random);
      Bytes other = random.nextInt(3) == 0 ? Keys.USER_END : SmallKeys.draw(random);
      range = one.compareTo(other) <= 0 ? new KeyRange(one, other) : new KeyRange(other, one);
      reverse = random.nextBoolean();
      rowsMax = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(4);
      bytesMax = random.nextBoolean() ? Long.MAX_VALUE : 1 + random.nextInt(12);
    }

    void drawDatabase(Map<Bytes, Bytes> rows) {
      for (Bytes key : SmallKeys.ALL) {
        if (random.nextBoolean()) {
          rows.put(key, SmallKeys.drawValue(random));
        }
      }
    }

    private void write() {
      Bytes key = SmallKeys.draw(random);
      Bytes value = SmallKeys.drawValue(random);
      switch (random.nextInt(4)) {
        case 0 -> {
          writes = writes.set(key, value);
          own.put(key, Written.known(value));
        }
        case 1 -> {
          writes = writes.clear(key);
          own.put(key, Written.known(null));
        }
        case 2 -> {
          Bytes end = SmallKeys.draw(random);
          writes = writes.clear(key, end);
          SmallKeys.ALL.stream()
              .filter(new KeyRange(key, end)::contains)
              .forEach(k -> own.put(k, Written.known(null)));
        }
        default -> {
          writes = writes.atomic(key, MutationType.ADD, value);
          Written before = own.get(key);
          own.put(
              key,
              before == null
                  ? Written.over(MutationType.ADD, value)
                  : before.then(MutationType.ADD, value));
        }
      }
    }

    /** The whole range as it should be read, in reading order and without limits. */
    List<KeyValue> expected(NavigableMap<Bytes, Bytes> base) {
      NavigableMap<Bytes, Bytes> merged = new TreeMap<>();
      for (Bytes key : SmallKeys.ALL) {
        Written written = own.get(key);
        Bytes value = written == null ? base.get(key) : written.evaluate(base.get(key));
        if (value != null && range.contains(key)) {
          merged.put(key, value);
        }
      }
      List<KeyValue> rows = new ArrayList<>();
      (reverse ? merged.descendingMap() : merged)
          .forEach((key, value) -> rows.add(new KeyValue(key, value)));
      return rows;
    }

    RangeMerge read(NavigableMap<Bytes, Bytes> base) {
      SnapshotCache cache = new SnapshotCache(1 << 20);
      for (int i = random.nextInt(4); i > 0; i--) {
        Bytes begin = SmallKeys.draw(random);
        Bytes end = SmallKeys.draw(random);
        cache.putRange(begin, end, rows(base, new KeyRange(begin, end)));
        cache.putPoint(end, base.get(end));
      }
      RangeMerge merge = new RangeMerge(writes, cache, range, reverse, false, rowsMax, bytesMax);
      int steps = 0;
      for (KeyRange need = merge.advance(); need != null; need = merge.advance()) {
        assertThat(need.isEmpty()).isFalse();
        assertThat(need.intersection(range)).isEqualTo(need);
        assertThat(++steps).isLessThan(100);
        supply(merge, need, base);
      }
      return merge;
    }

    /** Gives the merge what it needs, or only the near part of it. */
    private void supply(RangeMerge merge, KeyRange need, NavigableMap<Bytes, Bytes> base) {
      KeyRange part = need;
      Bytes middle = SmallKeys.draw(random);
      if (need.contains(middle) && !middle.equals(need.begin())) {
        part = reverse ? new KeyRange(middle, need.end()) : new KeyRange(need.begin(), middle);
      }
      merge.supply(part, rows(base, part));
    }

    private static List<KeyValue> rows(NavigableMap<Bytes, Bytes> base, KeyRange range) {
      List<KeyValue> rows = new ArrayList<>();
      base.forEach(
          (key, value) -> {
            if (range.contains(key)) {
              rows.add(new KeyValue(key, value));
            }
          });
      return rows;
    }
  }

  private static List<KeyValue> limited(List<KeyValue> all, int rowsMax, long bytesMax) {
    List<KeyValue> rows = new ArrayList<>();
    long bytes = 0;
    for (KeyValue row : all) {
      rows.add(row);
      bytes += row.key().length() + row.value().length();
      if (rows.size() >= rowsMax || bytes >= bytesMax) {
        break;
      }
    }
    return rows;
  }

  @Property(tries = 3000, seed = "16")
  void readsTheDatabaseUnderTheWritesUpToTheLimits(@ForAll long seed) {
    Scene scene = new Scene(seed);
    RangeMerge merge = scene.read(scene.database);
    List<KeyValue> all = scene.expected(scene.database);
    List<KeyValue> expected = limited(all, scene.rowsMax, scene.bytesMax);
    assertThat(merge.rows()).isEqualTo(expected);
    if (expected.size() < all.size()) {
      assertThat(merge.hasMore()).isTrue();
    }
  }

  @Property(tries = 3000, seed = "17")
  void dependsOnNothingButItsDependencies(@ForAll long seed) {
    Scene scene = new Scene(seed);
    RangeMerge merge = scene.read(scene.database);
    NavigableMap<Bytes, Bytes> other = new TreeMap<>();
    scene.drawDatabase(other);
    for (Bytes key : SmallKeys.ALL) {
      if (isDependency(merge, key)) {
        other.remove(key);
        if (scene.database.containsKey(key)) {
          other.put(key, scene.database.get(key));
        }
      }
    }
    assertThat(scene.read(other).rows()).isEqualTo(merge.rows());
  }

  @Property(tries = 3000, seed = "18")
  void everyUnwrittenDependencyMatters(@ForAll long seed) {
    Scene scene = new Scene(seed);
    RangeMerge merge = scene.read(scene.database);
    for (Bytes key : SmallKeys.ALL) {
      if (isDependency(merge, key)) {
        Written own = scene.own.get(key);
        assertThat(own == null || !own.isIndependent()).isTrue();
        if (own == null) {
          NavigableMap<Bytes, Bytes> other = new TreeMap<>(scene.database);
          if (other.remove(key) == null) {
            other.put(key, Bytes.of(9));
          }
          assertThat(scene.read(other).rows()).as("change of %s", key).isNotEqualTo(merge.rows());
        }
      }
    }
  }

  private static boolean isDependency(RangeMerge merge, Bytes key) {
    return merge.dependencies().stream().anyMatch(range -> range.contains(key));
  }
}
