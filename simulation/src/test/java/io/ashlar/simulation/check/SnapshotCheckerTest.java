package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotCheckerTest {
  private static final KeyValue A = new KeyValue(Bytes.utf8("a"), Bytes.utf8("1"));
  private static final KeyValue B = new KeyValue(Bytes.utf8("b"), Bytes.utf8("2"));

  private final SnapshotChecker checker = new SnapshotChecker(2);

  private void expect(String violation) {
    assertThat(checker.violations().count()).isEqualTo(1);
    assertThat(checker.violations().toString()).contains(violation);
  }

  @Test
  void versionsMayDifferAndReadsOfOneVersionAreTheSame() {
    checker.saw(5, "x", List.of(A, B));
    checker.saw(6, "x", List.of(B));
    checker.saw(5, "y", List.of(A, B));
    checker.saw(6, "y", List.of(B));
    assertThat(checker.violations().isEmpty()).isTrue();
    assertThat(checker.compared()).isEqualTo(2);
  }

  @Test
  void aRowThatIsMissingTheSecondTimeIsNamed() {
    checker.saw(5, "x", List.of(A, B));
    checker.saw(5, "y", List.of(A));
    expect("version 5 read by y is not what it was by x: row 1 is missing");
  }

  @Test
  void aRowMoreIsNamed() {
    checker.saw(5, "x", List.of(A));
    checker.saw(5, "y", List.of(A, B));
    expect("where nothing should be");
  }

  @Test
  void anotherValueIsNamed() {
    checker.saw(5, "x", List.of(A, B));
    checker.saw(5, "y", List.of(A, new KeyValue(B.key(), Bytes.utf8("3"))));
    expect("row 1");
  }

  @Test
  void anotherOrderIsNamed() {
    checker.saw(5, "x", List.of(A, B));
    checker.saw(5, "y", List.of(B, A));
    expect("row 0");
  }

  @Test
  void theNewestVersionsAreRemembered() {
    checker.saw(5, "x", List.of(A));
    checker.saw(7, "x", List.of(A));
    checker.saw(6, "x", List.of(A));
    assertThat(checker.versions()).containsExactly(6L, 7L);
  }
}
