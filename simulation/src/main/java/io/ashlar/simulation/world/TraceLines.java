package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import java.util.function.Consumer;

/**
 * Everything that happens in a world as text, one line an event: what roles and the world tell, and
 * each message that reaches a process. Two runs that give the same lines did the same.
 *
 * <p>A line begins with the virtual time in seconds and the number of the event of the world in
 * which it happened. The line of a message goes on with its own number and a hash of its content,
 * which also tells messages apart that look alike.
 */
public final class TraceLines implements SimWorld.TraceListener, SimNetwork.DeliveryListener {
  private static final int VALUE_CHARACTERS_MAX = 400;
  private static final int MESSAGE_CHARACTERS_MAX = 2_000;
  private static final int BYTES_SHOWN = 64;
  private static final long SECOND = 1_000_000_000;
  private static final int TIME_WIDTH = 14;

  private final SimWorld world;
  private final Consumer<String> to;
  private final MessageHash hashes = new MessageHash();

  private TraceLines(SimWorld world, Consumer<String> to) {
    this.world = world;
    this.to = to;
  }

  /** Gives each line of {@code world} to {@code to}, from now on. */
  public static void write(SimWorld world, Consumer<String> to) {
    TraceLines lines = new TraceLines(world, to);
    world.addTraceListener(lines);
    world.network().addListener(lines);
  }

  @Override
  public void onEvent(String who, String name, Object[] keysAndValues) {
    to.accept(told(world.nowNanos(), world.eventsRun(), who, name, keysAndValues));
  }

  @Override
  public void onDelivered(
      long number, Address from, Address target, boolean isReply, Message message) {
    StringBuilder text = begin(world.nowNanos(), world.eventsRun());
    text.append('m').append(number).append(' ').append(from);
    text.append(isReply ? " => " : " -> ").append(target);
    text.append(' ').append(Long.toHexString(hashes.of(message)));
    text.append(' ').append(cut(message.toString(), MESSAGE_CHARACTERS_MAX));
    to.accept(text.toString());
  }

  /** The line of what a role or the world told. */
  static String told(
      long timeNanos, long eventNumber, String who, String name, Object[] keysAndValues) {
    StringBuilder text = begin(timeNanos, eventNumber);
    text.append(who).append(' ').append(name);
    for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
      text.append(' ').append(keysAndValues[i]).append('=').append(shown(keysAndValues[i + 1]));
    }
    return text.toString();
  }

  private static StringBuilder begin(long timeNanos, long eventNumber) {
    StringBuilder text = new StringBuilder(200);
    text.append(timeNanos / SECOND).append('.');
    String fraction = Long.toString(timeNanos % SECOND + SECOND);
    text.append(fraction, 1, fraction.length());
    while (text.length() < TIME_WIDTH) {
      text.insert(0, ' ');
    }
    return text.append(" #").append(eventNumber).append(' ');
  }

  private static String shown(Object value) {
    if (value instanceof Bytes bytes) {
      return bytes.printable(BYTES_SHOWN);
    }
    return cut(String.valueOf(value), VALUE_CHARACTERS_MAX);
  }

  private static String cut(String text, int charactersMax) {
    return text.length() <= charactersMax ? text : text.substring(0, charactersMax) + "…";
  }
}
