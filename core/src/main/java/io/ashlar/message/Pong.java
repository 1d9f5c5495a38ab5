package io.ashlar.message;

import java.util.List;

/**
 * The answer to {@link Ping}.
 *
 * @param backlogs of a commit proxy: of each log server, by member; empty of all others
 * @param peers of a proxy: how the other processes have answered that have roles it works with, as
 *     far as it knows yet; empty of all others
 */
public record Pong(List<LogBacklog> backlogs, List<PeerRoundTrip> peers) implements Message {
  public Pong {
    backlogs = List.copyOf(backlogs);
    peers = List.copyOf(peers);
  }

  public Pong() {
    this(List.of(), List.of());
  }

  @Override
  public MessageKind kind() {
    return MessageKind.PONG;
  }
}
