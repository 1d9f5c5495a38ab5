package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** The shard map over drawn changes against one team for each of a handful of keys. */
final class ShardMapPropertyTest {
  private static final List<Bytes> KEYS = new ArrayList<>();

  static {
    KEYS.add(Bytes.EMPTY);
    for (int a = 0; a < 4; a++) {
      KEYS.add(Bytes.of(a));
      KEYS.add(Bytes.of(a, 0));
      KEYS.add(Bytes.of(a, 200));
    }
    Collections.sort(KEYS);
  }

  @Provide
  Arbitrary<List<int[]>> changes() {
    return Arbitraries.integers()
        .between(0, 1_000)
        .array(int[].class)
        .ofSize(4)
        .list()
        .ofMaxSize(12);
  }

  @Property(tries = 500, seed = "301")
  void agreesWithAPlainTable(
      @ForAll("changes") List<int[]> changes, @ForAll int beginAt, @ForAll int endAt) {
    ShardMap map = new ShardMap();
    TreeMap<Bytes, int[]> table = new TreeMap<>();
    set(map, table, Bytes.EMPTY, 5);
    for (int[] change : changes) {
      Bytes one = KEYS.get(change[1] % KEYS.size());
      if (change[0] % 3 > 0) {
        set(map, table, one, 1 + change[2] % 4, 5 + change[3]);
      } else {
        Bytes end = KEYS.get(change[2] % KEYS.size());
        // The first shard stays.
        Bytes begin = one.isEmpty() ? KEYS.get(1) : one;
        map.apply(Mutation.clearRange(ShardMap.keyFor(begin), ShardMap.keyFor(end)));
        table.keySet().removeIf(key -> begin.compareTo(key) <= 0 && key.compareTo(end) < 0);
      }
    }
    for (Bytes key : KEYS) {
      assertThat(map.tagsFor(key)).isEqualTo(table.floorEntry(key).getValue());
    }
    Bytes begin = KEYS.get(Math.floorMod(beginAt, KEYS.size()));
    Bytes end = KEYS.get(Math.floorMod(endAt, KEYS.size()));
    checkRange(map, table, new KeyRange(begin, end));
    checkRange(map, table, new KeyRange(begin, Keys.SYSTEM_END));
  }

  private static void set(ShardMap map, TreeMap<Bytes, int[]> table, Bytes begin, int... tags) {
    Bytes team = ShardMap.encodeTeam(tags);
    map.apply(Mutation.set(ShardMap.keyFor(begin), team));
    int[] sorted = tags.clone();
    Arrays.sort(sorted);
    assertThat(ShardMap.Team.decode(team).tags()).isEqualTo(sorted);
    table.put(begin, sorted);
  }

  private static void checkRange(ShardMap map, TreeMap<Bytes, int[]> table, KeyRange range) {
    List<KeyRange> touched = new ArrayList<>();
    TreeSet<Integer> tags = new TreeSet<>();
    for (Bytes begin : table.keySet()) {
      Bytes next = table.higherKey(begin);
      KeyRange shard = new KeyRange(begin, next == null ? Keys.SYSTEM_END : next);
      if (shard.intersects(range)) {
        touched.add(shard);
        Arrays.stream(table.get(begin)).forEach(tags::add);
      }
    }
    assertThat(map.tagsFor(range)).isEqualTo(tags.stream().mapToInt(i -> i).toArray());
    List<KeyRange> forward = ranges(map.shards(range, 100, false));
    assertThat(forward).isEqualTo(touched);
    List<KeyRange> backward = ranges(map.shards(range, 100, true));
    Collections.reverse(touched);
    assertThat(backward).isEqualTo(touched);
    assertThat(ranges(map.shards(range, 1, true)))
        .isEqualTo(touched.subList(0, Math.min(1, touched.size())));
  }

  private static List<KeyRange> ranges(List<ShardMap.Shard> shards) {
    return shards.stream().map(ShardMap.Shard::range).toList();
  }

  @Property(tries = 1_000, seed = "302")
  void garbageTeamsAreRefused(@ForAll @Size(max = 20) byte[] garbage) {
    Encodings.assertOnlyMalformed(ShardMap.Team::decode, garbage);
  }
}
