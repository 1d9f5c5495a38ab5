package io.ashlar.log;

import java.util.zip.CRC32C;

/**
 * Writes and reads the header and the frames of one segment file; {@code docs/log-format.md} is the
 * format. Every checksum covers the segment's identity and the place in the file beside the bytes
 * themselves. Not thread-safe.
 */
final class SegmentCodec {
  static final int HEADER_BYTES = 56;
  static final int FRAME_HEADER_BYTES = 44;
  static final int FORMAT_VERSION = 1;

  private static final long MAGIC = 0x4153484C524C4F47L; // "ASHLRLOG"
  private static final int CRC_COVERS_FROM = 8;

  private final SegmentId id;
  private final int marker;
  private final CRC32C crc = new CRC32C();

  /** Log id, epoch, segment number, and the place, which changes from frame to frame. */
  private final byte[] place = new byte[40];

  SegmentCodec(SegmentId id) {
    this.id = id;
    marker = markerOf(id);
    putLong(place, 0, id.logId().high());
    putLong(place, 8, id.logId().low());
    putLong(place, 16, id.epoch());
    putLong(place, 24, id.number());
  }

  /**
   * One frame as it was found.
   *
   * @param version of the push
   * @param previous the version before it in the chain
   * @param knownCommitted the largest known committed version told so far, at most {@code version}
   * @param durable the last version known to be durable here when the frame was written
   * @param at where the frame begins in the array it was read from
   * @param payloadLength bytes after the frame's header
   */
  record Frame(
      long version, long previous, long knownCommitted, long durable, int at, int payloadLength) {
    int payloadAt() {
      return at + FRAME_HEADER_BYTES;
    }

    int sizeBytes() {
      return FRAME_HEADER_BYTES + payloadLength;
    }
  }

  /** What the first bytes of a file turned out to be. */
  enum HeaderState {
    GOOD,
    BAD,
    /** Whole, but of another format version or of another segment. */
    FOREIGN
  }

  /** Never 0, so that reserved space does not look like the start of a frame. */
  private static int markerOf(SegmentId id) {
    long x = id.logId().high() * 0x9E3779B97F4A7C15L + id.logId().low();
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L + id.number();
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return (int) (x >>> 32) | 0x80000001;
  }

  void writeHeader(byte[] to, int at, long base) {
    putLong(to, at, MAGIC);
    putInt(to, at + 8, FORMAT_VERSION);
    putLong(to, at + 12, id.logId().high());
    putLong(to, at + 20, id.logId().low());
    putLong(to, at + 28, id.epoch());
    putLong(to, at + 36, id.number());
    putLong(to, at + 44, base);
    putInt(to, at + 52, headerChecksum(to, at));
  }

  private int headerChecksum(byte[] array, int at) {
    crc.reset();
    crc.update(array, at, HEADER_BYTES - 4);
    return (int) crc.getValue();
  }

  HeaderState readHeader(byte[] from, int at, int available) {
    if (available < HEADER_BYTES
        || getLong(from, at) != MAGIC
        || getInt(from, at + 52) != headerChecksum(from, at)) {
      return HeaderState.BAD;
    }
    boolean ours =
        getInt(from, at + 8) == FORMAT_VERSION
            && getLong(from, at + 12) == id.logId().high()
            && getLong(from, at + 20) == id.logId().low()
            && getLong(from, at + 28) == id.epoch()
            && getLong(from, at + 36) == id.number();
    return ours ? HeaderState.GOOD : HeaderState.FOREIGN;
  }

  /** The base version of a good header. */
  static long baseOf(byte[] from, int at) {
    return getLong(from, at + 44);
  }

  /**
   * Writes one frame at {@code at} of {@code to}, which will lie at {@code fileOffset}; returns its
   * size.
   */
  int writeFrame(
      byte[] to,
      int at,
      long fileOffset,
      long version,
      long previous,
      long knownCommitted,
      long durable,
      byte[] payload) {
    putInt(to, at, marker);
    putInt(to, at + 8, payload.length);
    putLong(to, at + 12, version);
    putLong(to, at + 20, previous);
    putLong(to, at + 28, knownCommitted);
    putLong(to, at + 36, durable);
    System.arraycopy(payload, 0, to, at + FRAME_HEADER_BYTES, payload.length);
    int size = FRAME_HEADER_BYTES + payload.length;
    putInt(to, at + 4, frameChecksum(to, at, size, fileOffset));
    return size;
  }

  private int frameChecksum(byte[] array, int at, int size, long fileOffset) {
    putLong(place, 32, fileOffset);
    crc.reset();
    crc.update(place, 0, place.length);
    crc.update(array, at + CRC_COVERS_FROM, size - CRC_COVERS_FROM);
    return (int) crc.getValue();
  }

  /** Whether a frame could begin here; cheap, for searching. */
  boolean mayBegin(byte[] array, int at) {
    return getInt(array, at) == marker;
  }

  /**
   * Reads the frame at {@code at} of {@code from}, of which the first {@code end} bytes are
   * content, and which lies at {@code fileOffset}; null when the bytes are no whole, unchanged
   * frame of this segment written at this place.
   */
  Frame readFrame(byte[] from, int at, int end, long fileOffset) {
    if (end - at < FRAME_HEADER_BYTES || getInt(from, at) != marker) {
      return null;
    }
    int length = getInt(from, at + 8);
    if (length < 0 || length > end - at - FRAME_HEADER_BYTES) {
      return null;
    }
    if (getInt(from, at + 4) != frameChecksum(from, at, FRAME_HEADER_BYTES + length, fileOffset)) {
      return null;
    }
    return new Frame(
        getLong(from, at + 12),
        getLong(from, at + 20),
        getLong(from, at + 28),
        getLong(from, at + 36),
        at,
        length);
  }

  private static void putInt(byte[] to, int at, int value) {
    to[at] = (byte) (value >>> 24);
    to[at + 1] = (byte) (value >>> 16);
    to[at + 2] = (byte) (value >>> 8);
    to[at + 3] = (byte) value;
  }

  private static void putLong(byte[] to, int at, long value) {
    putInt(to, at, (int) (value >>> 32));
    putInt(to, at + 4, (int) value);
  }

  private static int getInt(byte[] from, int at) {
    return (from[at] & 0xff) << 24
        | (from[at + 1] & 0xff) << 16
        | (from[at + 2] & 0xff) << 8
        | from[at + 3] & 0xff;
  }

  private static long getLong(byte[] from, int at) {
    return (long) getInt(from, at) << 32 | getInt(from, at + 4) & 0xffffffffL;
  }
}
