package io.ashlar.message;

/**
 * Asks a read-version proxy for a version to read at. Answer: {@link ReadVersion}.
 *
 * @param causalReadRisky a recent confirmation of the epoch will do
 */
public record GetReadVersion(boolean causalReadRisky) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.GET_READ_VERSION;
  }
}
