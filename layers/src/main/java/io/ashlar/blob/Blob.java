package io.ashlar.blob;

import io.ashlar.tuple.Versionstamp;

/**
 * One value of a name, whole and for ever the same: when the name gets another value, that is
 * another blob.
 *
 * @param name of the blob
 * @param id that no other value of any name has
 * @param length in bytes
 * @param chunkBytes how many are in each chunk but the last
 * @param checksum the CRC-32C of all bytes
 * @param storedAtMillis the store time of the transaction that made it visible
 */
public record Blob(
    String name, Versionstamp id, long length, int chunkBytes, int checksum, long storedAtMillis) {
  long chunks() {
    return (length + chunkBytes - 1) / chunkBytes;
  }

  int sizeOfChunk(long index) {
    return (int) Math.min(chunkBytes, length - index * chunkBytes);
  }
}
