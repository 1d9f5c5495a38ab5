package io.ashlar.simulation;

import io.ashlar.simulation.diagnosis.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long something may take at most once faults have ended: a sum of times, each with the name of
 * what takes it, so that one can see which of them was not kept.
 */
final class ConvergenceBound {
  private final Map<String, Long> parts = new LinkedHashMap<>();

  /** Adds a time; nothing when it is 0. */
  ConvergenceBound add(String what, long nanos) {
    return add(what, 1, nanos);
  }

  /** Adds a time that passes so many times. */
  ConvergenceBound add(String what, int times, long nanos) {
    String name = times == 1 ? what : times + " times " + what;
    if (nanos > 0) {
      parts.merge(name, times * nanos, Long::sum);
    }
    return this;
  }

  /** Adds all that another one has. */
  ConvergenceBound add(ConvergenceBound other) {
    other.parts.forEach(this::add);
    return this;
  }

  /** The sum. */
  long nanos() {
    long sum = 0;
    for (long part : parts.values()) {
      sum += part;
    }
    return sum;
  }

  /** The sum and what it is of. */
  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    parts.forEach((name, nanos) -> words.add(Words.duration(nanos) + " " + name));
    return Words.duration(nanos()) + " (" + String.join(", ", words) + ")";
  }
}
