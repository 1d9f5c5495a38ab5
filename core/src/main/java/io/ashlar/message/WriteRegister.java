package io.ashlar.message;

import io.ashlar.core.Bytes;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;

/**
 * Writes the register that a coordinator keeps for a set, unless a higher generation has read or
 * written it, or a later write of the same one. Answer: {@link RegisterWritten}, once it is
 * durable. Repeatable.
 *
 * @param setId of the set of coordinators that is meant; one may belong to several
 * @param generation of the attempt, which has read with it
 * @param sequence counts the attempt's writes from 1. A request that is late, because its
 *     connection was cut, must not undo a later write of the same generation
 * @param value encoded: a state, or where it has moved (docs/protocol.md, section 10); at most one
 *     MiB
 */
public record WriteRegister(Uid setId, RegisterGeneration generation, long sequence, Bytes value)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.WRITE_REGISTER;
  }
}
