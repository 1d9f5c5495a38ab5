package io.ashlar.simulation.check;

import io.ashlar.core.KeyValue;
import java.util.List;

/** Rows in an order, compared for people. */
final class Rows {
  private Rows() {}

  /** Where two lists that are not equal part. */
  static String difference(List<KeyValue> expected, List<KeyValue> found) {
    int at = 0;
    while (at < Math.min(expected.size(), found.size()) && expected.get(at).equals(found.get(at))) {
      at++;
    }
    return "row "
        + at
        + " is "
        + (at < found.size() ? found.get(at) : "missing")
        + " where "
        + (at < expected.size() ? expected.get(at) : "nothing")
        + " should be ("
        + found.size()
        + " rows, "
        + expected.size()
        + " expected)";
  }
}
