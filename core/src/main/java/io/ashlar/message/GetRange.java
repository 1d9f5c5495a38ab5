package io.ashlar.message;

import io.ashlar.core.KeyRange;

/**
 * Reads the keys of a range in order at a version; the range lies in one shard. Answer: {@link
 * RangeRead}.
 *
 * @param version or {@link io.ashlar.core.ReadVersions#KNOWN_COMMITTED}
 * @param rowsMax positive
 * @param bytesMax of keys and values: the row that reaches it is the last
 * @param reverse from the end backwards
 * @param keysOnly values are left empty
 */
public record GetRange(
    long version, KeyRange range, int rowsMax, int bytesMax, boolean reverse, boolean keysOnly)
    implements Message {
  @Override
  public MessageKind kind() {
    return MessageKind.GET_RANGE;
  }
}
