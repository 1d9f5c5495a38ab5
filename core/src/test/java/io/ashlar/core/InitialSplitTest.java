package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class InitialSplitTest {
  @Test
  void shardsOfAnyNumberFollowOneAnotherOverTheWholeKeySpace() {
    for (int shards = 1; shards <= InitialSplit.SHARDS_MAX; shards++) {
      List<KeyRange> ranges = InitialSplit.ranges(shards);
      assertThat(ranges).hasSize(shards);
      assertThat(ranges.get(0).begin()).isEqualTo(Keys.FIRST);
      assertThat(ranges.get(shards - 1).end()).isEqualTo(Keys.SYSTEM_END);
      for (int i = 0; i < shards; i++) {
        assertThat(ranges.get(i).isEmpty()).isFalse();
        if (i > 0) {
          assertThat(ranges.get(i).begin()).isEqualTo(ranges.get(i - 1).end());
        }
      }
    }
  }

  @Test
  void theFullSplitCutsTextFinelyAndKeepsSystemKeysApart() {
    List<Bytes> begins = InitialSplit.begins(InitialSplit.SHARDS_MAX);
    assertThat(begins)
        .contains(Bytes.utf8("u"), Bytes.utf8("us"), Bytes.utf8("7"), Bytes.utf8("A"));
    assertThat(begins).contains(Bytes.of(0x15, 0x80));
    assertThat(begins.get(255)).isEqualTo(Keys.USER_END);
    assertThat(begins.stream().filter(begin -> begin.compareTo(Bytes.of(0x80)) >= 0).count())
        .isBetween(16L, 64L);
  }

  @Test
  void noShardAndTooManyAreRefused() {
    assertThatThrownBy(() -> InitialSplit.begins(0)).isInstanceOf(CheckFailedException.class);
    assertThatThrownBy(() -> InitialSplit.begins(257)).isInstanceOf(CheckFailedException.class);
  }
}
