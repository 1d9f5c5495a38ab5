package io.ashlar.storage;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
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
   * Reads what the engine of a storage server has.
   *
   * @throws AshlarException DIRECTORY_VERSION when that is not metadata as they are today,
   *     FILE_CORRUPT when it is another server's
   */
  static StorageMetadata decodeOf(Uid storageId, int tag, Bytes encoded) {
    StorageMetadata metadata;
    try {
      metadata = decode(encoded);
    } catch (MalformedException e) {
      throw new AshlarException(
          ErrorCode.DIRECTORY_VERSION, "the engine's metadata: " + e.getMessage(), e);
    }
    if (!metadata.storageId.equals(storageId) || metadata.tag != tag) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT,
          "the engine belongs to storage server "
              + metadata.storageId
              + " of tag "
              + metadata.tag
              + ", not to "
              + storageId
              + " of tag "
              + tag);
    }
    return metadata;
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
