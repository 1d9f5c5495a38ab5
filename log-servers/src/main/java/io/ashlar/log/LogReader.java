package io.ashlar.log;

import io.ashlar.core.Bytes;
import io.ashlar.host.DurableFile;
import io.ashlar.host.Host;
import java.util.function.Consumer;

/** Reads stretches of segments back, one at a time. Handles are held only while they are read. */
final class LogReader {
  private final Host host;
  private long readingNumber;
  private DurableFile lent;
  private boolean closeLent;

  LogReader(Host host) {
    this.host = host;
  }

  boolean isBusy() {
    return readingNumber != 0;
  }

  boolean isReading(long number) {
    return readingNumber == number;
  }

  /**
   * Reads {@code span} of a segment.
   *
   * @param active the handle by which the segment is written, or null
   */
  void read(long number, DurableFile active, SegmentIndex.Span span, Consumer<Bytes> onRead) {
    readingNumber = number;
    if (active != null) {
      lent = active;
      closeLent = false;
      readFrom(active, span, onRead);
    } else {
      host.disk()
          .open(
              LogFiles.segmentName(number),
              0,
              file -> {
                lent = file;
                closeLent = true;
                readFrom(file, span, onRead);
              });
    }
  }

  private void readFrom(DurableFile file, SegmentIndex.Span span, Consumer<Bytes> onRead) {
    file.read(
        span.offset(),
        span.length(),
        bytes -> {
          if (closeLent) {
            lent.close();
          }
          lent = null;
          readingNumber = 0;
          onRead.accept(bytes);
        });
  }

  /** A handle that is not written any more: closed now, or after the read that uses it. */
  void retire(DurableFile file) {
    if (lent == file) {
      closeLent = true;
    } else {
      file.close();
    }
  }
}
