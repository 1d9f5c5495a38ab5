package io.ashlar.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The algorithm ddmin of Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
 * Input", IEEE Transactions on Software Engineering 28(2), 2002: of a list that fails it finds one
 * of which no single element can be left out, with few tests when most of it does not matter.
 */
final class DeltaDebugging {
  private DeltaDebugging() {}

  /**
   * Makes a list smaller while it fails.
   *
   * @param failing a list that fails, and is not tested again
   * @param fails tests a list, a part of the one before in its order; what it says need not be
   *     consistent, and once it says no to everything the search ends soon
   * @return the smallest list for which {@code fails} held, or all of {@code failing}
   */
  static <T> List<T> minimize(List<T> failing, Predicate<List<T>> fails) {
    List<T> smallest = failing;
    int parts = 2;
    while (smallest.size() >= 2) {
      List<T> smaller = part(smallest, parts, fails);
      if (smaller != null) {
        parts = 2;
      } else {
        smaller = complement(smallest, parts, fails);
        if (smaller != null) {
          parts = Math.max(parts - 1, 2);
        } else if (parts < smallest.size()) {
          parts = Math.min(2 * parts, smallest.size());
        } else {
          return smallest;
        }
      }
      smallest = smaller == null ? smallest : smaller;
    }
    return !smallest.isEmpty() && fails.test(List.of()) ? List.of() : smallest;
  }

  /** One of so many parts that fails alone, or null. */
  private static <T> List<T> part(List<T> list, int parts, Predicate<List<T>> fails) {
    for (int i = 0; i < parts; i++) {
      List<T> part = List.copyOf(list.subList(bound(list, i, parts), bound(list, i + 1, parts)));
      if (fails.test(part)) {
        return part;
      }
    }
    return null;
  }

  /** All but one of so many parts, when that fails, or null. Of two parts each is the other's. */
  private static <T> List<T> complement(List<T> list, int parts, Predicate<List<T>> fails) {
    for (int i = 0; parts > 2 && i < parts; i++) {
      List<T> rest = new ArrayList<>(list.subList(0, bound(list, i, parts)));
      rest.addAll(list.subList(bound(list, i + 1, parts), list.size()));
      if (fails.test(rest)) {
        return rest;
      }
    }
    return null;
  }

  private static int bound(List<?> list, int index, int parts) {
    return (int) ((long) list.size() * index / parts);
  }
}
