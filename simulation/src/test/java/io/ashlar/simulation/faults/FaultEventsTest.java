package io.ashlar.simulation.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class FaultEventsTest {
  private static final List<String> KINDS = List.of("kill", "cut", "wall-clock");

  @Test
  void listsOccurrencesOfKindsWithRanges() {
    FaultEvents events = FaultEvents.parse("kill:2, kill:4-6,wall-clock:1", KINDS);
    assertThat(events.includes(new FaultEvent("kill", 2))).isTrue();
    assertThat(events.includes(new FaultEvent("kill", 3))).isFalse();
    assertThat(events.includes(new FaultEvent("kill", 6))).isTrue();
    assertThat(events.includes(new FaultEvent("kill", 7))).isFalse();
    assertThat(events.includes(new FaultEvent("wall-clock", 1))).isTrue();
    assertThat(events.includes(new FaultEvent("cut", 1))).isFalse();
    assertThat(events.kinds()).containsExactly("kill", "wall-clock");
    assertThat(events.isAll()).isFalse();
  }

  @Test
  void isWrittenAsItIsRead() {
    List<FaultEvent> listed =
        List.of(
            new FaultEvent("kill", 5),
            new FaultEvent("cut", 9),
            new FaultEvent("kill", 4),
            new FaultEvent("kill", 1));
    FaultEvents events = FaultEvents.only(listed);
    assertThat(events).hasToString("cut:9,kill:1,kill:4-5");
    assertThat(FaultEvents.parse(events.toString(), KINDS)).isEqualTo(events);
    assertThat(FaultEvents.parse("all", KINDS)).isEqualTo(FaultEvents.all());
    assertThat(FaultEvents.parse("none", KINDS)).isEqualTo(FaultEvents.only(List.of()));
    assertThat(FaultEvents.only(List.of())).hasToString("none");
    assertThat(FaultEvents.all()).hasToString("all");
  }

  @Test
  void whatIsNoOccurrenceIsRefusedInWords() {
    assertThatThrownBy(() -> FaultEvents.parse("kil:1", KINDS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'kil' is not one of: kill, cut, wall-clock; perhaps kill is meant");
    for (String wrong : List.of("kill", "kill:", "kill:0", "kill:3-2", "kill:x", "kill:1-", "")) {
      assertThatThrownBy(() -> FaultEvents.parse(wrong, KINDS))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> FaultEvents.parse("kill:3-2", KINDS))
        .hasMessage(
            "occurrences of a fault are such as kill:2 or kill:2-5, counted from 1, not 'kill:3-2'");
  }
}
