package io.ashlar.message;

import io.ashlar.core.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The answer to {@link GetValues}.
 *
 * @param version the version read at
 * @param values in the order of the keys, null where absent
 */
public record Values(long version, List<Bytes> values) implements Message {
  public Values {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  @Override
  public MessageKind kind() {
    return MessageKind.VALUES;
  }
}
