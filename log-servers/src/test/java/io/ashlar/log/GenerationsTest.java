package io.ashlar.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** Several log servers through several recoveries, for every replication and anti-quorum. */
class GenerationsTest {
  @Property(tries = 120, seed = "4711", shrinking = ShrinkingMode.OFF)
  void everyTagHoldsTheWholeHistoryThroughRecoveries(@ForAll long seed) {
    new GenerationsRun(seed).run();
  }

  @Test
  void runsReachTheRarePaths() {
    TreeSet<String> reached = new TreeSet<>();
    int withAntiQuorum = 0;
    int laggingBehindBegin = 0;
    for (long seed = 1; seed <= 80; seed++) {
      GenerationsRun run = new GenerationsRun(seed);
      run.run();
      reached.addAll(run.probes());
      withAntiQuorum += run.antiQuorumMax() > 0 ? 1 : 0;
      laggingBehindBegin += run.versionsAboveBegin() > 0 ? 1 : 0;
    }
    assertThat(reached).contains("log.tail-other-replica", "log.tail-retry", "log.torn-tail");
    assertThat(withAntiQuorum).isGreaterThan(8);
    assertThat(laggingBehindBegin).isGreaterThan(8);
  }
}
