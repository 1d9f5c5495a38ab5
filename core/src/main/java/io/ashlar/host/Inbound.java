package io.ashlar.host;

import io.ashlar.message.Address;
import io.ashlar.message.Message;

/**
 * A message that arrived.
 *
 * @param from the sender; a process that does not listen has a name of its connection's own
 * @param requestId 0 for a one-way message, else what {@link Network#reply} needs
 * @param message what was sent
 */
public record Inbound(Address from, long requestId, Message message) {
  public boolean wantsReply() {
    return requestId != 0;
  }
}
