package io.ashlar.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.CheckFailedException;
import io.ashlar.core.KeyRange;
import io.ashlar.core.SeededRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardsTest {
  private static final int KEYS = 12;

  private static Bytes key(int number) {
    return Bytes.utf8(String.valueOf((char) ('a' + number)));
  }

  private static KeyRange range(int from, int to) {
    return new KeyRange(key(from), key(to));
  }

  @Test
  void servesWhatArrivesOnlyWhenAllOfItIsHere() {
    Shards shards = Shards.NONE.withArriving(range(2, 6), 10);
    assertThat(shards.contains(key(2))).isFalse();
    assertThat(shards.isAwaited(key(5))).isTrue();
    shards = shards.withFetched(range(2, 4));
    assertThat(shards.contains(key(2))).isFalse();
    assertThat(shards.isAwaited(key(3))).isFalse();
    assertThat(shards.awaitedIn(range(0, 9))).containsExactly(range(4, 6));
    shards = shards.withFetched(range(4, 6));
    assertThat(shards.contains(range(2, 6))).isTrue();
    assertThat(shards.awaited()).isEmpty();
  }

  @Test
  void whatHasArrivedIsSafeOnceItIsDurable() {
    Shards durable = Shards.NONE.with(range(0, 1)).withArriving(range(2, 6), 10);
    Shards newest = durable.withFetched(range(2, 6));
    assertThat(newest.hasArrivedSince(durable)).isTrue();
    assertThat(newest.rangesSafeBy(durable)).containsExactly(range(0, 1));
    assertThat(newest.hasArrivedSince(newest)).isFalse();
    assertThat(newest.rangesSafeBy(newest)).containsExactly(range(0, 1), range(2, 6));
  }

  @Test
  void aRangeThatArrivesAgainIsNotSafeBecauseItOnceWas() {
    Shards durable = Shards.NONE.withArriving(range(2, 6), 10).withFetched(range(2, 6));
    Shards again =
        durable.without(range(2, 6)).withArriving(range(2, 6), 20).withFetched(range(2, 6));
    assertThat(again.rangesSafeBy(durable)).isEmpty();
    assertThat(again.hasArrivedSince(durable)).isTrue();
  }

  @Test
  void whatIsLeftOfARangeThatGoesInPartMayBeAllOfIt() {
    Shards shards = Shards.NONE.withArriving(range(2, 6), 10).withFetched(range(2, 4));
    assertThat(shards.without(range(4, 6)).contains(range(2, 4))).isTrue();
    assertThat(shards.without(range(3, 6)).contains(range(2, 3))).isTrue();
    assertThat(shards.without(range(2, 3)).contains(key(3))).isFalse();
    assertThat(shards.without(range(2, 3)).awaitedIn(range(0, 9))).containsExactly(range(4, 6));
  }

  @Test
  void refusesToServeWhatWasNotFetched() {
    Shards shards = Shards.NONE.withArriving(range(2, 6), 10).withFetched(range(2, 4));
    assertThatThrownBy(() -> shards.withJoined(range(2, 6)))
        .isInstanceOf(CheckFailedException.class);
    assertThatThrownBy(() -> shards.withFetched(range(3, 4)))
        .isInstanceOf(CheckFailedException.class);
  }

  private enum Kind {
    NOT_HERE,
    OWN,
    AWAITED,
    FETCHED
  }

  /** Key by key: whether it is here, and since when its range arrives; 0 for none. */
  private static final class Model {
    final Kind[] kinds = new Kind[KEYS];
    final long[] since = new long[KEYS];

    Model() {
      Arrays.fill(kinds, Kind.NOT_HERE);
    }

    void fill(int from, int to, Kind kind, long begin) {
      Arrays.fill(kinds, from, to, kind);
      Arrays.fill(since, from, to, begin);
    }

    boolean serves(int key) {
      if (kinds[key] == Kind.OWN) {
        return true;
      }
      boolean isComplete = kinds[key] == Kind.FETCHED;
      for (int i = key; i >= 0 && since[i] == since[key]; i--) {
        isComplete &= kinds[i] == Kind.FETCHED;
      }
      for (int i = key; i < KEYS && since[i] == since[key]; i++) {
        isComplete &= kinds[i] == Kind.FETCHED;
      }
      return isComplete;
    }
  }

  @Test
  void agreesWithATableOfKeys() {
    SeededRandom random = new SeededRandom(7);
    for (int round = 0; round < 400; round++) {
      Shards shards = Shards.NONE;
      Model model = new Model();
      for (int step = 1; step <= 60; step++) {
        int from = random.nextInt(KEYS);
        int to = from + 1 + random.nextInt(KEYS - from);
        switch (random.nextInt(5)) {
          case 0, 1 -> {
            shards = shards.withArriving(range(from, to), step);
            model.fill(from, to, Kind.AWAITED, step);
          }
          case 2 -> {
            shards = shards.without(range(from, to));
            model.fill(from, to, Kind.NOT_HERE, 0);
          }
          case 3 -> shards = fetched(shards, model, random);
          default -> {
            boolean isServed = true;
            for (int i = from; i < to; i++) {
              isServed &= model.serves(i);
            }
            if (isServed) {
              shards = shards.withJoined(range(from, to));
              model.fill(from, to, Kind.OWN, 0);
            }
          }
        }
        check(shards, model);
      }
    }
  }

  private static Shards fetched(Shards shards, Model model, SeededRandom random) {
    List<Shards.Arriving> awaited = shards.awaited();
    if (awaited.isEmpty()) {
      return shards;
    }
    KeyRange rest = awaited.get(random.nextInt(awaited.size())).awaited();
    int from = rest.begin().unsafeArray()[0] - 'a';
    int to = from + 1 + random.nextInt(rest.end().unsafeArray()[0] - 'a' - from);
    model.fill(from, to, Kind.FETCHED, model.since[from]);
    return shards.withFetched(range(from, to));
  }

  private static void check(Shards shards, Model model) {
    shards.checkInvariants();
    ByteWriter writer = new ByteWriter(64);
    shards.encode(writer);
    Shards decoded = Shards.decode(new ByteReader(writer.toBytes()));
    assertThat(decoded.arriving()).isEqualTo(shards.arriving());
    assertThat(decoded.ranges()).isEqualTo(shards.ranges());
    for (int i = 0; i < KEYS; i++) {
      assertThat(shards.contains(key(i))).isEqualTo(model.serves(i));
      assertThat(shards.isAwaited(key(i))).isEqualTo(model.kinds[i] == Kind.AWAITED);
    }
  }
}
