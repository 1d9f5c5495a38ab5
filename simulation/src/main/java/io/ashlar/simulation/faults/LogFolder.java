package io.ashlar.simulation.faults;

import io.ashlar.core.ByteReader;
import io.ashlar.core.Bytes;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Uid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * What the files of a log server say, read by their documented format (docs/log-format.md) and not
 * by the log server's own code: a fault must know what it takes away.
 *
 * @param logId whose folder it is
 * @param generation that it is a member of; null when it was never recruited to the end, or what
 *     says so is harmed
 * @param end the last version of the chain; of a chain that is cut or changed, where that begins
 * @param knownCommitted the largest version that it says is known to be committed
 */
record LogFolder(Uid logId, LogGeneration generation, long end, long knownCommitted) {
  /** Where a worker has its log servers' folders, each named by its id. */
  static final String LOGS = "logs/";

  private static final String GENERATION = "/generation";
  private static final String SEGMENT = "/segment-";
  private static final int MAGIC_BYTES = 4;
  private static final int CHECKSUM_BYTES = 4;
  private static final int HEADER_BYTES = 56;
  private static final int HEADER_BASE_AT = 44;
  private static final int FRAME_HEADER_BYTES = 44;
  private static final int FRAME_CHECKED_FROM = 8;

  /** The log servers that have a file among those, sorted. */
  static List<Uid> idsIn(Collection<String> paths) {
    TreeSet<String> ids = new TreeSet<>();
    for (String path : paths) {
      int slash = path.indexOf('/', LOGS.length());
      if (path.startsWith(LOGS) && slash > 0) {
        ids.add(path.substring(LOGS.length(), slash));
      }
    }
    return ids.stream().map(Uid::parse).toList();
  }

  static String path(Uid logId) {
    return LOGS + logId;
  }

  /**
   * Reads a folder.
   *
   * @param paths of all files
   * @param content of a path, null when there is no such file
   */
  static LogFolder read(Uid logId, Collection<String> paths, Function<String, Bytes> content) {
    LogGeneration generation = generation(content.apply(path(logId) + GENERATION));
    if (generation == null) {
      return new LogFolder(logId, null, 0, 0);
    }
    Chain chain = new Chain(logId, generation.epoch());
    for (String segment : segments(logId, paths)) {
      chain.follow(segment, content.apply(segment));
    }
    return new LogFolder(logId, generation, chain.end, chain.knownCommitted);
  }

  private static LogGeneration generation(Bytes content) {
    if (content == null || content.length() < MAGIC_BYTES + CHECKSUM_BYTES) {
      return null;
    }
    byte[] bytes = content.toArray();
    int sealed = bytes.length - CHECKSUM_BYTES;
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, sealed);
    if ((int) crc.getValue() != new ByteReader(bytes, sealed, CHECKSUM_BYTES).getInt()) {
      // Harmed before: it is of no account any more.
      return null;
    }
    try {
      ByteReader from = new ByteReader(bytes, 0, sealed);
      from.getInt();
      from.getUid();
      return LogGeneration.decode(from);
    } catch (MalformedException e) {
      throw new IllegalStateException("a generation under a right checksum: " + e.getMessage(), e);
    }
  }

  private static List<String> segments(Uid logId, Collection<String> paths) {
    List<String> segments = new ArrayList<>();
    for (String path : paths) {
      if (path.startsWith(path(logId) + SEGMENT)) {
        segments.add(path);
      }
    }
    segments.sort(String::compareTo);
    return segments;
  }

  /** Follows the frames of one segment after the other for as long as they are whole. */
  private static final class Chain {
    private final Uid logId;
    private final long epoch;
    private long end = Long.MIN_VALUE;
    private long knownCommitted = Long.MIN_VALUE;
    private boolean broken;

    Chain(Uid logId, long epoch) {
      this.logId = logId;
      this.epoch = epoch;
    }

    void follow(String path, Bytes content) {
      if (broken || content.length() < HEADER_BYTES) {
        return;
      }
      byte[] bytes = content.toArray();
      long number = Long.parseLong(path.substring(path.lastIndexOf('-') + 1));
      long base = at(bytes, HEADER_BASE_AT).getLong();
      if (end != Long.MIN_VALUE && base != end) {
        // Reserved and not begun, or not the next one.
        broken = true;
        return;
      }
      end = base;
      int offset = HEADER_BYTES;
      int size = frame(bytes, offset, number);
      while (size > 0) {
        offset += size;
        size = frame(bytes, offset, number);
      }
    }

    /** The size of the frame there, or 0 when there is none that goes on with the chain. */
    private int frame(byte[] bytes, int offset, long number) {
      if (bytes.length - offset < FRAME_HEADER_BYTES) {
        return 0;
      }
      ByteReader from = at(bytes, offset);
      from.getInt();
      int checksum = from.getInt();
      int length = from.getInt();
      if (length < 0 || length > bytes.length - offset - FRAME_HEADER_BYTES) {
        return 0;
      }
      long version = from.getLong();
      long previous = from.getLong();
      long known = from.getLong();
      int size = FRAME_HEADER_BYTES + length;
      if (previous != end || checksum != checksum(bytes, offset, size, number)) {
        return 0;
      }
      end = version;
      knownCommitted = Math.max(knownCommitted, known);
      return size;
    }

    private int checksum(byte[] bytes, int offset, int size, long number) {
      ByteBuffer place = ByteBuffer.allocate(5 * Long.BYTES);
      place.putLong(logId.high()).putLong(logId.low()).putLong(epoch).putLong(number);
      place.putLong(offset).flip();
      CRC32C crc = new CRC32C();
      crc.update(place);
      crc.update(bytes, offset + FRAME_CHECKED_FROM, size - FRAME_CHECKED_FROM);
      return (int) crc.getValue();
    }

    private static ByteReader at(byte[] bytes, int offset) {
      return new ByteReader(bytes, offset, bytes.length - offset);
    }
  }
}
