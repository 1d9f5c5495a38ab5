package io.ashlar.simulation.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanTest {
  @Test
  void fewSpansStayAsTheyAre() {
    List<Span> spans = List.of(new Span(0, 1, "a", "x"), new Span(5, 9, "b", "y"));
    assertThat(Span.bounded(spans, 2)).isEqualTo(spans);
    assertThat(Span.bounded(List.of(), 0)).isEmpty();
  }

  @Test
  void thoseThatAreClosestAreToldTogether() {
    List<Span> spans =
        List.of(
            new Span(0, 10, "a", "first"),
            new Span(100, 110, "a", "second"),
            new Span(112, 120, "a", "third"),
            new Span(400, 410, "b", "fourth"));
    assertThat(Span.bounded(spans, 3))
        .containsExactly(
            spans.get(0), new Span(100, 120, "a", "2 one after the other", 2), spans.get(3));
    assertThat(Span.bounded(spans, 1))
        .containsExactly(new Span(0, 410, "several", "4 one after the other", 4));
  }

  @Test
  void anyNumberIsBroughtBelowTheBoundAndNoneIsLost() {
    SeededRandom random = new SeededRandom(3);
    for (int run = 0; run < 200; run++) {
      List<Span> spans = new ArrayList<>();
      long at = 0;
      int count = random.nextInt(1, 300);
      for (int i = 0; i < count; i++) {
        at += random.nextInt(3);
        spans.add(new Span(at, at + random.nextInt(4), "a", "" + i));
      }
      int most = random.nextInt(1, 40);
      List<Span> fewer = Span.bounded(spans, most);
      assertThat(fewer).hasSize(Math.min(most, count));
      assertThat(fewer.stream().mapToInt(Span::count).sum()).isEqualTo(count);
    }
  }
}
