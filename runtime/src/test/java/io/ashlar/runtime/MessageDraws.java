package io.ashlar.runtime;

import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.Message;
import io.ashlar.message.MessageKind;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws a message of any kind from the components of its record, so that a new kind or field needs
 * no generator of its own; a component of a type not known here fails the draw.
 */
final class MessageDraws {
  private final SeededRandom random;

  MessageDraws(long seed) {
    random = new SeededRandom(seed);
  }

  Message draw(MessageKind kind) {
    return (Message) drawRecord(kind.type());
  }

  private Object drawRecord(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = drawComponent(type, components[i]);
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("cannot make a " + type, e);
    }
  }

  private Object drawComponent(Class<?> owner, RecordComponent component) {
    String name = owner.getSimpleName() + "." + component.getName();
    if (component.getGenericType() instanceof ParameterizedType list
        && component.getType() == List.class) {
      List<Object> values = new ArrayList<>();
      for (int left = random.nextInt(4); left > 0; left--) {
        boolean absent = name.equals("Values.values") && random.nextInt(3) == 0;
        values.add(absent ? null : drawValue(name, list.getActualTypeArguments()[0]));
      }
      return values;
    }
    boolean maybeAbsent = name.equals("WatchValue.expected") || name.equals("RegisterRead.value");
    if (maybeAbsent && random.nextBoolean()) {
      return null;
    }
    return drawValue(name, component.getGenericType());
  }

  private Object drawValue(String name, Type type) {
    if (!(type instanceof Class<?> plain)) {
      throw new AssertionError("no draw for " + name + " of type " + type);
    }
    if (plain == long.class) {
      return drawLong();
    }
    if (plain == int.class || plain == Integer.class) {
      return (int) drawLong();
    }
    if (plain == boolean.class) {
      return random.nextBoolean();
    }
    if (plain == String.class) {
      return drawString();
    }
    if (plain == Bytes.class) {
      return drawBytes();
    }
    if (plain.isEnum()) {
      Object[] constants = plain.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    }
    if (plain.isRecord()) {
      return drawRecord(plain);
    }
    throw new AssertionError("no draw for " + name + " of type " + type);
  }

  private long drawLong() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
      case 3 -> random.nextInt(1000);
      case 4 -> random.nextLong(1L << 50);
      default -> random.nextLong();
    };
  }

  private Bytes drawBytes() {
    byte[] bytes = new byte[random.nextInt(8) == 0 ? random.nextInt(3000) : random.nextInt(20)];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  private String drawString() {
    String[] alphabet = {"a", "Z", "0", ".", ":", "-", " ", "\u0000", "ä", "→", "\uD83E\uDEA8"};
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(12); left > 0; left--) {
      text.append(alphabet[random.nextInt(alphabet.length)]);
    }
    return text.toString();
  }
}
