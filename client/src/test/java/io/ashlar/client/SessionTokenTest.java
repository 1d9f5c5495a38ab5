package io.ashlar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import java.util.Arrays;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class SessionTokenTest {
  private static final SessionToken TOKEN = new SessionToken(new Uid(0x0123456789abcdefL, -2), 77);

  private static void refused(byte[] bytes, String why) {
    assertThatThrownBy(() -> SessionToken.parse(bytes))
        .isInstanceOfSatisfying(
            AshlarException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_TOKEN_INVALID))
        .hasMessageContaining(why);
  }

  @Property
  void isTheSameAfterItsWayAsBytesAndAsText(
      @ForAll long high, @ForAll long low, @ForAll @LongRange(min = 1) long version) {
    Uid id = new Uid(high, low);
    SessionToken token = id.equals(Uid.NONE) ? SessionToken.NOTHING : new SessionToken(id, version);
    assertThat(SessionToken.parse(token.toBytes())).isEqualTo(token);
    assertThat(SessionToken.parse(token.toString())).isEqualTo(token);
    assertThat(token.toString()).matches("[A-Za-z0-9_-]{39}");
  }

  @Property
  void noSingleBitMayChange(@ForAll @IntRange(max = 29 * 8 - 1) int bit) {
    byte[] bytes = TOKEN.toBytes();
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
    refused(bytes, bit < 8 ? "its format is" : "its checksum does not fit");
  }

  @Property
  void noSingleLetterMayChange(@ForAll @IntRange(max = 38) int at, @ForAll char letter) {
    StringBuilder text = new StringBuilder(TOKEN.toString());
    Assume.that(text.charAt(at) != letter);
    text.setCharAt(at, letter);
    refused(text.toString());
  }

  /** The decoder takes four letters at the end for the same byte. */
  @Example
  void noLastLetterMayChangeNorBeAdded() {
    String text = TOKEN.toString();
    for (char letter :
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".toCharArray()) {
      if (letter != text.charAt(38)) {
        refused(text.substring(0, 38) + letter);
      }
      refused(text + letter);
    }
    refused(text + "=");
    refused(text.substring(0, 38));
  }

  private static void refused(String text) {
    assertThatThrownBy(() -> SessionToken.parse(text))
        .as(text)
        .isInstanceOfSatisfying(
            AshlarException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_TOKEN_INVALID));
  }

  @Example
  void saysWhatIsWrongWithIt() {
    byte[] bytes = TOKEN.toBytes();
    refused(new byte[0], "it is empty");
    refused(Arrays.copyOf(bytes, 28), "it has 28 bytes, not 29");
    refused(Arrays.copyOf(bytes, 30), "it has 30 bytes, not 29");
    assertThatThrownBy(() -> SessionToken.parse("no token!"))
        .hasMessageContaining("it is no text of a token");
    assertThatThrownBy(() -> new SessionToken(TOKEN.databaseId(), -1))
        .hasMessageContaining("its version is -1");
    assertThatThrownBy(() -> new SessionToken(TOKEN.databaseId(), 0))
        .hasMessageContaining("version 0 of database");
    assertThatThrownBy(() -> new SessionToken(Uid.NONE, 1)).hasMessageContaining("version 1 of");
  }
}
