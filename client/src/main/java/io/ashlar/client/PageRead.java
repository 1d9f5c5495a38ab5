package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeySelector;
import io.ashlar.core.Keys;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one page of a range: resolves its selectors where they are more than places, then reads.
 *
 * <p>Read conflicts: the stretch that was read, and what the resolutions looked at. One exception:
 * the page ended early, at a row, and the far end is counted away from the page (offset 2 or more
 * forwards, 0 or less in reverse). Then it is enough that fewer keys than the offset lie between
 * the far end's reference and that row; what lies behind the row does not matter.
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
  private final boolean needsLimit;
  private final long bytesMax;
  private final boolean reverse;
  private final ClientFuture<Page> future;

  private Step step;
  private Bytes from;
  private Bytes to;
  private List<KeyRange> beginDependencies = List.of();
  private List<KeyRange> endDependencies = List.of();
  private Page page = new Page(List.of(), null, false);

  /**
   * @param rowsMax {@link ReadTransaction#ROW_LIMIT_UNLIMITED} for all
   * @param needsLimit whether all is too many
   */
  PageRead(
      TransactionReader reader,
      KeySelector begin,
      KeySelector end,
      int rowsMax,
      boolean needsLimit,
      long bytesMax,
      boolean reverse) {
    super(reader);
    this.begin = begin;
    this.end = end;
    this.rowsMax = rowsMax;
    this.needsLimit = needsLimit;
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
    if (needsLimit && rowsMax == ReadTransaction.ROW_LIMIT_UNLIMITED) {
      throw new AshlarException(ErrorCode.EXACT_MODE_WITHOUT_LIMITS);
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
    return newMerge(new KeyRange(from, to), reverse, rows, bytesMax);
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
    Bytes position = done.position();
    addConflicts(
        page.hasMore && reverse && begin.offset() <= 0
            ? clip(beginDependencies, position, Keys.SYSTEM_END)
            : beginDependencies);
    addConflicts(
        page.hasMore && !reverse && end.offset() > 1
            ? clip(endDependencies, Keys.FIRST, position)
            : endDependencies);
  }

  private static List<KeyRange> clip(List<KeyRange> ranges, Bytes from, Bytes to) {
    KeyRange clip = new KeyRange(from, to);
    return ranges.stream().map(clip::intersection).toList();
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
