package io.ashlar.simulation.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TraceHeaderTest {
  private static final TraceHeader HEADER = new TraceHeader("a1b2", -7, "20 busy seconds, all");

  @Test
  void aLineIsReadAsItWasWritten() {
    assertThat(TraceHeader.parse(HEADER.line())).isEqualTo(HEADER);
  }

  @Test
  void anyOtherLineIsNoHeader() {
    assertThat(TraceHeader.parse("")).isNull();
    assertThat(TraceHeader.parse("12:30 server started")).isNull();
    assertThat(TraceHeader.parse(HEADER.line().replace("-7", "9999999999999999999"))).isNull();
  }

  @Test
  void whatIsDifferentOfTwoRunsIsTold() {
    assertThat(HEADER.differences("a", HEADER, "b")).isEmpty();
    assertThat(HEADER.differences("a", new TraceHeader("a1b2", 8, "5 busy seconds"), "b"))
        .containsExactly(
            "these are different runs: the seed of a: -7; of b: 8",
            "these are different runs: the options of a: 20 busy seconds, all; of b: 5 busy"
                + " seconds");
  }
}
