package io.ashlar.table;

import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * What kinds of elements there are or have been in the columns of an index, or of a primary key,
 * nulls aside. Kept with the table: whoever is the first to write one of a kind adds it. So a
 * condition that could hold for nothing, only because its number is of another kind, is found.
 * Immutable.
 */
record Kinds(List<Integer> columns) {
  Kinds {
    columns = List.copyOf(columns);
  }

  /** Nothing but nulls so far. */
  static Kinds none(int columns) {
    List<Integer> none = new ArrayList<>(columns);
    for (int i = 0; i < columns; i++) {
      none.add(0);
    }
    return new Kinds(none);
  }

  /** With those of {@code values} too; this one if it has them all. */
  Kinds with(Tuple values) {
    List<Object> elements = values.getItems();
    List<Integer> changed = null;
    for (int i = 0; i < elements.size(); i++) {
      Object element = elements.get(i);
      int bit = element == null ? 0 : Kind.of(element).bit;
      if ((columns.get(i) & bit) != bit) {
        changed = changed == null ? new ArrayList<>(columns) : changed;
        changed.set(i, columns.get(i) | bit);
      }
    }
    return changed == null ? this : new Kinds(changed);
  }

  /**
   * The elements of a condition on the first columns, each as the kind that its column has.
   *
   * @param where the columns are, for the refusal
   * @throws TableException {@code WRONG_KIND} when there is no such element
   */
  Tuple wanted(Tuple condition, String where) {
    List<Object> elements = condition.getItems();
    List<Object> wanted = new ArrayList<>(elements.size());
    for (int i = 0; i < elements.size(); i++) {
      wanted.add(wanted(i, elements.get(i), where));
    }
    return Tuple.fromList(wanted);
  }

  private Object wanted(int column, Object element, String where) {
    int there = columns.get(column);
    if (element == null || there == 0) {
      return element;
    }
    Kind kind = Kind.of(element);
    int numbers = there & Kind.NUMBERS;
    if (kind.isNumber() && Integer.bitCount(numbers) > 1) {
      throw wrong(column, where, element, "let it have numbers of one kind");
    }
    if ((there & kind.bit) != 0) {
      return element;
    }
    if (!kind.isNumber() || numbers == 0) {
      throw wrong(column, where, element, "none of them can be that");
    }
    for (Kind other : Kind.values()) {
      if (other.bit == numbers) {
        Object same = other.exactly(element);
        if (same != null) {
          return same;
        }
      }
    }
    throw wrong(column, where, element, "none of them is that number; give the next one that is");
  }

  private TableException wrong(int column, String where, Object element, String why) {
    List<String> labels = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if ((columns.get(column) & kind.bit) != 0) {
        labels.add(kind.label);
      }
    }
    return new TableException(
        Reason.WRONG_KIND,
        "column "
            + (column + 1)
            + " of "
            + where
            + " has "
            + String.join(" and ", labels)
            + ", and the condition is of "
            + Kind.of(element).label
            + ": "
            + Tuple.from(element)
            + "; "
            + why);
  }
}
