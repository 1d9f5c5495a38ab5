package io.ashlar.table;

import io.ashlar.table.TableException.Reason;
import java.util.Map;
import java.util.SortedMap;

/** Refuses what would lose or spoil something that the table has and this process does not know. */
final class SchemaCheck {
  private SchemaCheck() {}

  static void encoding(TableSchema schema, RowCodec<?> codec, int keyColumns) {
    if (!schema.codec().equals(codec.name())) {
      throw incompatible("its rows are encoded as " + schema.codec() + ", not " + codec.name());
    }
    if (schema.keyColumns() != keyColumns) {
      throw incompatible(
          "its primary key has " + schema.keyColumns() + " columns, not " + keyColumns);
    }
    SortedMap<String, String> known = codec.components();
    for (Map.Entry<String, String> stored : schema.components().entrySet()) {
      String kind = known.get(stored.getKey());
      if (kind == null) {
        throw incompatible(
            "its rows have a component "
                + stored.getKey()
                + ", which this process does not know and would lose");
      }
      if (!kind.equals(stored.getValue())) {
        throw incompatible(
            "the component "
                + stored.getKey()
                + " of its rows is "
                + stored.getValue()
                + ", not "
                + kind);
      }
    }
  }

  /** What whoever writes must know. */
  static <V> void indexes(TableSchema schema, SortedMap<String, Index<V>> declared) {
    schema
        .indexes()
        .forEach(
            (name, stored) -> {
              if (stored.state() != IndexState.DROPPED) {
                index(name, stored, declared.get(name));
              }
            });
  }

  static void index(String name, TableSchema.Stored stored, Index<?> declared) {
    if (declared == null) {
      throw incompatible(
          "it has an index " + name + ", which this process does not know and would spoil");
    }
    if (!declared.shape().equals(stored.shape())) {
      throw incompatible(
          "its index " + name + " is " + stored.shape() + ", not " + declared.shape());
    }
  }

  private static TableException incompatible(String what) {
    return new TableException(Reason.INCOMPATIBLE, "the table does not go together: " + what);
  }
}
