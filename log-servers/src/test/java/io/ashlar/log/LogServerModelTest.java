package io.ashlar.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** A log server against an obviously correct model of it, through any number of crashes. */
class LogServerModelTest {
  @Property(tries = 600, seed = "20261", shrinking = ShrinkingMode.OFF)
  void keepsWhatItAcknowledgedAndGivesWhatItWasGiven(@ForAll long seed) {
    new ModelRun(seed, false).run();
  }

  /** The property above is worth something only where its runs go down the rare paths. */
  @Test
  void runsReachTheRarePaths() {
    TreeSet<String> reached = new TreeSet<>();
    for (long seed = 1; seed <= 200; seed++) {
      ModelRun run = new ModelRun(seed, false);
      run.run();
      reached.addAll(run.probes());
    }
    assertThat(reached)
        .contains(
            "log.push-parked",
            "log.unflushed-full",
            "log.read-back",
            "log.segment-deleted",
            "log.torn-tail",
            "log.never-finished");
  }

  /** A test that cannot fail shows nothing: on a disk that does not sync it has to. */
  @Test
  void findsALogServerThatAcknowledgesWithoutSync() {
    int found = 0;
    for (long seed = 1; seed <= 40; seed++) {
      try {
        new ModelRun(seed, true).run();
      } catch (AssertionError e) {
        found++;
      }
    }
    assertThat(found).isGreaterThan(10);
  }
}
