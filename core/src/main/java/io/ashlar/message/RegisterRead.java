package io.ashlar.message;

import io.ashlar.core.Bytes;
import io.ashlar.core.RegisterGeneration;

/**
 * The answer to {@link ReadRegister}. What one register holds is not yet what was chosen: that is
 * the last written value among those of a majority, and only once it is written back.
 *
 * @param readGeneration the highest that has read; the one asked with, or a higher one, and then
 *     nothing was announced
 * @param writeGeneration of the value; {@link RegisterGeneration#ZERO} while there is none
 * @param sequence which write of that generation the value is
 * @param value null while there is none
 */
public record RegisterRead(
    RegisterGeneration readGeneration,
    RegisterGeneration writeGeneration,
    long sequence,
    Bytes value)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.REGISTER_READ;
  }
}
