package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hashes and sizes messages by the components of their records: the same on every JDK, and without
 * any identity. Serves where a message goes by reference, so that there are no bytes of it.
 */
final class MessageHash {
  /** Reads one component of a record. */
  interface Getter {
    Object get(Object value);
  }

  /** Reads one component of a record that is a number. */
  interface NumberGetter {
    long get(Object value);
  }

  /**
   * Reads one component.
   *
   * @param number for one that is a long or an int, without a box around it; else null
   * @param any for all others
   */
  private record Component(NumberGetter number, Getter any, int bytes) {}

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  /** Found once for all worlds: each makes a class, which is slow. */
  private static final ClassValue<Component[]> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected Component[] computeValue(Class<?> type) {
          return findAccessors(type);
        }
      };

  private final Map<Class<?>, Component[]> accessors = new HashMap<>();
  private long hash;
  private long sizeBytes;

  /** The hash of {@code message}; {@link #lastSizeBytes()} then tells about how large it is. */
  long of(Object message) {
    hash = 0x243F6A8885A308D3L;
    sizeBytes = 0;
    visit(message);
    return Digest.mix(hash);
  }

  /** About what the last message would be in bytes. */
  long lastSizeBytes() {
    return sizeBytes;
  }

  private void mix(long value, int bytes) {
    hash = (Long.rotateLeft(hash, 23) ^ value) * 0x9E3779B97F4A7C15L;
    hash ^= hash >>> 32;
    sizeBytes += bytes;
  }

  private void visit(Object value) {
    if (value instanceof Bytes bytes) {
      mix(Digest.hash(bytes.unsafeArray(), bytes.length()), bytes.length() + 2);
    } else if (value instanceof Long number) {
      mix(number, 8);
    } else if (value instanceof Integer number) {
      mix(number, 4);
    } else if (value instanceof Boolean truth) {
      mix(truth ? 1 : 2, 1);
    } else if (value instanceof String text) {
      // Its hash code is defined by the platform's specification, and kept by the string.
      mix(text.hashCode(), text.length() + 2);
    } else if (value instanceof Record component) {
      visitRecord(component);
    } else if (value instanceof List<?> list) {
      mix(list.size(), 2);
      for (int i = 0; i < list.size(); i++) {
        visit(list.get(i));
      }
    } else if (value instanceof Enum<?> constant) {
      mix(constant.ordinal(), 2);
    } else if (value == null) {
      mix(0x6E756C6C, 1);
    } else {
      visitRest(value);
    }
  }

  private void visitRest(Object value) {
    if (value instanceof Number number) {
      mix(number.longValue(), 8);
    } else if (value instanceof byte[] array) {
      mix(Digest.hash(array, array.length), array.length + 2);
    } else {
      throw Check.unreachable("a message holds what is no value: ", value.getClass().getName());
    }
  }

  private void visitRecord(Record value) {
    Component[] components = accessors.get(value.getClass());
    if (components == null) {
      components = COMPONENTS.get(value.getClass());
      accessors.put(value.getClass(), components);
    }
    mix(components.length, 1);
    for (Component component : components) {
      if (component.number != null) {
        mix(component.number.get(value), component.bytes);
      } else {
        visit(component.any.get(value));
      }
    }
  }

  private static Component[] findAccessors(Class<?> type) {
    RecordComponent[] found = type.getRecordComponents();
    Component[] components = new Component[found.length];
    for (int i = 0; i < found.length; i++) {
      components[i] = component(type, found[i]);
    }
    return components;
  }

  private static Component component(Class<?> type, RecordComponent component) {
    if (component.getType() == long.class) {
      return new Component(getter(NumberGetter.class, long.class, type, component), null, 8);
    }
    if (component.getType() == int.class) {
      return new Component(getter(NumberGetter.class, long.class, type, component), null, 4);
    }
    return new Component(null, getter(Getter.class, Object.class, type, component), 0);
  }

  /** As if it were written {@code value -> ((Type) value).component()}. */
  private static <G> G getter(
      Class<G> as, Class<?> result, Class<?> type, RecordComponent component) {
    try {
      MethodHandle accessor = LOOKUP.unreflect(component.getAccessor());
      MethodType erased = MethodType.methodType(result, Object.class);
      MethodType exact = result.isPrimitive() ? accessor.type() : accessor.type().wrap();
      return as.cast(
          LambdaMetafactory.metafactory(
                  LOOKUP, "get", MethodType.methodType(as), erased, accessor, exact)
              .getTarget()
              .invoke());
    } catch (Throwable e) {
      throw new IllegalStateException("cannot read " + component + " of " + type, e);
    }
  }
}
