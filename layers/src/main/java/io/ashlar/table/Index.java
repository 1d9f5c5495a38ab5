package io.ashlar.table;

import io.ashlar.tuple.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * An index of a table, as the program declares it: a name, and what a row has in its columns.
 * Immutable; each method gives another one.
 *
 * <pre>{@code
 * Index.on("by-country", City::country, City::population)     // composite
 * Index.<City>on("by-name", City::name).unique()
 * Index.<City>each("by-tag", City::tags)                      // as many entries as tags
 * Index.<City>on("capitals", City::country).where(City::isCapital).covering(City::name)
 * }</pre>
 *
 * <p>Columns hold what tuples hold, null included, and enums as their names. The functions give the
 * same for the same row, always and in every process: who changes what they compute gives the index
 * another {@linkplain #revision revision}, which is refused until the index has been dropped and
 * added anew.
 */
public final class Index<V> {
  private final String name;
  private final List<Function<? super V, ?>> columns;
  private final Function<? super V, ? extends Collection<?>> each;
  private final boolean unique;
  private final Predicate<? super V> where;
  private final List<Function<? super V, ?>> covered;
  private final int revision;

  private Index(
      String name,
      List<Function<? super V, ?>> columns,
      Function<? super V, ? extends Collection<?>> each,
      boolean unique,
      Predicate<? super V> where,
      List<Function<? super V, ?>> covered,
      int revision) {
    this.name = Objects.requireNonNull(name, "the name is null");
    this.columns = columns;
    this.each = each;
    this.unique = unique;
    this.where = where;
    this.covered = covered;
    this.revision = revision;
  }

  /** An index of one entry a row, ordered by its columns and then by the primary key. */
  @SafeVarargs
  public static <V> Index<V> on(String name, Function<? super V, ?>... columns) {
    if (columns.length == 0) {
      throw new IllegalArgumentException("the index " + name + " has no columns");
    }
    List<Function<? super V, ?>> all = new ArrayList<>(columns.length);
    for (Function<? super V, ?> column : columns) {
      all.add(Objects.requireNonNull(column, "a function is null"));
    }
    return new Index<>(name, all, null, false, row -> true, List.of(), 0);
  }

  /**
   * An index of one column with an entry for each different value that a row gives; none where it
   * gives null.
   */
  public static <V> Index<V> each(
      String name, Function<? super V, ? extends Collection<?>> values) {
    Objects.requireNonNull(values, "the function is null");
    return new Index<>(name, List.of(), values, false, row -> true, List.of(), 0);
  }

  /** One that a table has, without its functions: good for reading alone. */
  static <V> Index<V> ofStored(String name, IndexShape shape) {
    Function<V, Collection<?>> unknown =
        row -> {
          throw new UnsupportedOperationException(
              "what rows have in the index " + name + " is known to the program that declares it");
        };
    return new Index<>(
        name,
        Collections.nCopies(shape.columns(), unknown),
        shape.multiple() ? unknown : null,
        shape.unique(),
        row -> true,
        Collections.nCopies(shape.covered(), unknown),
        shape.revision());
  }

  /** No two rows have the same values in all columns. Null is a value as others are. */
  public Index<V> unique() {
    return new Index<>(name, columns, each, true, where, covered, revision);
  }

  /** Sparse: only rows for which {@code condition} holds have entries. */
  public Index<V> where(Predicate<? super V> condition) {
    Objects.requireNonNull(condition, "the condition is null");
    return new Index<>(name, columns, each, unique, condition, covered, revision);
  }

  /** Entries carry these values, so that who needs no more does not read the row. */
  @SafeVarargs
  public final Index<V> covering(Function<? super V, ?>... values) {
    List<Function<? super V, ?>> all = new ArrayList<>(values.length);
    for (Function<? super V, ?> value : values) {
      all.add(Objects.requireNonNull(value, "a function is null"));
    }
    return new Index<>(name, columns, each, unique, where, all, revision);
  }

  /** Another number when the functions compute something else; 0 unless set. */
  public Index<V> revision(int number) {
    return new Index<>(name, columns, each, unique, where, covered, number);
  }

  public String name() {
    return name;
  }

  IndexShape shape() {
    int count = each == null ? columns.size() : 1;
    return new IndexShape(unique, count, each != null, covered.size(), revision);
  }

  /** The values of the entries that a row has, each once, in a fixed order. */
  List<Tuple> valuesOf(V row) {
    if (!where.test(row)) {
      return List.of();
    }
    if (each == null) {
      return List.of(tuple(columns, row));
    }
    Set<Tuple> values = new LinkedHashSet<>();
    Iterable<?> all = each.apply(row);
    // A row from before the component was there has null in it.
    if (all != null) {
      all.forEach(value -> values.add(new Tuple().addObject(element(value))));
    }
    return new ArrayList<>(values);
  }

  Tuple coveredOf(V row) {
    return tuple(covered, row);
  }

  private static <V> Tuple tuple(List<Function<? super V, ?>> functions, V row) {
    List<Object> elements = new ArrayList<>(functions.size());
    for (Function<? super V, ?> function : functions) {
      elements.add(element(function.apply(row)));
    }
    return Tuple.fromList(elements);
  }

  /** A value as tuples hold it. */
  static Object element(Object value) {
    return value instanceof Enum<?> constant ? constant.name() : value;
  }
}
