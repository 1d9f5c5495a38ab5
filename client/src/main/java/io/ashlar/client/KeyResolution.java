package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeySelector;
import java.util.concurrent.CompletableFuture;

/** Finds the key that a selector names. */
final class KeyResolution extends RangeProcedure {
  private final KeySelector selector;
  private final ClientFuture<byte[]> future;
  private Bytes key;

  private KeyResolution(
      TransactionReader reader, KeySelector selector, ClientFuture<byte[]> future) {
    super(reader);
    this.selector = selector;
    this.future = future;
  }

  static CompletableFuture<byte[]> begin(TransactionReader reader, KeySelector selector) {
    ClientFuture<byte[]> future = reader.transaction().database().newFuture();
    new KeyResolution(reader, selector, future).begin();
    return future;
  }

  @Override
  RangeMerge first() {
    return resolution(selector);
  }

  @Override
  RangeMerge next(RangeMerge done) {
    key = resolved(selector, done);
    addConflicts(done.dependencies());
    return null;
  }

  @Override
  void succeed() {
    future.complete(key.toArray());
  }

  @Override
  void fail(AshlarException error) {
    future.completeExceptionally(error);
  }
}
