package io.ashlar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.SeededRandom;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ConflictRangesTest {
  @Property(tries = 500, seed = "13")
  void holdsExactlyTheKeysThatWereAdded(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    ConflictRanges ranges = new ConflictRanges();
    TreeSet<Bytes> model = new TreeSet<>();
    int steps = random.nextInt(300);
    for (int i = 0; i < steps; i++) {
      Bytes begin = SmallKeys.draw(random);
      Bytes end = SmallKeys.draw(random);
      if (random.nextBoolean()) {
        ranges.addKey(begin);
        model.add(begin);
      } else if (random.nextInt(8) == 0) {
        ranges.add(begin, end);
        SmallKeys.ALL.stream().filter(new KeyRange(begin, end)::contains).forEach(model::add);
      }
      if (random.nextInt(20) == 0) {
        expectEqual(ranges.ranges(), model);
      }
    }
    expectEqual(ranges.ranges(), model);
    assertThat(ranges.isEmpty()).isEqualTo(model.isEmpty());
  }

  private static void expectEqual(List<KeyRange> ranges, TreeSet<Bytes> model) {
    Bytes end = null;
    for (KeyRange range : ranges) {
      assertThat(range.isEmpty()).isFalse();
      assertThat(end == null || end.compareTo(range.begin()) < 0).isTrue();
      end = range.end();
    }
    for (Bytes key : SmallKeys.ALL) {
      boolean contained = ranges.stream().anyMatch(range -> range.contains(key));
      assertThat(contained).as("%s in %s", key, ranges).isEqualTo(model.contains(key));
    }
  }
}
