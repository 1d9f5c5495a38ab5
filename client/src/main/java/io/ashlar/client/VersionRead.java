package io.ashlar.client;

import java.util.function.ToLongFunction;

/** Waits for the session's read version, for that itself or for the store time at it. */
final class VersionRead extends Operation {
  private final ClientTransaction transaction;
  private final ToLongFunction<Session> wanted;
  private final ClientFuture<Long> future;

  VersionRead(
      Session session,
      ClientTransaction transaction,
      ToLongFunction<Session> wanted,
      ClientFuture<Long> future) {
    super(session);
    this.wanted = wanted;
    this.transaction = transaction;
    this.future = future;
  }

  @Override
  void start(ClientRole role) {
    if (session.hasVersion()) {
      role.end(this);
    } else {
      role.awaitVersion(this);
    }
  }

  @Override
  void finish() {
    transaction.readEnded(session, error() == null);
    if (error() == null) {
      future.complete(wanted.applyAsLong(session));
    } else {
      future.completeExceptionally(error());
    }
  }
}
