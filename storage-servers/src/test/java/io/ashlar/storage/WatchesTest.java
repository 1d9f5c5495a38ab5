package io.ashlar.storage;

import static io.ashlar.storage.FakeWorld.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.host.Inbound;
import io.ashlar.message.WatchValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchesTest {
  private static final int COUNT_MAX = 10;
  private static final long BYTES_MAX = 1_000;

  /** With a key of one byte, as many as there is room for. */
  private static final Bytes LARGE = Bytes.wrap(new byte[(int) BYTES_MAX - 1]);

  private final Watches watches = new Watches(COUNT_MAX, BYTES_MAX);
  private long requests;

  @AfterEach
  void isConsistent() {
    watches.checkInvariants();
  }

  private boolean add(String watched, Bytes expected) {
    WatchValue asked = new WatchValue(1, key(watched), expected);
    long id = ++requests;
    return watches.add(new Inbound(FakeWorld.CLIENT, id, asked), asked, 1, id);
  }

  @Test
  void keepsNoMoreThanItsNumber() {
    for (int i = 0; i < COUNT_MAX; i++) {
      assertThat(add("k" + i, null)).isTrue();
    }
    assertThat(add("one too many", null)).isFalse();
    assertThat(watches.count()).isEqualTo(COUNT_MAX);
  }

  @Test
  void keepsNoMoreOnceThereAreSoManyBytes() {
    assertThat(add("a", Bytes.EMPTY)).isTrue();
    assertThat(add("b", LARGE)).isTrue();
    assertThat(add("c", null)).isFalse();
    assertThat(add("a", null)).isFalse();
    assertThat(watches.count()).isEqualTo(2);
  }

  @Test
  void oneThatIsLargerThanTheRoomIsKeptAlone() {
    assertThat(add("a", LARGE.concat(LARGE))).isTrue();
    assertThat(add("b", null)).isFalse();
  }

  @Test
  void thereIsRoomAgainWhenOneHasFired() {
    assertThat(add("a", LARGE)).isTrue();
    assertThat(watches.takeDue(1)).isEqualTo(key("a"));
    assertThat(watches.checked(key("a"), 1, null)).hasSize(1);
    assertThat(add("b", LARGE)).isTrue();
    assertThat(add("c", null)).isFalse();
  }

  @Test
  void thereIsRoomAgainWhenTheTimeOfOneIsOver() {
    assertThat(add("a", LARGE)).isTrue();
    assertThat(watches.takeExpired(1)).hasSize(1);
    assertThat(add("b", LARGE)).isTrue();
    assertThat(add("c", null)).isFalse();
  }

  @Test
  void thereIsRoomAgainWhenAKeyHasGoneElsewhere() {
    assertThat(add("a", Bytes.EMPTY)).isTrue();
    assertThat(add("a", LARGE)).isTrue();
    assertThat(watches.takeAll(key("a"))).hasSize(2);
    assertThat(add("b", LARGE)).isTrue();
    assertThat(add("c", null)).isFalse();
  }
}
