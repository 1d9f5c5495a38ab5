package io.ashlar.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.tuple.Tuple;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexTest {
  private record Tagged(List<String> tags) {}

  private static final Index<Tagged> BY_TAG = Index.each("by-tag", Tagged::tags);

  @Test
  void aRowHasAnEntryForEachOfItsValuesOnce() {
    assertThat(BY_TAG.valuesOf(new Tagged(List.of("b", "a", "b"))))
        .containsExactly(Tuple.from("b"), Tuple.from("a"));
  }

  /** As rows have that were written before there was such a component. */
  @Test
  void aRowWithoutValuesHasNone() {
    assertThat(BY_TAG.valuesOf(new Tagged(null))).isEmpty();
    assertThat(BY_TAG.valuesOf(new Tagged(List.of()))).isEmpty();
  }
}
