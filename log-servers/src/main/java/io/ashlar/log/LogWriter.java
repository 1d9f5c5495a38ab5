package io.ashlar.log;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.Uid;
import io.ashlar.host.DurableFile;
import io.ashlar.host.Host;
import java.util.ArrayDeque;

/**
 * Appends the chain to segment files, group by group: one group is appended and synced, meanwhile
 * entries collect, and they are the next group.
 *
 * <p>A group is never appended before the one in front of it is durable, and never spans two
 * segments. {@link SegmentScan} relies on both.
 */
final class LogWriter {
  /** The log server as the writer sees it. */
  interface Owner {
    /** A later event: everything up to {@link LogWriter#durable} is durable. */
    void onDurable();

    /** The segment is full and its handle not used for appending any more: close it. */
    void onRetired(DurableFile file);
  }

  /** When a segment is reserved late, it is so within this time. */
  private static final long RESERVE_LATER_NANOS = 10_000_000_000L;

  private final Host host;
  private final Uid logId;
  private final long epoch;
  private final LogServerOptions options;
  private final SegmentList segments;
  private final Owner owner;
  private final ArrayDeque<LogEntry> pending = new ArrayDeque<>();
  private long pendingBytes;
  private SegmentCodec codec;
  private DurableFile active;
  private boolean headerPending;
  private DurableFile next;
  private boolean openingNext;
  private boolean syncing;
  private boolean headerDurable;
  private long durable;
  private long syncCount;

  LogWriter(
      Host host,
      Uid logId,
      long epoch,
      LogServerOptions options,
      SegmentList segments,
      Owner owner) {
    this.host = host;
    this.logId = logId;
    this.epoch = epoch;
    this.options = options;
    this.segments = segments;
    this.owner = owner;
  }

  /** Creates the first segment; the chain begins behind {@code base}. */
  void start(long base) {
    durable = base;
    host.disk()
        .open(
            LogFiles.segmentName(1),
            options.segmentBytes(),
            file -> {
              begin(file, base);
              flush();
            });
  }

  private void begin(DurableFile file, long base) {
    Check.that(file.size() == 0, "a new segment with content: ", file.name());
    long number = segments.count() == 0 ? 1 : segments.last().number() + 1;
    segments.add(new SegmentIndex(number, base, options.markBytes()));
    codec = new SegmentCodec(new SegmentId(logId, epoch, number));
    active = file;
    headerPending = true;
  }

  /** The next entry of the chain; written at the next {@link #flush}. */
  void add(LogEntry entry) {
    pending.add(entry);
    pendingBytes += entry.payload.length();
  }

  /** At the end of a batch of events: begins the next group when none is under way. */
  void flush() {
    if (active == null || syncing || (pending.isEmpty() && !headerPending)) {
      return;
    }
    int groupBytesMax = host.faults().at("log.group-of-one") ? 1 : options.groupBytesMax();
    int groupBytes = 0;
    int count = 0;
    for (LogEntry entry : pending) {
      int frameBytes = SegmentCodec.FRAME_HEADER_BYTES + entry.payload.length();
      if (count > 0 && groupBytes + frameBytes > groupBytesMax) {
        host.probes().hit("log.group-full");
        break;
      }
      groupBytes += frameBytes;
      count++;
    }
    SegmentIndex segment = segments.last();
    boolean full =
        segment.sizeBytes() + groupBytes > options.segmentBytes()
            || host.faults().at("log.end-segment");
    if (full && segment.last() > segment.base()) {
      if (next != null) {
        switchSegment();
      } else {
        // It grows over its reserved size, which is only slower.
        host.probes().hit("log.no-next-segment-yet");
      }
    }
    writeGroup(count, groupBytes);
    openNext();
  }

  private void switchSegment() {
    DurableFile retired = active;
    begin(next, segments.last().last());
    next = null;
    host.trace().event("LogSegmentBegun", "number", segments.last().number());
    owner.onRetired(retired);
  }

  private void writeGroup(int count, int groupBytes) {
    SegmentIndex segment = segments.last();
    int headerBytes = headerPending ? SegmentCodec.HEADER_BYTES : 0;
    byte[] group = new byte[headerBytes + groupBytes];
    if (headerPending) {
      codec.writeHeader(group, 0, segment.base());
      headerPending = false;
    }
    int at = headerBytes;
    for (int i = 0; i < count; i++) {
      LogEntry entry = pending.pollFirst();
      pendingBytes -= entry.payload.length();
      int frameBytes =
          codec.writeFrame(
              group,
              at,
              segment.sizeBytes(),
              entry.version,
              entry.previous,
              entry.knownCommitted,
              durable,
              entry.payload.unsafeArray());
      segment.add(entry.version, frameBytes, entry.tags);
      at += frameBytes;
      entry.appended = true;
      if (entry.readers == 0) {
        entry.payload = null;
      }
    }
    Check.that(at == group.length, "a group of another size: ", at);
    active.append(Bytes.wrap(group));
    syncing = true;
    long through = segment.last();
    active.sync(() -> onSynced(through));
  }

  private void onSynced(long through) {
    syncing = false;
    syncCount++;
    headerDurable = true;
    durable = through;
    owner.onDurable();
  }

  private void openNext() {
    SegmentIndex segment = segments.last();
    if (next != null || openingNext || segment.sizeBytes() * 2 < options.segmentBytes()) {
      return;
    }
    openingNext = true;
    if (host.faults().at("log.reserve-later")) {
      // As if the disk were slow to find room: meanwhile the present segment grows.
      host.timers().schedule(host.random().nextLong(RESERVE_LATER_NANOS), this::reserveNext);
    } else {
      reserveNext();
    }
  }

  private void reserveNext() {
    SegmentIndex segment = segments.last();
    host.disk()
        .open(
            LogFiles.segmentName(segment.number() + 1),
            options.segmentBytes(),
            file -> {
              openingNext = false;
              next = file;
            });
  }

  /** The handle of the segment that is being written; others have none. */
  DurableFile active() {
    return active;
  }

  /** The last durable version: it and everything before it in the chain. */
  long durable() {
    return durable;
  }

  /** Whether the first segment exists durably. */
  boolean isStarted() {
    return headerDurable;
  }

  long pendingBytes() {
    return pendingBytes;
  }

  long syncCount() {
    return syncCount;
  }

  void close() {
    if (active != null) {
      active.close();
    }
    if (next != null) {
      next.close();
    }
  }
}
