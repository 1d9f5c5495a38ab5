package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeySelector;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one page of a range: resolves its selectors where they are more than places, then reads.
 *
 * <p>Read conflicts: what the resolution of the near end looked at, and the stretch that was read.
 * What the resolution of the far end looked at counts only when the result depends on it, that is
 * unless the page ended before it and more rows inserted there could not have changed that.
 */
final class PageRead extends RangeProcedure {
  /**
   * The result.
   *
   * @param last the key of the last row, or null when there is none
   */
  record Page(List<KeyValue> rows, Bytes last, boolean hasMore) {}

  private enum Step {
    RESOLVING_BEGIN,
    RESOLVING_END,
    READING
  }

  private final KeySelector begin;
  private final KeySelector end;
  private final int rowsMax;
  private final long bytesMax;
  private final boolean reverse;
  private final ClientFuture<Page> future;

  private Step step;
  private Bytes from;
  private Bytes to;
  private List<KeyRange> beginDependencies = List.of();
  private List<KeyRange> endDependencies = List.of();
  private Page page = new Page(List.of(), null, false);

  PageRead(
      TransactionReader reader,
      KeySelector begin,
      KeySelector end,
      int rowsMax,
      long bytesMax,
      boolean reverse) {
    super(reader);
    this.begin = begin;
    this.end = end;
    this.rowsMax = rowsMax;
    this.bytesMax = bytesMax;
    this.reverse = reverse;
    this.future = reader.transaction().database().newFuture();
  }

  ClientFuture<Page> future() {
    return future;
  }

  @Override
  RangeMerge first() {
    if (rowsMax < 0) {
      throw new AshlarException(
          ErrorCode.RANGE_LIMITS_INVALID, "a limit of " + rowsMax + " rows; 0 is for no limit");
    }
    from = origin(begin);
    to = origin(end);
    if (begin.offset() >= end.offset() && from.compareTo(to) >= 0) {
      return null;
    }
    step = Step.RESOLVING_BEGIN;
    return isPlace(begin) ? resolveEnd() : resolution(begin);
  }

  private RangeMerge resolveEnd() {
    step = Step.RESOLVING_END;
    return isPlace(end) ? read() : resolution(end);
  }

  private RangeMerge read() {
    step = Step.READING;
    int rows = rowsMax == ReadTransaction.ROW_LIMIT_UNLIMITED ? Integer.MAX_VALUE : rowsMax;
    return reader().newMerge(attempt(), new KeyRange(from, to), reverse, rows, bytesMax);
  }

  @Override
  RangeMerge next(RangeMerge done) {
    switch (step) {
      case RESOLVING_BEGIN -> {
        from = resolved(begin, done);
        beginDependencies = done.dependencies();
        return resolveEnd();
      }
      case RESOLVING_END -> {
        to = resolved(end, done);
        endDependencies = done.dependencies();
        return read();
      }
      default -> {
        take(done);
        return null;
      }
    }
  }

  private void take(RangeMerge done) {
    List<KeyValue> rows = new ArrayList<>(done.rows().size());
    Bytes last = null;
    for (io.ashlar.core.KeyValue row : done.rows()) {
      last = row.key();
      rows.add(new KeyValue(row.key().toArray(), row.value().toArray()));
    }
    page = new Page(rows, last, done.hasMore());
    addConflicts(done.dependencies());
    // A page that ended early did so at a row. Whether that row is within an end that is counted
    // towards it (offset 2 or more, forwards) follows from the stretch that was read; the place of
    // an end that is counted back does not.
    boolean endMatters = reverse || end.offset() <= 0 || !page.hasMore;
    boolean beginMatters = !reverse || begin.offset() > 1 || !page.hasMore;
    if (beginMatters) {
      addConflicts(beginDependencies);
    }
    if (endMatters) {
      addConflicts(endDependencies);
    }
  }

  @Override
  void succeed() {
    future.complete(page);
  }

  @Override
  void fail(AshlarException error) {
    future.completeExceptionally(error);
  }
}
