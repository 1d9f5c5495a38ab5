package io.ashlar.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Rows that are fetched as they are asked for. Each iterator reads anew. */
public interface AsyncIterable<T> extends Iterable<T> {
  /** Begins to fetch, and iterates. */
  @Override
  AsyncIterator<T> iterator();

  /**
   * All rows, in memory together. Fails, as every read, through the future. For a range that may be
   * long, iterate, or read it in parts ({@code io.ashlar.layer.RangePart}).
   */
  CompletableFuture<List<T>> asList();
}
