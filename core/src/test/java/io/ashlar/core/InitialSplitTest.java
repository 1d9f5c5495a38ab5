package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
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

  @Test
  void givenKeysDivideAndTheSystemHasAShardOfItsOwn() {
    List<KeyRange> ranges = InitialSplit.at(List.of(Bytes.utf8("g"), Bytes.utf8("m")));
    assertThat(ranges)
        .containsExactly(
            new KeyRange(Keys.FIRST, Bytes.utf8("g")),
            new KeyRange(Bytes.utf8("g"), Bytes.utf8("m")),
            new KeyRange(Bytes.utf8("m"), Keys.USER_END),
            new KeyRange(Keys.USER_END, Keys.SYSTEM_END));
  }

  @Test
  void refusesKeysThatDivideNothing() {
    refuses("ascend", Bytes.utf8("m"), Bytes.utf8("g"));
    refuses("ascend", Bytes.utf8("m"), Bytes.utf8("m"));
    refuses("empty key", Bytes.EMPTY);
    refuses("not below", Keys.USER_END);
    refuses("longer than a key", Bytes.wrap(new byte[Limits.KEY_BYTES_MAX + 1]));
    List<Bytes> many = new ArrayList<>();
    for (int i = 0; i < 255; i++) {
      many.add(Bytes.of(1 + i / 200, 1 + i % 200));
    }
    refuses("254 keys at most", many.toArray(Bytes[]::new));
    assertThat(InitialSplit.at(many.subList(0, 254))).hasSize(InitialSplit.SHARDS_MAX);
  }

  private static void refuses(String words, Bytes... keys) {
    assertThatThrownBy(() -> InitialSplit.at(List.of(keys)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }
}
