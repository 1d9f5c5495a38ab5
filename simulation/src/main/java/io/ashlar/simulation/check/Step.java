package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Mutation;
import java.util.List;

/** One thing that a transaction did, with what it saw. */
public sealed interface Step {
  /**
   * A key was read.
   *
   * @param value null for absent
   * @param snapshot whether it was read without a read conflict
   */
  record PointRead(Bytes key, Bytes value, boolean snapshot) implements Step {}

  /**
   * A range was read to its end or to the limit.
   *
   * @param limit 0 for none
   * @param rows as they came
   */
  record RangeRead(
      Bytes begin, Bytes end, int limit, boolean reverse, List<KeyValue> rows, boolean snapshot)
      implements Step {
    public RangeRead {
      rows = List.copyOf(rows);
    }
  }

  /** Something was written; versionstamps are no part of the checked keys. */
  record Write(Mutation mutation) implements Step {}
}
