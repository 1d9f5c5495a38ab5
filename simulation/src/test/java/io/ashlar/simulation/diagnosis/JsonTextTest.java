package io.ashlar.simulation.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  @Test
  void writesNestedValues() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("a", Arrays.asList(1L, 2, null, true));
    value.put("b", Map.of("c", List.of()));
    assertThat(JsonText.of(value)).isEqualTo("{\"a\":[1,2,null,true],\"b\":{\"c\":[]}}");
  }

  @Test
  void noTextCanEndTheScriptThatItStandsIn() {
    assertThat(JsonText.of("</script>\n\"\\")).isEqualTo("\"\\u003c/script>\\u000a\\\"\\\\\"");
  }

  @Test
  void whatIsNoValueIsRefused() {
    assertThatThrownBy(() -> JsonText.of(new Object()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
