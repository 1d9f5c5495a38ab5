package io.ashlar.table;

import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Tuple;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/** A class of records: its components, and how its records become tuples and come back. */
final class RecordShape implements ValueShape {
  private record Component(Method accessor, ValueShape shape) {}

  private final Constructor<?> constructor;
  private final Map<String, Component> components = new LinkedHashMap<>();

  private RecordShape(Constructor<?> constructor) {
    this.constructor = constructor;
  }

  /**
   * The shape of a class of records.
   *
   * @param around the records within which it is declared
   */
  static RecordShape of(Class<?> type, Set<Class<?>> around) {
    Set<Class<?>> within = new HashSet<>(around);
    within.add(type);
    RecordComponent[] declared = type.getRecordComponents();
    Class<?>[] types = new Class<?>[declared.length];
    for (int i = 0; i < declared.length; i++) {
      types[i] = declared[i].getType();
    }
    RecordShape shape;
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      shape = new RecordShape(constructor);
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(type + " has no constructor of its components", e);
    }
    for (RecordComponent component : declared) {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      String where = type.getSimpleName() + "." + component.getName();
      shape.components.put(
          component.getName(),
          new Component(accessor, ValueShape.of(component.getGenericType(), where, within)));
    }
    return shape;
  }

  @Override
  public void describe(String name, SortedMap<String, String> found) {
    String prefix = name.isEmpty() ? "" : name + ".";
    if (!name.isEmpty()) {
      found.put(name, "record");
    }
    components.forEach((component, one) -> one.shape().describe(prefix.concat(component), found));
  }

  @Override
  public Object toElement(Object value) {
    return toTuple(value);
  }

  Tuple toTuple(Object row) {
    List<Object> elements = new ArrayList<>(2 * components.size());
    components.forEach(
        (name, component) -> {
          Object value = read(component.accessor(), row);
          if (value != null) {
            elements.add(name);
            elements.add(component.shape().toElement(value));
          }
        });
    return Tuple.fromList(elements);
  }

  private static Object value(String component, ValueShape shape, Object element) {
    try {
      return shape.fromElement(element);
    } catch (ArithmeticException e) {
      throw new TableException(
          Reason.INCOMPATIBLE,
          "the component "
              + component
              + " holds more than it can in this process: "
              + e.getMessage()
              + "; let the program that wrote it read it");
    } catch (ClassCastException e) {
      throw new IllegalArgumentException(
          "the component " + component + " cannot be " + element.getClass().getSimpleName(), e);
    }
  }

  private static Object read(Method accessor, Object row) {
    try {
      return accessor.invoke(row);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("it was made accessible: " + accessor, e);
    } catch (InvocationTargetException e) {
      throw thrownBy(e);
    }
  }

  /** What the code of the record itself throws is its caller's. */
  private static RuntimeException thrownBy(InvocationTargetException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException thrown
        ? thrown
        : new IllegalStateException(e.getCause());
  }

  @Override
  public Object fromElement(Object element) {
    return fromTuple(element instanceof Tuple tuple ? tuple : Tuple.fromList((List<?>) element));
  }

  Object fromTuple(Tuple tuple) {
    Map<String, Object> elements = new LinkedHashMap<>();
    if (tuple.size() % 2 != 0) {
      throw new IllegalArgumentException("not the components of a record: " + tuple);
    }
    for (int i = 0; i < tuple.size(); i += 2) {
      if (!(tuple.get(i) instanceof String name)) {
        throw new IllegalArgumentException("the name of a component is a text: " + tuple);
      }
      elements.put(name, tuple.get(i + 1));
    }
    Object[] values = new Object[components.size()];
    int next = 0;
    for (Map.Entry<String, Component> component : components.entrySet()) {
      Object element = elements.get(component.getKey());
      ValueShape shape = component.getValue().shape();
      values[next++] = element == null ? shape.absent() : value(component.getKey(), shape, element);
    }
    try {
      return constructor.newInstance(values);
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException("records have constructors: " + constructor, e);
    } catch (InvocationTargetException e) {
      throw thrownBy(e);
    }
  }
}
