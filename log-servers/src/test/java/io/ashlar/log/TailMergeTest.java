package io.ashlar.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.PeekEntries;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TailMergeTest {
  private final TailMerge merge = new TailMerge(new int[] {2, 5}, 10, 40);
  private final TagCutter cutter = new TagCutter();

  private static PeekEntries.Entry entry(int tag, long version) {
    return new PeekEntries.Entry(version, LogScenes.peeked(tag, version, 4));
  }

  private void expectVersion(TailMerge.Merged merged, long version, int... tags) {
    assertThat(merged.version()).isEqualTo(version);
    for (int tag : new int[] {2, 5}) {
      ByteWriter to = new ByteWriter(64);
      cutter.cut(tag, version, merged.payload(), 1 << 20, to);
      boolean has = Arrays.stream(tags).anyMatch(held -> held == tag);
      assertThat(PeekEntries.decode(to.toBytes()))
          .isEqualTo(has ? List.of(entry(tag, version)) : List.of());
    }
  }

  @Test
  void givesAVersionWhenEveryTagIsReadThroughIt() {
    merge.received(0, List.of(entry(2, 12), entry(2, 20)), 25);
    assertThat(merge.take()).isNull();
    assertThat(merge.wants(0)).isFalse();
    assertThat(merge.wants(1)).isTrue();
    merge.received(1, List.of(entry(5, 12), entry(5, 15)), 15);
    expectVersion(merge.take(), 12, 2, 5);
    expectVersion(merge.take(), 15, 5);
    assertThat(merge.take()).isNull();
    merge.received(1, List.of(), 40);
    expectVersion(merge.take(), 20, 2);
    assertThat(merge.isWhole()).isFalse();
    merge.received(0, List.of(entry(2, 40)), 40);
    expectVersion(merge.take(), 40, 2);
    assertThat(merge.isWhole()).isTrue();
    assertThat(merge.take()).isNull();
  }

  @Test
  void leavesOutWhatTheOldEpochDidNotKeep() {
    merge.received(0, List.of(entry(2, 40), entry(2, 41)), 99);
    merge.received(1, List.of(entry(5, 50)), 50);
    expectVersion(merge.take(), 40, 2);
    assertThat(merge.take()).isNull();
    assertThat(merge.isWhole()).isTrue();
  }

  @Test
  void aTailOfNoTagsIsWholeAtOnce() {
    assertThat(new TailMerge(new int[0], 10, 40).isWhole()).isTrue();
  }
}
