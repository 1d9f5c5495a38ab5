package io.ashlar.simulation.junit;

import io.ashlar.simulation.Selection;
import io.ashlar.simulation.SimulatedRunOptions;
import io.ashlar.simulation.faults.FaultKinds;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What an annotation asks for, checked.
 *
 * @param seeds in the order in which they run
 */
record SimulationSettings(
    List<Long> seeds, SimulatedRunOptions options, int failuresMax, boolean twice) {
  private static final int SEEDS_MAX = 1_000_000;

  /** Has the default settings. */
  @SimulatedCluster
  private static final class Defaults {}

  /** Those of the method, or of the innermost class around it that has any, or the default ones. */
  static SimulationSettings of(Class<?> testClass, Method method) {
    SimulatedCluster found =
        AnnotationSupport.findAnnotation(method, SimulatedCluster.class).orElse(null);
    for (Class<?> in = testClass; found == null && in != null; in = in.getEnclosingClass()) {
      found = AnnotationSupport.findAnnotation(in, SimulatedCluster.class).orElse(null);
    }
    SimulatedCluster asked =
        found == null ? Defaults.class.getAnnotation(SimulatedCluster.class) : found;
    try {
      return of(asked);
    } catch (IllegalArgumentException e) {
      throw new ExtensionConfigurationException(
          "@SimulatedCluster of "
              + testClass.getSimpleName()
              + "."
              + method.getName()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static SimulationSettings of(SimulatedCluster asked) {
    require(
        asked.seeds() >= 1 && asked.seeds() <= SEEDS_MAX,
        "seeds is " + asked.seeds() + ": it must be 1 to " + SEEDS_MAX);
    require(
        asked.failuresMax() >= 1,
        "failuresMax is " + asked.failuresMax() + ": it must be 1 or more");
    List<Long> seeds =
        asked.seed().length > 0
            ? Arrays.stream(asked.seed()).boxed().toList()
            : LongStream.range(0, asked.seeds()).mapToObj(i -> asked.firstSeed() + i).toList();
    return new SimulationSettings(
        seeds,
        new SimulatedRunOptions(
            asked.busySeconds(),
            faults(asked.faults()),
            asked.faultFactor(),
            asked.clients(),
            asked.calmSecondsMax(),
            asked.blockedSecondsMax()),
        asked.failuresMax(),
        asked.twice());
  }

  private static Selection faults(String[] names) {
    if (names.length == 0) {
      return Selection.all();
    }
    try {
      return Selection.parse(String.join(",", names), FaultKinds.names());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("faults: " + e.getMessage(), e);
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  SimulationSettings withSeeds(List<Long> others) {
    return new SimulationSettings(others, options, failuresMax, twice);
  }

  /**
   * Reads {@code 17}, {@code 3,17} or {@code 3,20..30}.
   *
   * @throws IllegalArgumentException when it is none of these
   */
  static List<Long> parseSeeds(String text) {
    try {
      return Arrays.stream(text.split(",", -1))
          .map(String::strip)
          .flatMap(part -> parsePart(part).boxed())
          .toList();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' names no seeds: write 17, or 3,17, or 1..100", e);
    }
  }

  private static LongStream parsePart(String part) {
    int dots = part.indexOf("..");
    if (dots < 0) {
      return LongStream.of(Long.parseLong(part));
    }
    long first = Long.parseLong(part.substring(0, dots));
    long last = Long.parseLong(part.substring(dots + 2));
    require(first <= last, "'" + part + "' names no seeds: the first comes after the last");
    // A difference that is too large for a number is less than nothing.
    require(
        last - first >= 0 && last - first < SEEDS_MAX,
        "'" + part + "' names more than " + SEEDS_MAX + " seeds");
    return LongStream.rangeClosed(first, last);
  }
}
