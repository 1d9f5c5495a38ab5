package io.ashlar.log;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.DurableFile;
import io.ashlar.host.Host;

/**
 * What a log server holds: the newest entries in memory, all of them in segments, and how far each
 * tag is popped. Knows nothing of chains, locks or messages.
 */
final class LogStore implements LogWriter.Owner {
  /** The log server as the store sees it. */
  interface Owner {
    /** A later event: {@link LogStore#durable} has moved, or the first segment exists. */
    void onDurable();

    /** Bytes read back are not what was written. */
    void onCorrupt(String file, long offset);
  }

  /** Hears the end of {@link LogStore#peekCold}. */
  interface ColdPeek {
    /**
     * Everything of the tag from the version asked for to {@code through} is in {@code entries}.
     */
    void onRead(ByteWriter entries, long through);
  }

  private final Host host;
  private final Uid logId;
  private final long epoch;
  private final LogServerOptions options;
  private final Owner owner;
  private final HeldTags held;
  private final SegmentList segments = new SegmentList();
  private final TagIndex index = new TagIndex();
  private final TagCutter cutter = new TagCutter();
  private final LogReader reader;

  /** Null after a restart: then nothing is ever written. */
  private LogWriter writer;

  private boolean deleting;
  private long restartedEnd;

  LogStore(Host host, Uid logId, LogGeneration generation, LogServerOptions options, Owner owner) {
    this.host = host;
    this.logId = logId;
    this.epoch = generation.epoch();
    this.options = options;
    this.owner = owner;
    held = new HeldTags(generation, logId, options.tagsMax());
    reader = new LogReader(host);
  }

  /** A new log server whose chain begins behind {@code base}. */
  void create(long base) {
    index.startAbove(base);
    writer = new LogWriter(host, logId, epoch, options, segments, this);
    writer.start(base);
  }

  /** A segment found at a restart. */
  void addSegment(long number, long base) {
    segments.add(new SegmentIndex(number, base, options.markBytes()));
  }

  /** A frame found at a restart, in the last segment added. */
  void addFrame(long version, int frameBytes, Bytes payload) {
    segments.last().add(version, frameBytes, held.of(payload));
  }

  /** After the last frame found at a restart. */
  void reopened(long end) {
    restartedEnd = end;
    index.startAbove(end);
  }

  boolean holds(int tag) {
    return held.holds(tag);
  }

  /**
   * The held tags of a payload.
   *
   * @throws io.ashlar.core.MalformedException when the bytes are no tagged mutations
   */
  int[] tagsOf(Bytes payload) {
    return held.of(payload);
  }

  /** Takes the next version of the chain; readable at once, durable later. */
  void add(long version, long previous, long knownCommitted, int[] tags, Bytes payload) {
    Bytes kept = tags.length == 0 ? Bytes.EMPTY : payload;
    LogEntry entry = new LogEntry(version, previous, knownCommitted, tags, kept);
    index.add(entry);
    writer.add(entry);
  }

  /** At the end of a batch of events. */
  void flush() {
    if (writer != null) {
      writer.flush();
      boolean evictAll = host.faults().at("log.evict-all");
      index.evict(evictAll ? 0 : options.memoryBytesMax());
    }
  }

  @Override
  public void onDurable() {
    owner.onDurable();
  }

  @Override
  public void onRetired(DurableFile file) {
    reader.retire(file);
    deletePopped();
  }

  long durable() {
    return writer == null ? restartedEnd : writer.durable();
  }

  boolean isStarted() {
    return writer.isStarted();
  }

  long unflushedBytes() {
    return writer == null ? 0 : writer.pendingBytes();
  }

  long bytesInMemory() {
    return index.bytes() + unflushedBytes();
  }

  long bytesOnDisk() {
    return segments.sizeBytes();
  }

  int segmentCount() {
    return segments.count();
  }

  long syncCount() {
    return writer == null ? 0 : writer.syncCount();
  }

  long poppedThrough(int tag) {
    return index.poppedThrough(tag);
  }

  /**
   * Lets go of the tag's entries at or below {@code through}, which is not above the end. Anybody
   * may ask for any tag: of those that had no entry so far only so many are remembered. It makes no
   * difference for the others, since what comes later lies above.
   */
  void pop(int tag, long through) {
    if (held.hasSeen(tag) || index.tagCount() < options.tagsMax()) {
      index.pop(tag, through);
      deletePopped();
    }
  }

  /** One deletion at a time, so that a crash leaves no gap between segments. */
  private void deletePopped() {
    SegmentIndex first = deleting ? null : segments.firstIfPopped(index::poppedThrough);
    if (first == null || reader.isReading(first.number())) {
      return;
    }
    deleting = true;
    segments.removeFirst();
    host.trace().event("LogSegmentDeleted", "number", first.number(), "last", first.last());
    host.probes().hit("log.segment-deleted");
    host.disk()
        .delete(
            LogFiles.segmentName(first.number()),
            () -> {
              deleting = false;
              deletePopped();
            });
  }

  /** No higher than the lowest unpopped version; the largest long when everything is popped. */
  long firstUnpopped() {
    return Math.min(index.firstUnpopped(), segments.firstUnpopped(index::poppedThrough));
  }

  /** Whether the next entry of the tag from {@code from} has to be read back from a segment. */
  boolean isCold(int tag, long from) {
    return coldSegment(tag, from) != null;
  }

  private SegmentIndex coldSegment(int tag, long from) {
    if (from > index.coldThrough()) {
      return null;
    }
    SegmentIndex segment = segments.nextWith(tag, from);
    return segment != null && segment.nextOf(tag, from) <= index.coldThrough() ? segment : null;
  }

  /** Entries from memory, when {@link #isCold} says no; returns through which version. */
  long peek(int tag, long from, long end, int bytesMax, ByteWriter to) {
    return index.peek(tag, Math.max(from, index.coldThrough() + 1), end, bytesMax, to);
  }

  /** Whether another {@link #peekCold} has to wait. */
  boolean isReading() {
    return reader.isBusy();
  }

  /** Reads entries back from the segments, when {@link #isCold} says yes. */
  void peekCold(int tag, long from, int bytesMax, ColdPeek onPeek) {
    SegmentIndex segment = coldSegment(tag, from);
    Check.that(segment != null, "not cold: ", from);
    host.probes().hit("log.read-back");
    int readBytes = host.faults().at("log.read-back-little") ? 1 : options.readBytes();
    SegmentIndex.Span span = segment.spanFrom(segment.nextOf(tag, from), readBytes);
    DurableFile file = writer != null && segment == segments.last() ? writer.active() : null;
    reader.read(
        segment.number(),
        file,
        span,
        bytes -> {
          deletePopped();
          cutSpan(segment.number(), span, bytes, tag, from, bytesMax, onPeek);
        });
  }

  private void cutSpan(
      long number,
      SegmentIndex.Span span,
      Bytes bytes,
      int tag,
      long from,
      int bytesMax,
      ColdPeek onPeek) {
    SegmentCodec codec = new SegmentCodec(new SegmentId(logId, epoch, number));
    ByteWriter entries = new ByteWriter(1 << 12);
    byte[] array = bytes.unsafeArray();
    long through = span.through();
    boolean full = false;
    int at = 0;
    long given = from - 1;
    while (at < span.length()) {
      SegmentCodec.Frame frame =
          codec.readFrame(array, at, Math.min(array.length, span.length()), span.offset() + at);
      if (frame == null) {
        owner.onCorrupt(LogFiles.segmentName(number), span.offset() + at);
        return;
      }
      if (!full && frame.version() >= from) {
        Bytes payload = bytes.slice(frame.payloadAt(), frame.payloadAt() + frame.payloadLength());
        if (cutter.cut(tag, frame.version(), payload, bytesMax, entries)) {
          given = frame.version();
        } else {
          full = true;
          through = given;
        }
      }
      at += frame.sizeBytes();
    }
    onPeek.onRead(entries, through);
  }

  void close() {
    if (writer != null) {
      writer.close();
    }
  }

  void checkInvariants() {
    index.checkInvariants();
  }
}
