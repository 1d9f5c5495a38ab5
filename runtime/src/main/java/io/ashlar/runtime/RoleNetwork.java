package io.ashlar.runtime;

import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.Message;

/** One role's port to the network. */
final class RoleNetwork implements Network {
  private final RoleSlot slot;
  private final ProcessNetwork network;
  private final Address self;

  RoleNetwork(RoleSlot slot, ProcessNetwork network) {
    this.slot = slot;
    this.network = network;
    this.self = new Address(network.process(), slot.endpoint);
  }

  @Override
  public Address self() {
    return self;
  }

  @Override
  public void send(Address to, Message message) {
    network.send(self, to, message);
  }

  @Override
  public void reply(Inbound request, Message reply) {
    network.reply(request, reply);
  }

  @Override
  public <R extends Message> void request(
      Address to, Message request, Class<R> reply, long timeoutNanos, ReplyHandler<R> handler) {
    network.request(slot, self, to, request, reply, timeoutNanos, handler);
  }
}
