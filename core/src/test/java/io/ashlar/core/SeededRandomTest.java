package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/**
 * The draws are part of the project's promises: a seed in a document must replay for ever. The
 * values come from another implementation of the published algorithms.
 */
final class SeededRandomTest {
  private static void assertDraws(SeededRandom random, long... expected) {
    for (long value : expected) {
      assertThat(random.nextLong()).isEqualTo(value);
    }
  }

  @Test
  void drawsTheKnownValues() {
    assertDraws(
        new SeededRandom(0),
        0x99ec5f36cb75f2b4L,
        0xbf6e1f784956452aL,
        0x1a5f849d4933e6e0L,
        0x6aa594f1262d2d2cL);
    assertDraws(
        new SeededRandom(1),
        0xb3f2af6d0fc710c5L,
        0x853b559647364ceaL,
        0x92f89756082a4514L,
        0x642e1c7bc266a3a7L);
    assertDraws(
        new SeededRandom(42),
        0x15780b2e0c2ec716L,
        0x6104d9866d113a7eL,
        0xae17533239e499a1L,
        0xecb8ad4703b360a1L);
    assertDraws(
        new SeededRandom(-1),
        0x8f5520d52a7ead08L,
        0xc476a018caa1802dL,
        0x81de31c0d260469eL,
        0xbf658d7e065f3c2fL);
  }

  @Test
  void drawsTheKnownThousandthValue() {
    SeededRandom random = new SeededRandom(0);
    for (int i = 0; i < 999; i++) {
      random.nextLong();
    }
    assertThat(random.nextLong()).isEqualTo(0x7aac8c483a2edd2fL);
  }

  @Test
  void forksByNameWithoutMovingTheParent() {
    SeededRandom parent = new SeededRandom(42);
    assertDraws(parent.fork("network"), 0x9f7c053746b4da34L, 0x6db8733a916d8ba5L);
    assertDraws(parent.fork("network"), 0x9f7c053746b4da34L);
    assertThat(parent.fork("disk").nextLong()).isNotEqualTo(0x9f7c053746b4da34L);
    assertDraws(parent, 0x15780b2e0c2ec716L);
  }

  @Test
  void boundedDrawsStayInsideAndReachEverything() {
    SeededRandom random = new SeededRandom(7);
    for (int bound : new int[] {1, 2, 3, 7, 8, 1_000}) {
      boolean[] seen = new boolean[bound];
      for (int i = 0; i < bound * 50; i++) {
        seen[random.nextInt(bound)] = true;
      }
      assertThat(seen).doesNotContain(false);
    }
    for (int i = 0; i < 1_000; i++) {
      assertThat(random.nextLong(-5, 6)).isBetween(-5L, 5L);
      assertThat(random.nextInt(Integer.MIN_VALUE, Integer.MAX_VALUE))
          .isLessThan(Integer.MAX_VALUE);
      assertThat(random.nextLong(Long.MAX_VALUE)).isNotNegative();
      assertThat(random.nextDouble()).isBetween(0.0, Math.nextDown(1.0));
      assertThat(random.nextFloat()).isBetween(0.0f, Math.nextDown(1.0f));
    }
    assertThatThrownBy(() -> random.nextLong(0)).isInstanceOf(CheckFailedException.class);
  }

  @Test
  void smallDrawsAreTheUpperPartsOfTheWords() {
    SeededRandom words = new SeededRandom(9);
    SeededRandom random = new SeededRandom(9);
    assertThat(random.nextInt()).isEqualTo((int) (words.nextLong() >>> 32));
    assertThat(random.nextBoolean()).isEqualTo(words.nextLong() < 0);
    assertThat(random.nextDouble()).isEqualTo((words.nextLong() >>> 11) * 0x1.0p-53);
    byte[] bytes = new byte[11];
    random.nextBytes(bytes);
    long first = words.nextLong();
    long second = words.nextLong();
    for (int i = 0; i < 11; i++) {
      long word = i < 8 ? first : second;
      assertThat(bytes[i]).isEqualTo((byte) (word >>> 8 * (i & 7)));
    }
    assertDraws(random, words.nextLong());
  }

  @Test
  void chancesComeAboutAsOftenAsTheySay() {
    SeededRandom random = new SeededRandom(11);
    int hits = 0;
    for (int i = 0; i < 100_000; i++) {
      hits += random.chance(250_000) ? 1 : 0;
    }
    assertThat(hits).isBetween(24_000, 26_000);
    assertThat(random.chance(0)).isFalse();
    assertThat(random.chance(1_000_000)).isTrue();
  }
}
