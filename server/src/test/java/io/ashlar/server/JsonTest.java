package io.ashlar.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class JsonTest {
  @Test
  void keepsTheOrderOfItsFields() {
    assertThat(Json.object().put("b", 1).put("a", true).put("c", null).toString())
        .isEqualTo("{\"b\":1,\"a\":true,\"c\":null}");
  }

  @Test
  void nestsListsAndObjects() {
    assertThat(
            Json.object()
                .put("rows", Arrays.asList(Json.object().put("k", "v"), 2L, null))
                .put("x", Json.object())
                .toString())
        .isEqualTo("{\"rows\":[{\"k\":\"v\"},2,null],\"x\":{}}");
  }

  @Test
  void escapesWhatStringsMayNotHold() {
    assertThat(Json.object().put("s", "\"\\\n\t\r\u0001é😀").toString())
        .isEqualTo("{\"s\":\"\\\"\\\\\\n\\t\\r\\u0001é\\ud83d\\ude00\"}");
  }

  @Test
  void numbersThatJsonLacksAreNull() {
    assertThat(Json.object().put("n", Double.NaN).put("d", 1.5).toString())
        .isEqualTo("{\"n\":null,\"d\":1.5}");
  }
}
