package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class KeysTest {
  @Test
  void theKeyAfterEndsInAZeroByte() {
    assertThat(Keys.after(Bytes.EMPTY)).isEqualTo(Bytes.of(0));
    assertThat(Keys.after(Bytes.of(255))).isEqualTo(Bytes.of(255, 0));
  }

  @Test
  void theKeyAfterAPrefixRaisesItsLastByteThatCanBeRaised() {
    assertThat(Keys.afterPrefix(Bytes.of(1, 2))).isEqualTo(Bytes.of(1, 3));
    assertThat(Keys.afterPrefix(Bytes.of(1, 255, 255))).isEqualTo(Bytes.of(2));
    assertThat(Keys.afterPrefix(Bytes.of(127))).isEqualTo(Bytes.of(128));
    assertThatThrownBy(() -> Keys.afterPrefix(Bytes.of(255, 255)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Keys.afterPrefix(Bytes.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theRegionsLieSideBySide() {
    assertThat(Keys.USER.end()).isEqualTo(Keys.SYSTEM.begin());
    assertThat(Keys.ALL.begin()).isEqualTo(Keys.USER.begin());
    assertThat(Keys.ALL.end()).isEqualTo(Keys.SYSTEM.end());
    for (Bytes key :
        new Bytes[] {
          Keys.FENCE_PREFIX, Keys.KEY_SERVERS_PREFIX, Keys.CONF_PREFIX, Keys.STORE_TIME
        }) {
      assertThat(Keys.SYSTEM.contains(key)).isTrue();
      assertThat(Keys.isMetadata(key)).isTrue();
    }
  }

  @Test
  void metadataBeginsAtTheSystemKeys() {
    assertThat(Keys.isMetadata(Bytes.EMPTY)).isFalse();
    assertThat(Keys.isMetadata(Bytes.of(0xfe, 0xff))).isFalse();
    assertThat(Keys.isMetadata(Keys.USER_END)).isTrue();
    assertThat(Keys.isMetadata(Bytes.of(0xff, 0x01, 0xff))).isTrue();
    assertThat(Keys.isMetadata(Bytes.of(0xff, 0x03))).isTrue();
  }

  @Test
  void systemRowsAreNoMetadata() {
    assertThat(Keys.SYSTEM.contains(Keys.SYSTEM_ROWS)).isTrue();
    assertThat(Keys.isMetadata(Bytes.of(0xff, 0x02))).isFalse();
    assertThat(Keys.isMetadata(Bytes.of(0xff, 0x02, 0xff, 0xff))).isFalse();
  }

  @Test
  void aSingleKeyIsTheRangeThatEndsRightAfterIt() {
    ByteWriter single = new ByteWriter(0);
    KeyRanges.encode(KeyRange.ofKey(Bytes.of(7)), single);
    assertThat(single.toBytes()).isEqualTo(Bytes.of(1, 7, 0));
    ByteWriter wide = new ByteWriter(0);
    KeyRanges.encode(new KeyRange(Bytes.of(7), Bytes.of(7, 1)), wide);
    assertThat(wide.toBytes()).isEqualTo(Bytes.of(1, 7, 2, 7, 1));
    assertThatThrownBy(
            () -> KeyRanges.encode(new KeyRange(Bytes.of(7), Bytes.EMPTY), new ByteWriter(0)))
        .isInstanceOf(CheckFailedException.class);
  }

  @Test
  void bytesArePrintedAsTheShellWritesThem() {
    assertThat(Bytes.of('a', '\\', 0, 0xff, ' ')).hasToString("a\\x5c\\x00\\xff ");
    assertThat(Bytes.utf8("abcdef").printable(3)).isEqualTo("abc… (6 bytes)");
  }
}
