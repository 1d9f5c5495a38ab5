package io.ashlar.layer;

import io.ashlar.client.AsyncIterator;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.StreamingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * As many rows of a range as one reads without outliving the transaction: those who want more go on
 * behind the last one, at a later version if need be. At least one row, if there is any.
 *
 * @param rows in the order of reading
 * @param hasMore false when there are no more rows; else there may be some
 */
public record RangePart(List<KeyValue> rows, boolean hasMore) {
  /**
   * So many rows are read however long it takes: who asks for few gets them all, and is not
   * surprised on the day on which a disk hangs for a while.
   */
  public static final int WHOLE_ROWS = 1_000;

  /** Reading stops after so many bytes of keys and values: they are all in memory. */
  public static final long BYTES_MAX = 16_000_000;

  /**
   * So long a page may take. A transaction lasts five seconds, and one that fails then is begun
   * anew, for ever if it takes as long each time; there must be room for what is done with the
   * rows.
   */
  private static final Duration PAGE = Duration.ofSeconds(2);

  /** So long one may read at one version. */
  private static final Duration ONE_VERSION = Duration.ofSeconds(4);

  /** When a page that begins now must have ended, by the clock of the database. */
  public static long endOfPage(ReadTransaction reads) {
    return reads.environment().nowNanos() + PAGE.toNanos();
  }

  /** When whatever begins now and needs one version must have ended. */
  public static long endOfVersion(ReadTransaction reads) {
    return reads.environment().nowNanos() + ONE_VERSION.toNanos();
  }

  /** Whether an end has been reached. */
  public static boolean isOver(ReadTransaction reads, long end) {
    return reads.environment().nowNanos() - end >= 0;
  }

  /**
   * Reads rows.
   *
   * @param limit of rows, at least one
   * @param end when reading stops if {@link #WHOLE_ROWS} have been read, as {@link #endOfPage}
   *     gives it
   */
  public static CompletableFuture<RangePart> read(
      ReadTransaction reads, Range range, int limit, boolean reverse, long end) {
    return read(reads, range, limit, reverse, BYTES_MAX, end);
  }

  /**
   * Reads rows, and fewer bytes of them.
   *
   * @param bytesMax after which reading stops, keys and values together
   */
  public static CompletableFuture<RangePart> read(
      ReadTransaction reads, Range range, int limit, boolean reverse, long bytesMax, long end) {
    if (Arrays.compareUnsigned(range.begin, range.end) >= 0) {
      return CompletableFuture.completedFuture(new RangePart(List.of(), false));
    }
    Reading reading = new Reading(reads, range, limit, reverse, bytesMax, end);
    return Repeat.whileTrue(reading::go).thenApply(done -> reading.part());
  }

  /** Reading, until enough has been read. */
  private static final class Reading {
    private final ReadTransaction reads;
    private final AsyncIterator<KeyValue> found;
    private final int limit;
    private final long bytesMax;
    private final long end;
    private final List<KeyValue> rows = new ArrayList<>();
    private long bytes;
    private boolean isAtTheEnd;

    Reading(
        ReadTransaction reads, Range range, int limit, boolean reverse, long bytesMax, long end) {
      this.reads = reads;
      this.found = reads.getRange(range, limit, reverse, StreamingMode.WANT_ALL).iterator();
      this.limit = limit;
      this.bytesMax = bytesMax;
      this.end = end;
    }

    CompletableFuture<Boolean> go() {
      return found.onHasNext().thenApply(this::take);
    }

    /** Takes what has arrived; gives whether more is to be waited for. */
    private boolean take(boolean has) {
      boolean more = has;
      while (more) {
        KeyValue row = found.next();
        rows.add(row);
        bytes += row.getKey().length + row.getValue().length;
        boolean isLate = rows.size() >= WHOLE_ROWS && isOver(reads, end);
        if (rows.size() == limit || bytes >= bytesMax || isLate) {
          found.cancel();
          return false;
        }
        CompletableFuture<Boolean> next = found.onHasNext();
        if (!next.isDone() || next.isCompletedExceptionally()) {
          return true;
        }
        more = next.join();
      }
      isAtTheEnd = true;
      return false;
    }

    RangePart part() {
      return new RangePart(Collections.unmodifiableList(rows), !isAtTheEnd);
    }
  }
}
