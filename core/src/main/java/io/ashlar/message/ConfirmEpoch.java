package io.ashlar.message;

/**
 * Is the log server still unlocked in this epoch? Answer: {@link EpochConfirmed}, or refused with
 * TLOG_STOPPED.
 */
public record ConfirmEpoch(long epoch) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.CONFIRM_EPOCH;
  }
}
