package io.ashlar.storage;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Uid;

/**
 * What a storage server keeps in its engine beside the rows, in the same batches.
 *
 * @param storageId the server's identity
 * @param tag the log's stream it reads
 * @param shards what belongs to it at the stored version
 */
record StorageMetadata(Uid storageId, int tag, Shards shards) {
  private static final int FORMAT = 2;

  /** Nothing could arrive. */
  private static final int FORMAT_AT_REST = 1;

  Bytes encode() {
    ByteWriter writer = new ByteWriter(64);
    writer.putInt(FORMAT).putUid(storageId).putVarint(tag);
    shards.encode(writer);
    return writer.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedException when the bytes are something else
   */
  static StorageMetadata decode(Bytes encoded) {
    ByteReader reader = new ByteReader(encoded);
    int format = reader.getInt();
    if (format != FORMAT && format != FORMAT_AT_REST) {
      throw new MalformedException("metadata of format " + format + ", not " + FORMAT);
    }
    StorageMetadata metadata =
        new StorageMetadata(
            reader.getUid(),
            reader.getCount(),
            format == FORMAT ? Shards.decode(reader) : Shards.decodeAtRest(reader));
    reader.expectEnd();
    return metadata;
  }
}
