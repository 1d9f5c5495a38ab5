package io.ashlar.table;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Function;

/** What a component of a record holds, and how that becomes an element of a tuple. */
interface ValueShape {
  /** Adds what this holds to {@code found}, by the name of the component and of those within it. */
  void describe(String name, SortedMap<String, String> found);

  /** The element for a value that is not null. */
  Object toElement(Object value);

  /** The value of an element that is not null. */
  Object fromElement(Object element);

  /** The value where there is none. */
  default Object absent() {
    return null;
  }

  /**
   * The shape of a declared type.
   *
   * @param where the component, for the error
   * @param around the records within which it is declared
   */
  static ValueShape of(Type type, String where, Set<Class<?>> around) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return new ListShape(of(list.getActualTypeArguments()[0], where, around));
    }
    if (type instanceof Class<?> known) {
      ValueShape plain = plain(known);
      if (plain != null) {
        return plain;
      }
      if (known.isEnum()) {
        return new EnumShape(known);
      }
      if (known.isRecord()) {
        if (around.contains(known)) {
          throw new IllegalArgumentException(
              where
                  + " may be of any depth, since it is within a "
                  + known.getSimpleName()
                  + " itself; rows cannot have that");
        }
        return RecordShape.of(known, around);
      }
    }
    throw new IllegalArgumentException(where + " is of a type that rows cannot have: " + type);
  }

  private static ValueShape plain(Class<?> type) {
    if (type == long.class || type == Long.class) {
      return integer(Long.SIZE, type.isPrimitive() ? 0L : null, number -> number);
    } else if (type == int.class || type == Integer.class) {
      return integer(
          Integer.SIZE,
          type.isPrimitive() ? 0 : null,
          number -> (int) within(number, Integer.MAX_VALUE));
    } else if (type == short.class || type == Short.class) {
      return integer(
          Short.SIZE,
          type.isPrimitive() ? (short) 0 : null,
          number -> (short) within(number, Short.MAX_VALUE));
    } else if (type == byte.class || type == Byte.class) {
      return integer(
          Byte.SIZE,
          type.isPrimitive() ? (byte) 0 : null,
          number -> (byte) within(number, Byte.MAX_VALUE));
    } else if (type == boolean.class || type == Boolean.class) {
      return primitive("boolean", type.isPrimitive() ? false : null, same -> same);
    } else if (type == double.class || type == Double.class) {
      return primitive("double", type.isPrimitive() ? 0.0 : null, same -> same);
    } else if (type == float.class || type == Float.class) {
      return primitive("float", type.isPrimitive() ? 0.0f : null, same -> same);
    } else if (type == String.class) {
      return new PlainShape("text", null, same -> same);
    } else if (type == byte[].class) {
      return new PlainShape("bytes", null, element -> ((byte[]) element).clone());
    } else if (type == UUID.class) {
      return new PlainShape("uuid", null, same -> same);
    } else if (type == BigInteger.class) {
      // Small ones come back from tuples as longs.
      return new PlainShape("big integer", null, element -> new BigInteger(element.toString()));
    }
    return null;
  }

  /**
   * One of a primitive type, which is never null, or of its class.
   *
   * @param absent null where it may be null
   */
  private static ValueShape primitive(String kind, Object absent, Function<Object, Object> from) {
    return new PlainShape(absent == null ? kind + " or none" : kind, absent, from);
  }

  private static ValueShape integer(int bits, Object absent, Function<Long, Object> narrow) {
    return primitive(
        "integer of " + bits + " bits", absent, element -> narrow.apply(whole(element)));
  }

  /** An element that is no integer is none, and not cut to one. */
  private static long whole(Object element) {
    if (element instanceof BigInteger large) {
      return large.longValueExact();
    } else if (element instanceof Double || element instanceof Float) {
      throw new ClassCastException(element + " is no integer");
    }
    return ((Number) element).longValue();
  }

  private static long within(long number, long max) {
    if (number > max || number < -max - 1) {
      throw new ArithmeticException(number + " does not fit in the component");
    }
    return number;
  }

  /** What tuples hold as it is. */
  record PlainShape(String kind, Object absent, Function<Object, Object> from)
      implements ValueShape {
    @Override
    public void describe(String name, SortedMap<String, String> found) {
      found.put(name, kind);
    }

    @Override
    public Object toElement(Object value) {
      return value;
    }

    @Override
    public Object fromElement(Object element) {
      return from.apply(element);
    }
  }

  /** Constants by name. */
  record EnumShape(Class<?> type) implements ValueShape {
    @Override
    public void describe(String name, SortedMap<String, String> found) {
      found.put(name, "constant");
    }

    @Override
    public Object toElement(Object value) {
      return ((Enum<?>) value).name();
    }

    @Override
    public Object fromElement(Object element) {
      for (Object constant : type.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(element)) {
          return constant;
        }
      }
      throw new TableException(
          TableException.Reason.INCOMPATIBLE,
          element + " is no constant of " + type.getSimpleName() + " in this process");
    }
  }

  /** Lists, which come back unmodifiable. */
  record ListShape(ValueShape element) implements ValueShape {
    @Override
    public void describe(String name, SortedMap<String, String> found) {
      found.put(name, "list");
      element.describe(name + "[]", found);
    }

    @Override
    public Object toElement(Object value) {
      List<Object> elements = new ArrayList<>();
      for (Object one : (List<?>) value) {
        elements.add(one == null ? null : element.toElement(one));
      }
      return elements;
    }

    @Override
    public Object fromElement(Object stored) {
      List<Object> values = new ArrayList<>();
      for (Object one : (List<?>) stored) {
        values.add(one == null ? null : element.fromElement(one));
      }
      return Collections.unmodifiableList(values);
    }
  }
}
