package io.ashlar.table;

import io.ashlar.table.TableException.Reason;
import java.util.SortedMap;

/** Refuses what would lose or spoil something that the table has and this process does not know. */
final class SchemaCheck {
  private SchemaCheck() {}

  /**
   * What whoever reads must know. Components that he lacks are not his concern. One may hold more
   * in the table than in his rows: a codec refuses a row that has more.
   */
  static void reader(TableSchema schema, RowCodec<?> codec, int keyColumns) {
    if (!schema.codec().equals(codec.name())) {
      throw incompatible("its rows are encoded as " + schema.codec() + ", not " + codec.name());
    }
    if (schema.keyColumns() != keyColumns) {
      throw incompatible(
          "its primary key has " + schema.keyColumns() + " columns, not " + keyColumns);
    }
    codec
        .components()
        .forEach(
            (name, kind) -> {
              String stored = schema.components().get(name);
              if (stored != null && !stored.equals(kind)) {
                sameButForWidth(name, stored, kind);
              }
            });
  }

  private static void sameButForWidth(String name, String stored, String declared) {
    ComponentKind there = ComponentKind.of(stored);
    ComponentKind here = ComponentKind.of(declared);
    if (!here.holdsAllOf(there) && !there.holdsAllOf(here)) {
      throw incompatible(
          "the component "
              + name
              + " of its rows is "
              + stored
              + ", not "
              + declared
              + (there.differsInNone(here)
                  ? "; 0 and none are not the same there, nor in its indexes"
                  : "")
              + "; leave it as it was, and add a component with another name or number for what"
              + " is new");
    }
  }

  /**
   * What whoever writes must know: all components and indexes that the table has, and all that
   * components hold. Nor may his rows have or hold more than the table, since someone who does not
   * know of it would change the row, and lose it.
   */
  static <V> void writer(
      TableSchema schema, RowCodec<V> codec, SortedMap<String, Index<V>> declared) {
    knowsComponents(schema, codec);
    for (String name : codec.components().keySet()) {
      if (!schema.components().containsKey(name)) {
        throw incompatible(
            "rows of this process have a component "
                + name
                + ", which the table does not have yet; call create first, so that nobody writes"
                + " any more who does not know it and would lose it");
      }
    }
    isAsWide(schema, codec);
    indexes(schema, declared);
  }

  private static void isAsWide(TableSchema schema, RowCodec<?> codec) {
    codec
        .components()
        .forEach(
            (name, kind) -> {
              String stored = schema.components().get(name);
              if (stored != null && !stored.equals(kind)) {
                throw incompatible(
                    "the component "
                        + name
                        + " is in rows of this process "
                        + kind
                        + ", and in the table "
                        + stored
                        + "; call create first, so that nobody writes any more who holds less"
                        + " there");
              }
            });
  }

  /** Refuses a process whose rows cannot have or hold all that the table's may. */
  static void knowsComponents(TableSchema schema, RowCodec<?> codec) {
    schema
        .components()
        .forEach(
            (name, stored) -> {
              String kind = codec.components().get(name);
              if (kind == null) {
                throw incompatible(
                    "its rows have a component "
                        + name
                        + ", which this process does not know and would lose; it can read them,"
                        + " and a program whose rows have it can write");
              }
              if (!ComponentKind.of(kind).holdsAllOf(ComponentKind.of(stored))) {
                throw incompatible(
                    "the component "
                        + name
                        + " of its rows is "
                        + stored
                        + ", and "
                        + kind
                        + " in this process, which has no room for all that others write; it can"
                        + " read what it has room for, and a program that has room for all can"
                        + " write");
              }
            });
  }

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
