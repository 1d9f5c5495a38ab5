package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeySelector;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** The rows of a range, page by page. */
final class RangeRows implements AsyncIterable<KeyValue> {
  private final TransactionReader reader;
  private final KeySelector begin;
  private final KeySelector end;
  private final int limit;
  private final boolean reverse;
  private final StreamingMode mode;

  RangeRows(
      TransactionReader reader,
      KeySelector begin,
      KeySelector end,
      int limit,
      boolean reverse,
      StreamingMode mode) {
    this.reader = reader;
    this.begin = begin;
    this.end = end;
    this.limit = limit;
    this.reverse = reverse;
    this.mode = Objects.requireNonNull(mode, "the streaming mode is null");
  }

  @Override
  public AsyncIterator<KeyValue> iterator() {
    RowIterator iterator = new RowIterator(mode);
    iterator.onHasNext();
    return iterator;
  }

  @Override
  public CompletableFuture<List<KeyValue>> asList() {
    StreamingMode whole = mode == StreamingMode.ITERATOR ? StreamingMode.WANT_ALL : mode;
    AllRows all = new AllRows(new Pages(whole));
    all.collect();
    return all.future;
  }

  /** Asks for one page after the other. For one thread at a time. */
  private final class Pages {
    private final StreamingMode pageMode;
    private KeySelector nextBegin = begin;
    private KeySelector nextEnd = end;
    private int rowsLeft = limit;
    private int pagesRead;
    private boolean hasMore = true;

    Pages(StreamingMode pageMode) {
      this.pageMode = pageMode;
    }

    CompletableFuture<PageRead.Page> read() {
      boolean exact = pageMode == StreamingMode.EXACT;
      int bytes = pageMode.pageBytes(pagesRead);
      PageRead read = new PageRead(reader, nextBegin, nextEnd, rowsLeft, exact, bytes, reverse);
      read.begin();
      return read.future();
    }

    void take(PageRead.Page page) {
      pagesRead++;
      hasMore = page.hasMore();
      if (limit != ReadTransaction.ROW_LIMIT_UNLIMITED) {
        rowsLeft -= page.rows().size();
        hasMore = hasMore && rowsLeft > 0;
      }
      if (hasMore && reverse) {
        nextEnd = KeySelector.firstGreaterOrEqual(page.last());
      } else if (hasMore) {
        nextBegin = KeySelector.firstGreaterThan(page.last());
      }
    }
  }

  /** Collects all pages. */
  private final class AllRows {
    final ClientFuture<List<KeyValue>> future = reader.transaction().database().newFuture();
    private final Pages pages;
    private final List<KeyValue> rows = new ArrayList<>();

    AllRows(Pages pages) {
      this.pages = pages;
    }

    void collect() {
      while (pages.hasMore) {
        CompletableFuture<PageRead.Page> page = pages.read();
        if (!page.isDone() || page.isCompletedExceptionally()) {
          page.whenComplete(this::onPage);
          return;
        }
        take(page.join());
      }
      future.complete(rows);
    }

    private void onPage(PageRead.Page page, Throwable error) {
      if (error != null) {
        future.completeExceptionally(Blocking.unwrap(error));
      } else {
        take(page);
        collect();
      }
    }

    private void take(PageRead.Page page) {
      rows.addAll(page.rows());
      pages.take(page);
    }
  }

  private final class RowIterator implements AsyncIterator<KeyValue> {
    private final Pages pages;
    private List<KeyValue> rows = List.of();
    private int next;
    private CompletableFuture<Boolean> pending;
    private boolean cancelled;

    RowIterator(StreamingMode pageMode) {
      this.pages = new Pages(pageMode);
    }

    @Override
    public CompletableFuture<Boolean> onHasNext() {
      ClientDatabase database = reader.transaction().database();
      if (cancelled) {
        return database.failed(new AshlarException(ErrorCode.OPERATION_CANCELLED));
      }
      if (pending != null && !pending.isDone()) {
        return pending;
      }
      if (next < rows.size()) {
        return database.completed(true);
      }
      if (!pages.hasMore) {
        return database.completed(false);
      }
      if (pending == null || !pending.isCompletedExceptionally()) {
        pending = pages.read().thenApply(this::take);
      }
      return pending;
    }

    private Boolean take(PageRead.Page page) {
      rows = page.rows();
      next = 0;
      pages.take(page);
      return !rows.isEmpty();
    }

    @Override
    public boolean hasNext() {
      return Blocking.join(onHasNext());
    }

    @Override
    public KeyValue next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more rows");
      }
      return rows.get(next++);
    }

    @Override
    public void cancel() {
      cancelled = true;
      if (pending != null) {
        pending.completeExceptionally(new AshlarException(ErrorCode.OPERATION_CANCELLED));
      }
    }
  }
}
