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
 * @param founds whether the state has never been with this set: a coordinator that has not heard of
 *     the set becomes one of it then, and otherwise refuses, because it may have lost what it had
 */
public record ReadRegister(Uid setId, RegisterGeneration generation, boolean founds)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.READ_REGISTER;
  }
}
