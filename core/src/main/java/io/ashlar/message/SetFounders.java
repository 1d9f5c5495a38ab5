package io.ashlar.message;

import io.ashlar.core.Uid;
import java.util.List;

/**
 * The answer to {@link FoundSet}.
 *
 * @param registerId drawn when the register of the coordinator that answers was made; another one
 *     after it was lost
 * @param founders the registers that were there when that one began to promise, itself among them;
 *     empty while it has not
 */
public record SetFounders(Uid registerId, List<Uid> founders) implements Message {
  public SetFounders {
    founders = List.copyOf(founders);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.SET_FOUNDERS;
  }
}
