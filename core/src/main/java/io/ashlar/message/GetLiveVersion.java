package io.ashlar.message;

/** Asks the sequencer for the live committed version. */
public record GetLiveVersion() implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.GET_LIVE_VERSION;
  }
}
