package io.ashlar.simulation.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.simulation.diagnosis.LineDiff.Difference;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineDiffTest {
  private static List<String> lines(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "line " + i).toList();
  }

  private static Difference between(List<String> first, List<String> second) {
    return LineDiff.between(first.iterator(), second.iterator());
  }

  @Test
  void equalTracesDoNotPart() {
    assertThat(between(lines(100), lines(100))).isNull();
    assertThat(between(List.of(), List.of())).isNull();
  }

  @Test
  void theFirstLineThatDiffersIsToldWithThoseAroundIt() {
    List<String> second = new java.util.ArrayList<>(lines(100));
    second.set(49, "another");
    second.set(70, "another, later");
    Difference parting = between(lines(100), second);
    assertThat(parting.number()).isEqualTo(50);
    assertThat(parting.before()).hasSize(12).startsWith("line 38").endsWith("line 49");
    assertThat(parting.first()).startsWith("line 50", "line 51").hasSize(5);
    assertThat(parting.second()).startsWith("another", "line 51").hasSize(5);
    assertThat(parting.describe("a", "b"))
        .startsWith("they part at line 50:")
        .contains("    line 49", "  - line 50", "  + another")
        .endsWith("  - is a, + is b");
  }

  @Test
  void oneThatEndsSoonerPartsThere() {
    Difference shorter = between(lines(3), lines(2));
    assertThat(shorter.number()).isEqualTo(3);
    assertThat(shorter.first()).containsExactly("line 3");
    assertThat(shorter.second()).isEmpty();
    Difference longer = between(lines(2), lines(4));
    assertThat(longer.number()).isEqualTo(3);
    assertThat(longer.first()).isEmpty();
    assertThat(longer.second()).containsExactly("line 3", "line 4");
    assertThat(longer.describe("a", "b")).contains("  - (the end of a)");
  }
}
