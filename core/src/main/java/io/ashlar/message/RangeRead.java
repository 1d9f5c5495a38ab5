package io.ashlar.message;

import io.ashlar.core.KeyValue;
import java.util.List;

/**
 * The answer to {@link GetRange}.
 *
 * @param version the version read at
 * @param knownCommittedVersion as in {@link Values}
 * @param rows in reading order
 * @param more the range may have more rows after (in reverse: before) the last one given
 */
public record RangeRead(long version, long knownCommittedVersion, List<KeyValue> rows, boolean more)
    implements Message {
  public RangeRead {
    rows = List.copyOf(rows);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.RANGE_READ;
  }
}
