package io.ashlar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SettingTest {
  @Test
  void everySettingHasARowOfItsOwn() {
    for (Setting setting : Setting.values()) {
      assertThat(Setting.of(setting.key())).isEqualTo(setting);
      assertThat(setting.key().startsWith(Keys.CONF_PREFIX)).isTrue();
    }
    assertThat(Setting.of(Keys.CONF_PREFIX)).isNull();
    assertThat(Setting.of(Keys.CONF_PREFIX.concat(Bytes.utf8("colour")))).isNull();
  }

  @Test
  void aNumberIsReadAsItWasWritten() {
    for (int number = 1; number <= Setting.MAX; number++) {
      assertThat(Setting.LOGS.decode(Setting.LOGS.encode(number))).isEqualTo(number);
    }
    assertThat(Setting.ANTI_QUORUM.decode(Bytes.utf8("0"))).isZero();
  }

  @Test
  void whatIsNoNumberOfTheSettingIsRefusedWithWhatItMayBe() {
    for (String wrong : List.of("", "0", "65", "-1", "+1", "1.5", "two", "100", "9999999999")) {
      assertThatThrownBy(() -> Setting.LOGS.decode(Bytes.utf8(wrong)))
          .as(wrong)
          .isInstanceOf(MalformedException.class)
          .hasMessageStartingWith("logs must be a number from 1 to 64, not ");
    }
  }
}
