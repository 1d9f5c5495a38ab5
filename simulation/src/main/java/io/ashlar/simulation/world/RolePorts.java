package io.ashlar.simulation.world;

import io.ashlar.core.Check;
import io.ashlar.core.SeededRandom;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.host.Readers;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.host.Timers;
import io.ashlar.host.Trace;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import java.util.function.Consumer;
import java.util.function.Function;

/** One role's timers, network, readers and trace; after the role stopped nothing of it runs. */
final class RolePorts implements Timers, Network, Readers, Trace {
  private final SimProcess process;
  private final SimWorld world;
  private final String name;
  private final Address self;
  private final SeededRandom random;
  private final String tracedAs;
  private Role role;
  private boolean stopped;
  private boolean touched;

  RolePorts(SimProcess process, String name, long endpoint, SeededRandom random) {
    this.process = process;
    this.world = process.world();
    this.name = name;
    this.self = new Address(process.name(), endpoint);
    this.random = random;
    this.tracedAs = process + " " + name;
  }

  String name() {
    return name;
  }

  SimProcess process() {
    return process;
  }

  SeededRandom random() {
    return random;
  }

  Role role() {
    return role;
  }

  void start(Role starting) {
    Check.that(role == null, "started twice: ", name);
    role = starting;
  }

  boolean isStarted() {
    return role != null;
  }

  void markStopped() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  boolean isTouched() {
    return touched;
  }

  void setTouched(boolean touched) {
    this.touched = touched;
  }

  /** A later event of this role. */
  SimEvent later(long delayNanos, Runnable action) {
    return world.schedule(delayNanos, process, this, action);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable onExpiry) {
    Check.that(delayNanos >= 0, "a negative delay: ", delayNanos);
    return new ClockTimer(this, delayNanos, onExpiry);
  }

  @Override
  public Address self() {
    return self;
  }

  @Override
  public void send(Address to, Message message) {
    world.network().send(this, to, message);
  }

  @Override
  public void reply(Inbound request, Message reply) {
    world.network().reply(this, request, reply);
  }

  @Override
  public <R extends Message> void request(
      Address to, Message request, Class<R> reply, long timeoutNanos, ReplyHandler<R> handler) {
    Check.that(timeoutNanos > 0, "a timeout must be positive: ", timeoutNanos);
    world.network().request(this, to, request, reply, timeoutNanos, handler);
  }

  @Override
  public <V, R> void submit(V immutableView, Function<V, R> read, Consumer<R> onDone) {
    long delay = world.loops().nextLong(world.conditions().readerDelayMaxNanos());
    later(
        delay / 2,
        () -> {
          R result = read.apply(immutableView);
          later(delay - delay / 2, () -> onDone.accept(result));
        });
  }

  @Override
  public void event(String eventName, Object... keysAndValues) {
    world.trace(tracedAs, eventName, keysAndValues);
  }

  @Override
  public boolean isEnabled() {
    return world.isTracing();
  }
}
