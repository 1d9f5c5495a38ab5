package io.ashlar.message;

import java.util.List;

/**
 * The answer to {@link Ping}.
 *
 * @param backlogs of a commit proxy: of each log server, by member; empty of all others
 */
public record Pong(List<LogBacklog> backlogs) implements Message {
  public Pong {
    backlogs = List.copyOf(backlogs);
  }

  public Pong() {
    this(List.of());
  }

  @Override
  public MessageKind kind() {
    return MessageKind.PONG;
  }
}
