package io.ashlar.proxy;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.Mutation;

/**
 * The rows of one batch that tell by their idempotency ids which of its transactions were
 * committed. One row for many ids costs little more than one for each would: a key, an entry of the
 * storage servers' memory and one of their engine. Pure; used for one batch after the other.
 */
final class IdRows {
  private final ByteWriter mutations = new ByteWriter(1_024);
  private final ByteWriter row = new ByteWriter(1_024);
  private long version;
  private int rowFirst;
  private int rowCount;

  /** Begins with the batch of {@code batchVersion}. */
  void begin(long batchVersion) {
    version = batchVersion;
    mutations.clear();
    row.clear();
    rowCount = 0;
  }

  /** The transaction at this place of the batch was committed. */
  void add(Bytes id, int place) {
    Check.that(id.length() == IdempotencyIds.ID_BYTES, "an id has bytes: ", id.length());
    Check.that(place <= 0xffff, "a transaction's place in its batch: ", place);
    if (rowCount == 0) {
      rowFirst = place;
    }
    row.putRaw(id).putByte(place >>> 8).putByte(place);
    if (++rowCount == IdempotencyIds.IDS_PER_ROW_MAX) {
      endRow();
    }
  }

  private void endRow() {
    Mutation.set(IdempotencyIds.rowKey(version, rowFirst), row.toBytes()).encode(mutations);
    row.clear();
    rowCount = 0;
  }

  /** The mutations that set the rows; none without ids. */
  Bytes mutations() {
    if (rowCount > 0) {
      endRow();
    }
    return mutations.toBytes();
  }
}
