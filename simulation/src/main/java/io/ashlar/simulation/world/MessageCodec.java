package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import io.ashlar.message.Message;

/** The form of messages between processes. */
public interface MessageCodec {
  Bytes encode(Message message);

  Message decode(Bytes bytes);
}
