package io.ashlar.sequencer;

import io.ashlar.core.SeededRandom;
import io.ashlar.host.Clock;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.host.Trace;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A world for one role that only answers requests: a clock that a test moves, and the replies by
 * request. Timers, disk and readers are absent.
 */
final class FakeHost implements Clock, Network, Trace {
  private static final Address SELF = new Address("here:1", 7);
  private static final Address PEER = new Address("there:1", 8);

  long nowNanos = 1_000_000_007;
  final Map<Long, Message> replies = new TreeMap<>();
  final List<String> probes = new ArrayList<>();
  final Set<String> faults = new TreeSet<>();
  private long lastRequestId;

  Host host() {
    return new Host(
        this, null, this, null, null, new SeededRandom(1), this, probes::add, faults::contains);
  }

  /** Delivers a request and returns its number among {@link #replies}. */
  long deliver(Role role, Message message) {
    lastRequestId++;
    role.onMessage(new Inbound(PEER, lastRequestId, message));
    role.onBatchEnd();
    return lastRequestId;
  }

  /** Delivers a request and returns its reply, or null when it waits. */
  Message ask(Role role, Message message) {
    return replies.get(deliver(role, message));
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  @Override
  public long wallMillis() {
    return 0;
  }

  @Override
  public Address self() {
    return SELF;
  }

  @Override
  public void send(Address to, Message message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void reply(Inbound request, Message reply) {
    if (!request.wantsReply() || replies.put(request.requestId(), reply) != null) {
      throw new IllegalStateException("a second reply to " + request);
    }
  }

  @Override
  public <R extends Message> void request(
      Address to, Message request, Class<R> reply, long timeoutNanos, ReplyHandler<R> handler) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void event(String name, Object... keysAndValues) {
    if (keysAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a key without a value in " + name);
    }
  }

  @Override
  public boolean isEnabled() {
    return true;
  }
}
