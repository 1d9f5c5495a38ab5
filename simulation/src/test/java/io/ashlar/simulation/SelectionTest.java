package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static final List<String> KNOWN = List.of("kill", "cut", "pause");

  @Test
  void namesAreAllThereIs() {
    Selection selection = Selection.parse("kill, cut", KNOWN);
    assertThat(KNOWN.stream().filter(selection::includes)).containsExactly("kill", "cut");
    assertThat(selection.isListed()).isTrue();
    assertThat(selection).hasToString("cut,kill");
  }

  @Test
  void namesWithAMinusAreAllThereIsNot() {
    Selection selection = Selection.parse("-kill,-cut", KNOWN);
    assertThat(KNOWN.stream().filter(selection::includes)).containsExactly("pause");
    assertThat(selection.isListed()).isFalse();
    assertThat(Selection.parse(selection.toString(), KNOWN)).isEqualTo(selection);
  }

  @Test
  void allAndNoneAreWords() {
    assertThat(Selection.parse("all", KNOWN).isAll()).isTrue();
    assertThat(Selection.parse("none", KNOWN).isNone()).isTrue();
    assertThat(Selection.all().includes("cut")).isTrue();
    assertThat(Selection.none().includes("cut")).isFalse();
  }

  @Test
  void oneCanBeTakenOutOfEither() {
    assertThat(Selection.all().without("kill")).isEqualTo(Selection.allBut(List.of("kill")));
    assertThat(Selection.only(KNOWN).without("kill")).hasToString("cut,pause");
  }

  @Test
  void whatIsNotKnownIsRefusedWithTheList() {
    assertThatThrownBy(() -> Selection.parse("kil", KNOWN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'kil' is not one of: kill, cut, pause; perhaps kill is meant");
    assertThatThrownBy(() -> Selection.parse("earthquake", KNOWN))
        .hasMessage("'earthquake' is not one of: kill, cut, pause");
    assertThatThrownBy(() -> Selection.parse("kill,", KNOWN))
        .hasMessage("a name is missing; there are: kill, cut, pause");
    assertThatThrownBy(() -> Selection.parse("kill,-cut", KNOWN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Selection.parse("", KNOWN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
