package io.ashlar.storage;

import io.ashlar.core.ErrorCode;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;

/** Answers those who want an answer. */
record Replies(Network network) {
  void reply(Inbound inbound, Message message) {
    if (inbound.wantsReply()) {
      network.reply(inbound, message);
    }
  }

  void refuse(Inbound inbound, ErrorCode code, String detail) {
    reply(inbound, new Refused(code, detail));
  }
}
