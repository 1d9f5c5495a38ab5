package io.ashlar.message;

import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;

/**
 * Reads the register that a coordinator keeps for a set and announces a writer: from the answer on
 * the register takes no write of a lower generation. Answer: {@link RegisterRead}, once that is
 * durable. Repeatable.
 *
 * @param setId of the set of coordinators that is meant; one may belong to several
 * @param generation of the attempt that reads
 */
public record ReadRegister(Uid setId, RegisterGeneration generation) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.READ_REGISTER;
  }
}
