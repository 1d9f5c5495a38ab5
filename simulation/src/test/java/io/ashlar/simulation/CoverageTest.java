package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.simulation.shape.Shapes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What was never reached is told by name. */
class CoverageTest {
  @Test
  void whatWasNeverReachedIsAHole() {
    Coverage coverage = new Coverage(List.of("log.a", "log.b", "point log.c"));
    coverage.add("log.b", 2);
    coverage.add("log.b", 3);
    assertThat(coverage.holes()).containsExactly("log.a", "point log.c");
    assertThat(coverage.counts()).containsEntry("log.b", 5L).containsEntry("log.a", 0L);
    coverage.add("log.a", 1);
    coverage.add("point log.c", 1);
    assertThat(coverage.holes()).isEmpty();
  }

  @Test
  void whatIsReachedAndNotListedIsToldToo() {
    Coverage coverage = new Coverage(List.of("log.a"));
    coverage.add("log.a", 1);
    coverage.add("log.new", 1);
    assertThat(coverage.unlisted()).containsExactly("log.new");
  }

  @Test
  void comparingNothingAtTheEndOfRunsIsAHole() {
    assertThat(Coverage.ofEverything().holes())
        .contains("compared rows of engines", "compared versions of the log");
  }

  @Test
  void aListHasOneNameInALineAndLinesForPeople() {
    assertThat(Coverage.read("# for people\n\nlog.a\npoint log.b\n"))
        .containsExactly("log.a", "point log.b");
  }

  /** A name that is in the sources alone would never be missed; one that is not there, always. */
  @Test
  void theListHasTheNamesInTheSourcesOfAllRolesAndNoOthers() {
    List<String> listed = Coverage.names();
    assertThat(listed).doesNotHaveDuplicates();
    List<String> inSources = new ArrayList<>(MarkedPaths.inSources());
    assertThat(inSources).hasSizeGreaterThan(100);
    inSources.addAll(Shapes.names());
    TreeSet<String> missing = new TreeSet<>(inSources);
    listed.forEach(missing::remove);
    assertThat(missing).as("to be added to coverage.txt").isEmpty();
    TreeSet<String> gone = new TreeSet<>(listed);
    inSources.forEach(gone::remove);
    assertThat(gone).as("to be removed from coverage.txt").isEmpty();
    assertThat(listed).isSorted();
  }
}
