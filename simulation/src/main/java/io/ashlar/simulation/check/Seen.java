package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import java.util.List;

/** What a read gave. */
public sealed interface Seen {
  /**
   * A value.
   *
   * @param value null for absent
   */
  record Value(Bytes value) implements Seen {}

  /** A key that was named by a selector. */
  record Key(Bytes key) implements Seen {}

  /** Rows, in the order they came. */
  record Rows(List<KeyValue> rows) implements Seen {
    public Rows {
      rows = List.copyOf(rows);
    }
  }

  /** Nothing but the error that only the commit will know what is there. */
  record Unreadable() implements Seen {}
}
