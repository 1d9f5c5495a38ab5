package io.ashlar.message;

/**
 * The answer to {@link GetLiveVersion} and {@link ReportCommitted}.
 *
 * @param version the largest version reported as committed
 */
public record LiveVersion(long version) implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.LIVE_VERSION;
  }
}
