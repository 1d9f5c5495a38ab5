package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import io.ashlar.host.Clock;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A world for a step of the controller that only asks: no time passes, and requests and timers wait
 * for the test. Whatever else the step did would fail the test.
 *
 * @param <R> the one kind of reply that is asked for
 */
final class AskingHost<R extends Message> implements Clock, Network, Timers {
  /** A request that is under way. */
  record Asked<R extends Message>(
      Address to, Message request, long timeoutNanos, ReplyHandler<R> handler) {}

  /** All requests so far, those that have been answered too. */
  final List<Asked<R>> asked = new ArrayList<>();

  final List<Runnable> timers = new ArrayList<>();
  final List<String> probes = new ArrayList<>();
  final TreeSet<String> faults = new TreeSet<>();
  private final Class<R> kind;

  AskingHost(Class<R> kind) {
    this.kind = kind;
  }

  Host host() {
    return new Host(
        this, this, this, null, null, new SeededRandom(1), null, probes::add, faults::contains);
  }

  @Override
  public long nowNanos() {
    return 0;
  }

  @Override
  public long wallMillis() {
    return 0;
  }

  @Override
  public Timer schedule(long delayNanos, Runnable onExpiry) {
    timers.add(onExpiry);
    return () -> timers.remove(onExpiry);
  }

  @Override
  public Address self() {
    return new Address("controller:1", 1);
  }

  @Override
  public void send(Address to, Message message) {
    throw new UnsupportedOperationException("a step only asks");
  }

  @Override
  public void reply(Inbound request, Message reply) {
    throw new UnsupportedOperationException("a step only asks");
  }

  @Override
  @SuppressWarnings("unchecked")
  public <Q extends Message> void request(
      Address to, Message request, Class<Q> reply, long timeoutNanos, ReplyHandler<Q> handler) {
    assertThat(reply).isEqualTo(kind);
    asked.add(new Asked<>(to, request, timeoutNanos, (ReplyHandler<R>) handler));
  }
}
