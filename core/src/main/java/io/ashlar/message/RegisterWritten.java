package io.ashlar.message;

import io.ashlar.core.RegisterGeneration;

/**
 * The answer to {@link WriteRegister}.
 *
 * @param accepted whether the register has the value durably
 * @param readGeneration the highest that the register knows
 */
public record RegisterWritten(boolean accepted, RegisterGeneration readGeneration)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.REGISTER_WRITTEN;
  }
}
