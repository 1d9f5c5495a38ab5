package io.ashlar.message;

import io.ashlar.core.Bytes;
import java.util.List;

/**
 * Reads keys at a version. Answer: {@link Values}.
 *
 * @param version or {@link io.ashlar.core.ReadVersions#KNOWN_COMMITTED}
 */
public record GetValues(long version, List<Bytes> keys) implements Message {
  public GetValues {
    keys = List.copyOf(keys);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.GET_VALUES;
  }
}
