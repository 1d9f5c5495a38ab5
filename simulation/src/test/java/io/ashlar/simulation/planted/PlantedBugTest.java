package io.ashlar.simulation.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each planted bug is caught by a check of what clients saw, and the same seed passes without it.
 *
 * <p>All are begun at once, and done by as many threads as there are processors; each test waits
 * for its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlantedBugTest {
  /**
   * A change of the simulator changes what a seed means. So that this does not fail at every one, a
   * few more seeds are tried from the known one upwards.
   */
  private static final int SEEDS_MAX = 15;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

  /** What became of each; of the programs nothing is kept, since each is some thousand classes. */
  private final Map<String, Future<TableRow>> hunts = new TreeMap<>();

  private final Map<String, Future<PlantedProgram>> built = new TreeMap<>();

  @BeforeAll
  void beginAll() {
    // Nothing is planted but mute assertions, as with the bugs.
    PlantedProgram plain = new PlantedProgram();
    for (PlantedBug bug : PlantedBugs.all()) {
      if (bug.isInEveryBuild()) {
        hunts.put(bug.name(), threads.submit(() -> hunt(bug.inEveryBuild(), plain)));
      } else {
        built.put(bug.name(), threads.submit(() -> new PlantedProgram(bug)));
      }
    }
  }

  @AfterAll
  void end() {
    threads.shutdownNow();
  }

  private static TableRow hunt(PlantedBug bug, PlantedProgram plain) {
    Hunt hunt = new Hunt(bug, Hunt.controlOf(bug, plain), bug.runAs());
    hunt.go(bug.seed(), bug.seed() + SEEDS_MAX - 1, 1);
    return TableRow.of(hunt, bug.runAs(), 0);
  }

  static List<PlantedBug> bugs() {
    return PlantedBugs.all().stream().filter(PlantedBug::isInEveryBuild).toList();
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
  void everyOtherBugCanBeBuilt() throws Exception {
    for (Future<PlantedProgram> program : built.values()) {
      program.get();
    }
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void whatMustNoticeThePlantedBugDoesAndFindsNothingWithoutIt(PlantedBug bug) throws Exception {
    TableRow row = hunts.get(bug.name()).get();
    System.out.println(
        bug + ": seed " + row.firstSeed() + ", after " + row.runs() + " runs, " + row.found());
    assertThat(row.isCaught()).as("caught: %s", row.how()).isTrue();
    assertThat(row.control()).isEmpty();
  }
}
