package io.ashlar.table;

import io.ashlar.client.Transaction;
import io.ashlar.tuple.Tuple;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is new to the columns of a table in rows that are written. It is rare, so that the table's
 * description, which everyone reads, seldom changes for it.
 */
final class KindsNoted {
  private final TableSchema schema;
  private Kinds key;
  private final Map<String, Kinds> indexes = new TreeMap<>();

  KindsNoted(TableSchema schema) {
    this.schema = schema;
    this.key = schema.keyKinds();
  }

  void noteKey(Tuple values) {
    key = key.with(values);
  }

  /**
   * Notes the values of an entry.
   *
   * @param known what the index has already
   */
  void note(String index, Kinds known, Tuple values) {
    Kinds before = indexes.getOrDefault(index, known);
    Kinds with = before.with(values);
    if (with != before) {
      indexes.put(index, with);
    }
  }

  /** The schema with what is new; the same one when nothing is. */
  TableSchema added() {
    TableSchema added = key == schema.keyKinds() ? schema : schema.withKeyKinds(key);
    for (Map.Entry<String, Kinds> index : indexes.entrySet()) {
      added = added.withKinds(index.getKey(), index.getValue());
    }
    return added;
  }

  /** Writes the schema, if something is new. */
  void write(Transaction transaction, Layout layout) {
    TableSchema added = added();
    if (added != schema) {
      transaction.set(layout.schemaKey(), added.encode());
    }
  }
}
