package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which rare branches of roles a run forces, and how often: each point is on in a quarter of the
 * runs, and then fires with its own drawn probability.
 */
final class FaultPoints {
  private static final int[] PER_MILLION = {1_000, 10_000, 50_000, 250_000};

  private final SeededRandom random;
  private final Map<String, Integer> perMillionByPoint = new TreeMap<>();
  private final Map<String, Long> fired = new TreeMap<>();
  private boolean enabled;

  FaultPoints(SeededRandom random, boolean enabled) {
    this.random = random;
    this.enabled = enabled;
  }

  void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  boolean at(String point) {
    if (!enabled) {
      return false;
    }
    Integer perMillion = perMillionByPoint.get(point);
    if (perMillion == null) {
      // Drawn from a stream of the point's own: the order in which points are met does not matter.
      SeededRandom draw = random.fork(point);
      perMillion = draw.chance(250_000) ? PER_MILLION[draw.nextInt(PER_MILLION.length)] : 0;
      perMillionByPoint.put(point, perMillion);
    }
    boolean fires = perMillion > 0 && random.chance(perMillion);
    if (fires) {
      fired.merge(point, 1L, Long::sum);
    }
    return fires;
  }

  /** How often each point fired. */
  Map<String, Long> fired() {
    return fired;
  }
}
