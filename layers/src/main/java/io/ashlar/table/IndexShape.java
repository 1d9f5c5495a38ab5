package io.ashlar.table;

import io.ashlar.tuple.Tuple;

/** What of a declared index can be compared with what another process has declared. */
record IndexShape(boolean unique, int columns, boolean multiple, int covered, int revision) {
  Tuple toTuple() {
    return Tuple.from(unique, columns, multiple, covered, revision);
  }

  static IndexShape fromTuple(Tuple tuple) {
    return new IndexShape(
        tuple.getBoolean(0),
        (int) tuple.getLong(1),
        tuple.getBoolean(2),
        (int) tuple.getLong(3),
        (int) tuple.getLong(4));
  }
}
