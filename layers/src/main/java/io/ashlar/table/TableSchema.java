package io.ashlar.table;

import io.ashlar.core.Bytes;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a table says of itself, in one row that everyone reads who reads or writes the table. So a
 * change of it conflicts with all who rely on what was there before.
 *
 * @param codec the name of the encoding of rows
 * @param keyKinds what is in the columns of the primary key
 * @param components of a row, as the codec tells them
 * @param indexes by name, dropped ones included
 * @param nextId of the next index
 */
record TableSchema(
    String codec,
    Kinds keyKinds,
    SortedMap<String, String> components,
    SortedMap<String, Stored> indexes,
    long nextId) {
  private static final long FORMAT = 2;

  /**
   * An index as the table has it.
   *
   * @param id below which its entries are
   * @param kinds what is in its columns
   */
  record Stored(long id, IndexState state, IndexShape shape, Kinds kinds) {}

  TableSchema {
    components = Collections.unmodifiableSortedMap(new TreeMap<>(components));
    indexes = Collections.unmodifiableSortedMap(new TreeMap<>(indexes));
  }

  int keyColumns() {
    return keyKinds.columns().size();
  }

  TableSchema withComponents(SortedMap<String, String> others) {
    return new TableSchema(codec, keyKinds, others, indexes, nextId);
  }

  TableSchema withKeyKinds(Kinds kinds) {
    return new TableSchema(codec, kinds, components, indexes, nextId);
  }

  TableSchema withKinds(String name, Kinds kinds) {
    SortedMap<String, Stored> changed = new TreeMap<>(indexes);
    changed.computeIfPresent(
        name, (same, one) -> new Stored(one.id(), one.state(), one.shape(), kinds));
    return new TableSchema(codec, keyKinds, components, changed, nextId);
  }

  /** With an index in a state; under an id of its own if it is new, or has been dropped. */
  TableSchema with(String name, IndexState state, IndexShape shape) {
    SortedMap<String, Stored> changed = new TreeMap<>(indexes);
    Stored before = changed.get(name);
    boolean isNew = before == null || before.state() == IndexState.DROPPED;
    changed.put(
        name,
        isNew
            ? new Stored(nextId, state, shape, Kinds.none(shape.columns()))
            : new Stored(before.id(), state, shape, before.kinds()));
    return new TableSchema(codec, keyKinds, components, changed, isNew ? nextId + 1 : nextId);
  }

  byte[] encode() {
    List<Object> named = new ArrayList<>();
    components.forEach((name, kind) -> named.add(List.of(name, kind)));
    List<Object> stored = new ArrayList<>();
    indexes.forEach(
        (name, index) ->
            stored.add(
                Tuple.from(
                    name,
                    index.id(),
                    index.state().name(),
                    index.shape().toTuple(),
                    index.kinds().columns())));
    return Tuple.from(FORMAT, codec, keyKinds.columns(), named, stored, nextId).pack();
  }

  static TableSchema decode(byte[] bytes) {
    Tuple tuple;
    try {
      tuple = Tuple.fromBytes(bytes);
    } catch (IllegalArgumentException e) {
      throw foreign(bytes);
    }
    if (tuple.size() != 6 || !Long.valueOf(FORMAT).equals(tuple.get(0))) {
      throw foreign(bytes);
    }
    SortedMap<String, String> components = new TreeMap<>();
    for (Object one : tuple.getNestedList(3)) {
      Tuple component = Tuple.fromList((List<?>) one);
      components.put(component.getString(0), component.getString(1));
    }
    SortedMap<String, Stored> indexes = new TreeMap<>();
    for (Object one : tuple.getNestedList(4)) {
      Tuple index = Tuple.fromList((List<?>) one);
      indexes.put(
          index.getString(0),
          new Stored(
              index.getLong(1),
              IndexState.valueOf(index.getString(2)),
              IndexShape.fromTuple(index.getNestedTuple(3)),
              kinds(index.getNestedList(4))));
    }
    return new TableSchema(
        tuple.getString(1), kinds(tuple.getNestedList(2)), components, indexes, tuple.getLong(5));
  }

  private static Kinds kinds(List<?> columns) {
    return new Kinds(columns.stream().map(bits -> ((Number) bits).intValue()).toList());
  }

  private static TableException foreign(byte[] bytes) {
    return new TableException(
        Reason.INCOMPATIBLE,
        "not the description of a table that this process knows: "
            + Bytes.copyOf(bytes).printable(60));
  }
}
