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

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final Map<Class<?>, Getter[]> accessors = new HashMap<>();
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
      byte[] utf8 = Bytes.utf8(text).unsafeArray();
      mix(Digest.hash(utf8, utf8.length), utf8.length + 2);
    } else if (value instanceof List<?> list) {
      mix(list.size(), 2);
      for (Object element : list) {
        visit(element);
      }
    } else if (value instanceof Enum<?> constant) {
      mix(constant.ordinal(), 2);
    } else if (value instanceof Record component) {
      visitRecord(component);
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
    Getter[] getters = accessors.get(value.getClass());
    if (getters == null) {
      getters = findAccessors(value.getClass());
      accessors.put(value.getClass(), getters);
    }
    mix(getters.length, 1);
    for (Getter getter : getters) {
      visit(getter.get(value));
    }
  }

  private static Getter[] findAccessors(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Getter[] getters = new Getter[components.length];
    for (int i = 0; i < components.length; i++) {
      getters[i] = getter(type, components[i]);
    }
    return getters;
  }

  /** As if it were written {@code value -> ((Type) value).component()}. */
  private static Getter getter(Class<?> type, RecordComponent component) {
    try {
      MethodHandle accessor = LOOKUP.unreflect(component.getAccessor());
      MethodType erased = MethodType.methodType(Object.class, Object.class);
      return (Getter)
          LambdaMetafactory.metafactory(
                  LOOKUP,
                  "get",
                  MethodType.methodType(Getter.class),
                  erased,
                  accessor,
                  accessor.type().wrap())
              .getTarget()
              .invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("cannot read " + component + " of " + type, e);
    }
  }
}
