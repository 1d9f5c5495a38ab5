package io.ashlar.simulation.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each planted bug is caught by a check of what clients saw, and the same seed passes without it.
 */
class PlantedBugTest {
  /**
   * A change of the simulator changes what a seed means. So that this does not fail at every one, a
   * few more seeds are tried from the known one upwards.
   */
  private static final int SEEDS_MAX = 15;

  /** Nothing is planted but mute assertions, as with the bugs. */
  private static PlantedProgram plain;

  @BeforeAll
  static void loadTheControl() {
    plain = new PlantedProgram();
  }

  static List<PlantedBug> bugs() {
    return PlantedBugs.all().stream().filter(bug -> bug.seed() > 0).toList();
  }

  @Test
  void everyTextThatABugChangesIsInTheSourcesExactlyOnce() {
    List<String> missing = new ArrayList<>();
    for (PlantedBug bug : PlantedBugs.all()) {
      try {
        PlantedProgram.editedSources(bug);
      } catch (IllegalStateException e) {
        missing.add(bug + ": " + e.getMessage());
      }
    }
    assertThat(missing).isEmpty();
  }

  /** Those that need many runs are caught by the command of HACKING.md; here they are built. */
  @Test
  void everyOtherBugCanBeBuilt() {
    for (PlantedBug bug : PlantedBugs.all()) {
      if (bug.seed() == 0) {
        new PlantedProgram(bug);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void whatMustNoticeThePlantedBugDoesAndFindsNothingWithoutIt(PlantedBug bug) {
    Hunt hunt = new Hunt(bug, Hunt.controlOf(bug, plain), bug.runAs());
    hunt.go(bug.seed(), bug.seed() + SEEDS_MAX - 1, 1);
    System.out.println(bug + ": seed " + hunt.firstSeed() + ", " + hunt.found());
    assertThat(hunt.isCaught()).as("caught: %s", hunt.how()).isTrue();
    assertThat(hunt.controlFailure()).isNull();
  }
}
