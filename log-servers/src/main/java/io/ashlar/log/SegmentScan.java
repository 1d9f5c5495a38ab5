package io.ashlar.log;

import io.ashlar.core.Bytes;
import io.ashlar.core.Uid;

/**
 * Walks the segments of a log server that starts again, in the order of their numbers, and decides
 * where the chain ends: the line between a torn tail and corruption.
 *
 * <p>Groups of frames are synced one after the other, and a group is written only when the one
 * before is durable. So every frame tells a version that was durable when it was written, and every
 * header its base. A first bad place after version g is a torn tail when nothing valid anywhere
 * (frames and headers behind it, in its segment and the later ones, the lock and the generation
 * file) tells of a durable version above g: then all that is lost was in the one group whose sync
 * had not finished, of which a crash may leave any part. Anything else is corruption.
 *
 * <p>Pure: it is given the content of each file.
 */
final class SegmentScan {
  /** Hears of the good frames in order. */
  interface Visitor {
    /** A segment whose header is good. */
    void segment(long number, long base);

    /** A frame of the chain; {@code content} is that of its segment's file. */
    void frame(SegmentCodec.Frame frame, Bytes content);
  }

  /**
   * What the segments hold.
   *
   * @param end the last version of the chain
   * @param knownCommitted the largest told, at most {@code end}
   * @param corrupt whether something durable is missing or changed
   * @param file the first bad place, or null when every byte is as it was written
   * @param offset in that file
   */
  record Verdict(long end, long knownCommitted, boolean corrupt, String file, long offset) {}

  private final Uid logId;
  private final long epoch;
  private final long endMax;
  private final Visitor visitor;
  private long lastNumber;
  private long end;
  private long knownCommitted;

  /** The largest version that some valid bytes say was durable. */
  private long durable;

  private String badFile;
  private long badOffset;
  private boolean contradiction;

  /**
   * @param durable a version known to be durable from elsewhere: where the chain began, or the end
   *     in the lock
   * @param endMax what lies above was never promised to anyone and is left out
   */
  SegmentScan(Uid logId, long epoch, long durable, long endMax, Visitor visitor) {
    this.logId = logId;
    this.epoch = epoch;
    this.durable = durable;
    this.endMax = endMax;
    this.visitor = visitor;
    this.end = Long.MIN_VALUE;
  }

  /**
   * The content of the segment file {@code number}; numbers grow.
   *
   * @return how much of it is in use: behind that there are zeros alone
   */
  int add(long number, Bytes content) {
    SegmentCodec codec = new SegmentCodec(new SegmentId(logId, epoch, number));
    byte[] array = content.unsafeArray();
    String file = LogFiles.segmentName(number);
    if (lastNumber != 0 && number != lastNumber + 1) {
      // Segments are deleted from the first on, one after the other: a gap is a lost file.
      bad(LogFiles.segmentName(lastNumber + 1), 0);
      contradiction = true;
    }
    lastNumber = number;
    int at = 0;
    switch (codec.readHeader(array, 0, array.length)) {
      case GOOD -> {
        goodHeader(number, SegmentCodec.baseOf(array, 0), file);
        at = badFile == null ? walk(codec, content, file) : SegmentCodec.HEADER_BYTES;
      }
      case FOREIGN -> {
        bad(file, 0);
        contradiction = true;
      }
      case BAD -> {
        if (isZero(array, 0)) {
          // Reserved ahead and not begun.
          return 0;
        }
        bad(file, 0);
      }
    }
    search(codec, array, at);
    return badFile == null ? at : array.length;
  }

  private void bad(String file, long offset) {
    if (badFile == null) {
      badFile = file;
      badOffset = offset;
    }
  }

  private void goodHeader(long number, long base, String file) {
    // A segment is begun when everything before it is durable.
    durable = Math.max(durable, base);
    if (badFile != null) {
      return;
    }
    if (end == Long.MIN_VALUE) {
      end = base;
    } else if (base != end) {
      bad(file, 0);
      contradiction = true;
      return;
    }
    visitor.segment(number, base);
  }

  /** Follows the chain; returns the offset of the first byte that is not of a frame of it. */
  private int walk(SegmentCodec codec, Bytes content, String file) {
    byte[] array = content.unsafeArray();
    int at = SegmentCodec.HEADER_BYTES;
    while (at < array.length) {
      SegmentCodec.Frame frame = codec.readFrame(array, at, array.length, at);
      if (frame == null) {
        if (isZero(array, at)) {
          return at;
        }
        bad(file, at);
        return at;
      }
      durable = Math.max(durable, frame.durable());
      if (frame.previous() != end || frame.version() <= end || frame.durable() > end) {
        bad(file, at);
        contradiction = true;
        return at;
      }
      if (frame.version() <= endMax) {
        end = frame.version();
        knownCommitted = Math.max(knownCommitted, frame.knownCommitted());
        visitor.frame(frame, content);
      } else {
        // Above the lock: the rest is not looked at, here and in later segments.
        bad(file, at);
        return at;
      }
      at += frame.sizeBytes();
    }
    return at;
  }

  /** Looks for valid frames behind a bad place: what they say was durable must not be missing. */
  private void search(SegmentCodec codec, byte[] array, int from) {
    int at = from;
    while (at <= array.length - SegmentCodec.FRAME_HEADER_BYTES) {
      SegmentCodec.Frame frame =
          codec.mayBegin(array, at) ? codec.readFrame(array, at, array.length, at) : null;
      if (frame == null) {
        at++;
      } else {
        durable = Math.max(durable, frame.durable());
        // Inside a frame nothing else is looked for: its bytes are a user's.
        at += frame.sizeBytes();
      }
    }
  }

  private static boolean isZero(byte[] array, int from) {
    for (int i = from; i < array.length; i++) {
      if (array[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** After the last segment. */
  Verdict verdict() {
    if (end == Long.MIN_VALUE) {
      // The first header is durable before the generation file is.
      String file = badFile == null ? LogFiles.segmentName(lastNumber + 1) : badFile;
      return new Verdict(0, 0, true, file, badOffset);
    }
    boolean corrupt = contradiction || Math.min(durable, endMax) > end;
    String file = corrupt && badFile == null ? LogFiles.segmentName(lastNumber) : badFile;
    return new Verdict(end, Math.min(knownCommitted, end), corrupt, file, badOffset);
  }
}
