package io.ashlar.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Rows that are fetched as they are asked for. Each iterator reads anew. */
public interface AsyncIterable<T> extends Iterable<T> {
  /** Begins to fetch, and iterates. */
  @Override
  AsyncIterator<T> iterator();

  /** All rows, fetched in pages as large as they come. */
  CompletableFuture<List<T>> asList();
}
