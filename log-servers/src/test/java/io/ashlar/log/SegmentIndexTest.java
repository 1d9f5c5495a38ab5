package io.ashlar.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class SegmentIndexTest {
  @Test
  void isPoppedWhenEachTagIsPoppedThroughItsLastVersion() {
    SegmentIndex segment = new SegmentIndex(1, 0, 100);
    segment.add(10, 50, new int[] {1, 2});
    segment.add(20, 50, new int[] {2});
    segment.add(30, 50, new int[0]);
    assertThat(segment.firstUnpopped(tag -> 0)).isEqualTo(10);
    assertThat(segment.firstUnpopped(tag -> tag == 1 ? 10 : 0)).isEqualTo(10);
    assertThat(segment.firstUnpopped(tag -> 10)).isBetween(11L, 20L);
    assertThat(segment.firstUnpopped(tag -> tag == 1 ? 10 : 20)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void knowsWhereATagMayComeNext() {
    SegmentIndex segment = new SegmentIndex(1, 0, 100);
    segment.add(10, 50, new int[] {1});
    segment.add(20, 50, new int[] {2});
    assertThat(segment.nextOf(1, 1)).isEqualTo(10);
    assertThat(segment.nextOf(1, 11)).isEqualTo(-1);
    assertThat(segment.nextOf(2, 11)).isEqualTo(20);
    assertThat(segment.nextOf(3, 1)).isEqualTo(-1);
  }

  @Property(tries = 300, seed = "33", shrinking = ShrinkingMode.OFF)
  void spansAreWholeFramesThatReachTheVersion(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    int markBytes = 1 + random.nextInt(400);
    SegmentIndex segment = new SegmentIndex(3, 50, markBytes);
    TreeMap<Long, Long> offsets = new TreeMap<>();
    TreeMap<Long, Long> versionAt = new TreeMap<>();
    long version = 50;
    for (int i = 1 + random.nextInt(40); i > 0; i--) {
      version += 1 + random.nextInt(5);
      offsets.put(version, segment.sizeBytes());
      versionAt.put(segment.sizeBytes(), version);
      segment.add(version, 44 + random.nextInt(300), random.ints(2, 1, 4).distinct().toArray());
    }
    segment.checkInvariants();
    for (long wanted = 51; wanted <= version; wanted++) {
      int readBytes = 1 + random.nextInt(1_000);
      SegmentIndex.Span span = segment.spanFrom(wanted, readBytes);
      long end = span.offset() + span.length();
      assertThat(versionAt).containsKey(span.offset());
      assertThat(end == segment.sizeBytes() || versionAt.containsKey(end)).isTrue();
      assertThat(span.through()).isBetween(wanted, segment.last());
      // Every frame from the version wanted through the span's end lies in it.
      for (Map.Entry<Long, Long> frame :
          offsets.subMap(wanted, true, span.through(), true).entrySet()) {
        assertThat(frame.getValue()).isBetween(span.offset(), end - 1);
      }
    }
    assertThat(Arrays.asList(1, 2, 3)).allMatch(tag -> segment.nextOf(tag, 51) != 0);
  }
}
