package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeySelector;
import io.ashlar.core.Keys;
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
    ClientTransaction transaction = reader.transaction();
    ClientFuture<byte[]> future = transaction.database().newFuture();
    KeyResolution resolution = new KeyResolution(reader, selector, future);
    KeyFetch fetch;
    synchronized (transaction) {
      Attempt attempt = transaction.attempt();
      boolean ownWrites =
          !attempt.writes.map().isEmpty()
              && transaction.settings().seesOwnWrites(reader.isSnapshot());
      try {
        fetch = ownWrites ? null : resolution.fetch(attempt);
      } catch (AshlarException e) {
        future.completeExceptionally(e);
        return future;
      }
    }
    if (fetch == null) {
      resolution.begin();
    } else {
      transaction.database().post(fetch);
    }
    return future;
  }

  /**
   * Where the transaction's own writes have no say, a storage server counts, and no row has to
   * travel. With the monitor held; null when there is nothing to ask.
   */
  private KeyFetch fetch(Attempt attempt) {
    attempt.expectActive();
    Bytes readEnd = reader().transaction().settings().readEnd();
    Bytes origin = origin(selector, readEnd);
    KeyFetch fetch =
        new KeyFetch(
            attempt.session,
            origin,
            selector.offset(),
            readEnd,
            (found, error) -> onKey(attempt, origin, readEnd, found, error));
    if (fetch.hasRunOut()) {
      return null;
    }
    attempt.readBegun();
    return fetch;
  }

  private void onKey(
      Attempt attempt, Bytes origin, Bytes readEnd, Bytes found, AshlarException error) {
    ClientTransaction transaction = reader().transaction();
    if (error == null && !reader().isSnapshot()) {
      synchronized (transaction) {
        boolean forward = selector.offset() > 0;
        Bytes behind = found.compareTo(readEnd) < 0 ? Keys.after(found) : readEnd;
        attempt.readConflicts.add(forward ? origin : found, forward ? behind : origin);
      }
    }
    transaction.readEnded(attempt.session, error == null);
    if (error == null) {
      future.complete(found.toArray());
    } else {
      future.completeExceptionally(error);
    }
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
