package io.ashlar.message;

import io.ashlar.core.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The answer to {@link GetValues}.
 *
 * @param version the version read at
 * @param knownCommittedVersion what the server knows to be committed, and has: whoever was told of
 *     it may read at it anywhere; 0 when it does not say
 * @param values in the order of the keys, null where absent
 */
public record Values(long version, long knownCommittedVersion, List<Bytes> values)
    implements Message {
  public Values {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  @Override
  public MessageKind kind() {
    return MessageKind.VALUES;
  }
}
