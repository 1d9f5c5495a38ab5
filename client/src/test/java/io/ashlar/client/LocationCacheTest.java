package io.ashlar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.ShardLocation;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LocationCacheTest {
  @Property(tries = 500, seed = "15")
  void theLatestWordOnAKeyCounts(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    int shardsMax = 3 + random.nextInt(6);
    LocationCache cache = new LocationCache(shardsMax);
    for (int i = 0; i < 40; i++) {
      Bytes begin = SmallKeys.draw(random);
      Bytes end = SmallKeys.draw(random);
      KeyRange range = new KeyRange(begin, end);
      if (random.nextInt(4) == 0) {
        cache.forget(range);
        SmallKeys.ALL.stream()
            .filter(range::contains)
            .forEach(key -> assertThat(cache.at(key)).isNull());
      } else {
        ShardLocation shard = new ShardLocation(range, List.of(i));
        cache.put(shard);
        SmallKeys.ALL.stream()
            .filter(range::contains)
            .forEach(
                key -> {
                  assertThat(cache.at(key)).isEqualTo(shard);
                  assertThat(cache.before(Keys.after(key))).isEqualTo(shard);
                });
        if (!range.isEmpty()) {
          assertThat(cache.before(end)).isEqualTo(shard);
        }
      }
      cache.checkInvariants();
      assertThat(cache.size()).isLessThanOrEqualTo(shardsMax);
    }
  }
}
