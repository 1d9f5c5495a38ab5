package io.ashlar.blob;

import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Where blobs are kept, and how.
 *
 * <ul>
 *   <li>A head, by name, says which value is the present one. It is all that makes a blob visible.
 *   <li>Chunks, by the id of their value and their number. Their content never changes.
 *   <li>Uploads, by id: somebody writes chunks of it. No chunk is written without looking at the
 *       row of its upload in the same transaction, so that when the row is gone none follows.
 *   <li>What is due, by store time and id: an upload that ends unless it is renewed, or chunks that
 *       are to be removed, with the number of the first that still may be there.
 * </ul>
 */
final class BlobKeys {
  private static final int CHECKSUM_BYTES = Integer.BYTES;
  private static final long UPLOAD = -1;

  private final Subspace heads;
  private final Subspace chunks;
  private final Subspace uploads;
  private final Subspace due;

  BlobKeys(Subspace place) {
    this.heads = place.get(0L);
    this.chunks = place.get(1L);
    this.uploads = place.get(2L);
    this.due = place.get(3L);
  }

  // Heads.

  byte[] head(String name) {
    return heads.pack(name);
  }

  Range heads() {
    return heads.range();
  }

  static byte[] encode(Blob blob) {
    return Tuple.from(
            blob.id(), blob.length(), blob.chunkBytes(), blob.checksum(), blob.storedAtMillis())
        .pack();
  }

  static Blob decode(String name, byte[] head) {
    Tuple row = Tuple.fromBytes(head);
    return new Blob(
        name,
        row.getVersionstamp(0),
        row.getLong(1),
        (int) row.getLong(2),
        (int) row.getLong(3),
        row.getLong(4));
  }

  Blob blob(KeyValue head) {
    return decode(heads.unpack(head.getKey()).getString(0), head.getValue());
  }

  // Chunks.

  byte[] chunk(Versionstamp id, long index) {
    return chunks.pack(Tuple.from(id, index));
  }

  long index(byte[] chunkKey) {
    return chunks.unpack(chunkKey).getLong(1);
  }

  Range chunks(Versionstamp id) {
    return chunks.range(Tuple.from(id));
  }

  /** What is stored of a chunk: a checksum of its place and its content, and that. */
  static byte[] seal(Versionstamp id, long index, byte[] content) {
    return ByteBuffer.allocate(CHECKSUM_BYTES + content.length)
        .putInt(checksum(id, index, content, 0))
        .put(content)
        .array();
  }

  /** The content of a chunk; null when it is not what was stored there. */
  static byte[] open(Versionstamp id, long index, byte[] sealed) {
    boolean isSound =
        sealed.length >= CHECKSUM_BYTES
            && ByteBuffer.wrap(sealed).getInt() == checksum(id, index, sealed, CHECKSUM_BYTES);
    return isSound ? Arrays.copyOfRange(sealed, CHECKSUM_BYTES, sealed.length) : null;
  }

  private static int checksum(Versionstamp id, long index, byte[] bytes, int from) {
    CRC32C sum = new CRC32C();
    sum.update(id.getBytes());
    sum.update(ByteBuffer.allocate(Long.BYTES).putLong(index).flip());
    sum.update(bytes, from, bytes.length - from);
    return (int) sum.getValue();
  }

  // Uploads.

  byte[] newUpload() {
    return uploads.packWithVersionstamp(Tuple.from(Versionstamp.incomplete()));
  }

  byte[] upload(Versionstamp id) {
    return uploads.pack(Tuple.from(id));
  }

  static byte[] encodeExpiry(long millis) {
    return Tuple.from(millis).pack();
  }

  static long decodeExpiry(byte[] upload) {
    return Tuple.fromBytes(upload).getLong(0);
  }

  // What is due.

  /**
   * Something that is due.
   *
   * @param key of its row
   * @param firstChunk from which on chunks are to be removed; negative for an upload
   */
  record Due(byte[] key, long millis, Versionstamp id, long firstChunk) {
    boolean isUpload() {
      return firstChunk < 0;
    }
  }

  byte[] newDue(long millis) {
    return due.packWithVersionstamp(Tuple.from(millis, Versionstamp.incomplete()));
  }

  byte[] due(long millis, Versionstamp id) {
    return due.pack(Tuple.from(millis, id));
  }

  Range dueUntil(long millis) {
    return new Range(due.range().begin, due.pack(Tuple.from(millis + 1)));
  }

  Due due(KeyValue row) {
    Tuple key = due.unpack(row.getKey());
    long first = Tuple.fromBytes(row.getValue()).getLong(0);
    return new Due(row.getKey(), key.getLong(0), key.getVersionstamp(1), first);
  }

  static byte[] dueUpload() {
    return Tuple.from(UPLOAD).pack();
  }

  static byte[] dueChunks(long first) {
    return Tuple.from(first).pack();
  }
}
