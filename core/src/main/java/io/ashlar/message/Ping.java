package io.ashlar.message;

import java.util.List;

/**
 * Is the role at this endpoint still there? Every role answers with {@link Pong} at once.
 *
 * @param givenUp for a commit proxy: the log servers, by member, that its epoch goes on without for
 *     good, as the controller has decided
 */
public record Ping(List<Integer> givenUp) implements Message {
  public Ping {
    givenUp = List.copyOf(givenUp);
  }

  public Ping() {
    this(List.of());
  }

  @Override
  public MessageKind kind() {
    return MessageKind.PING;
  }
}
