package io.ashlar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class SnapshotCacheTest {
  @Property(tries = 800, seed = "14")
  void knowsExactlyWhatItWasTold(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    TreeMap<Bytes, Bytes> database = new TreeMap<>();
    for (Bytes key : SmallKeys.ALL) {
      if (random.nextBoolean()) {
        database.put(key, SmallKeys.drawValue(random));
      }
    }
    SnapshotCache cache = new SnapshotCache(1 << 20);
    TreeSet<Bytes> known = new TreeSet<>();
    TreeSet<Bytes> inRanges = new TreeSet<>();
    for (int i = 0; i < 12; i++) {
      Bytes begin = SmallKeys.draw(random);
      Bytes end = SmallKeys.draw(random);
      if (random.nextBoolean()) {
        cache.putPoint(begin, database.get(begin));
        known.add(begin);
      } else if (begin.compareTo(end) <= 0) {
        List<KeyValue> rows = new ArrayList<>();
        database.subMap(begin, end).forEach((key, value) -> rows.add(new KeyValue(key, value)));
        cache.putRange(begin, end, rows);
        SmallKeys.ALL.stream().filter(new KeyRange(begin, end)::contains).forEach(inRanges::add);
      }
      cache.checkInvariants();
      known.addAll(inRanges);
      for (Bytes key : SmallKeys.ALL) {
        assertThat(cache.knows(key)).isEqualTo(known.contains(key));
        if (known.contains(key)) {
          assertThat(cache.get(key)).isEqualTo(database.get(key));
        }
        assertThat(cache.knownUpTo(key) != null).isEqualTo(inRanges.contains(key));
      }
    }
  }

  @Example
  void forgetsEverythingRatherThanGrowBeyondItsSize() {
    SnapshotCache cache = new SnapshotCache(1_000);
    for (int i = 0; i < 100; i++) {
      Bytes key = Bytes.of(i);
      cache.putPoint(key, Bytes.wrap(new byte[300]));
      assertThat(cache.knows(key)).isTrue();
    }
    assertThat(cache.knows(Bytes.of(0))).isFalse();
  }
}
