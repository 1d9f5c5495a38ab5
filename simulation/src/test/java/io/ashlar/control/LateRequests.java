package io.ashlar.control;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.Message;

/**
 * Lets a request arrive once more, after others: one that was asked again when its connection was
 * cut, and reached its peer by the old connection after all.
 */
final class LateRequests implements Network {
  private static final int LATE_PER_MILLION = 200_000;
  private static final long LATE_MAX_NANOS = 3_000_000_000L;

  private final Host host;

  private LateRequests(Host host) {
    this.host = host;
  }

  /** The same host with such a network. */
  static Host on(Host host) {
    return new Host(
        host.clock(),
        host.timers(),
        new LateRequests(host),
        host.disk(),
        host.readers(),
        host.random(),
        host.trace(),
        host.probes(),
        host.faults());
  }

  @Override
  public Address self() {
    return host.network().self();
  }

  @Override
  public void send(Address to, Message message) {
    host.network().send(to, message);
  }

  @Override
  public void reply(Inbound request, Message reply) {
    host.network().reply(request, reply);
  }

  @Override
  public <R extends Message> void request(
      Address to, Message request, Class<R> reply, long timeoutNanos, ReplyHandler<R> handler) {
    host.network().request(to, request, reply, timeoutNanos, handler);
    if (host.random().chance(LATE_PER_MILLION)) {
      host.timers()
          .schedule(
              host.random().nextLong(LATE_MAX_NANOS),
              () -> host.network().request(to, request, reply, timeoutNanos, new Unheard<>()));
    }
  }

  /** Nobody waits for that answer. */
  private static final class Unheard<R extends Message> implements ReplyHandler<R> {
    @Override
    public void onReply(R reply) {}

    @Override
    public void onFailure(Failure failure) {}
  }
}
