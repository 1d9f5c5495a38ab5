package io.ashlar.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rare branches are forced in some runs, and not all the time. */
class FaultPointsTest {
  private static final int CALLS = 20_000;
  private static final long STEP_NANOS = 100_000;

  private long nowNanos;

  private FaultPoints points(long seed, boolean enabled) {
    nowNanos = 0;
    return new FaultPoints(new SeededRandom(seed), () -> nowNanos, enabled);
  }

  private List<Long> times(FaultPoints points, String name) {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      nowNanos += STEP_NANOS;
      if (points.at(name)) {
        times.add(nowNanos);
      }
    }
    return times;
  }

  @Test
  void eachPointIsOnInAboutAQuarterOfTheRuns() {
    int on = 0;
    for (long seed = 0; seed < 400; seed++) {
      on += times(points(seed, true), "a.point").isEmpty() ? 0 : 1;
    }
    assertThat(on).isBetween(60, 140);
  }

  @Test
  void oneThatFiresOftenLeavesTimeBetween() {
    Map<Long, Long> fewest = new TreeMap<>();
    for (long seed = 0; seed < 200; seed++) {
      List<Long> times = times(points(seed, true), "a.point");
      long gap = Long.MAX_VALUE;
      for (int i = 1; i < times.size(); i++) {
        gap = Math.min(gap, times.get(i) - times.get(i - 1));
      }
      fewest.merge(gap, (long) times.size(), Math::max);
    }
    assertThat(fewest.get(20_000_000L)).isGreaterThan(50).isLessThan(101);
    assertThat(fewest.keySet()).contains(1_000_000L, 5_000_000L);
  }

  @Test
  void onesByWhichRolesComeSeldomFireMoreReadily() {
    long fired = 0;
    long usual = 0;
    for (long seed = 0; seed < 400; seed++) {
      FaultPoints points = points(seed, true);
      for (int i = 0; i < 5; i++) {
        fired += points.at("recovery.give-up") ? 1 : 0;
        usual += points.at("a.point") ? 1 : 0;
      }
    }
    assertThat(fired).isBetween(60L, 160L);
    assertThat(usual).isBetween(1L, 50L);
  }

  /** One that is not asked any more would stand in the list for ever. */
  @Test
  void thoseAreOnTheListOfAllPoints() throws IOException {
    try (InputStream list =
        SimWorld.class.getResourceAsStream("/io/ashlar/simulation/coverage.txt")) {
      List<String> lines = new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(lines).containsAll(FaultPoints.SELDOM.stream().map("point "::concat).toList());
    }
  }

  @Test
  void whatOnePointDoesDoesNotDependOnAnother() {
    for (long seed = 0; seed < 50; seed++) {
      List<Long> alone = times(points(seed, true), "a.point");
      FaultPoints both = points(seed, true);
      List<Long> beside = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        nowNanos += STEP_NANOS;
        both.at("another.point");
        if (both.at("a.point")) {
          beside.add(nowNanos);
        }
      }
      assertThat(beside).isEqualTo(alone);
    }
  }

  @Test
  void nothingFiresWhileTheyAreOff() {
    for (long seed = 0; seed < 20; seed++) {
      FaultPoints points = points(seed, false);
      assertThat(times(points, "a.point")).isEmpty();
      assertThat(points.fired()).isEmpty();
      points.setEnabled(true);
      List<Long> times = times(points, "a.point");
      assertThat(points.fired())
          .isEqualTo(times.isEmpty() ? Map.of() : Map.of("a.point", (long) times.size()));
    }
  }
}
