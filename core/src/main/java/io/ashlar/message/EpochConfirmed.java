package io.ashlar.message;

/** The answer to {@link ConfirmEpoch}. */
public record EpochConfirmed() implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.EPOCH_CONFIRMED;
  }
}
