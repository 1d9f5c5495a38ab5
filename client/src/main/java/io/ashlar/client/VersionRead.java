package io.ashlar.client;

/** Waits for the session's read version. */
final class VersionRead extends Operation {
  private final ClientTransaction transaction;
  private final ClientFuture<Long> future;

  VersionRead(Session session, ClientTransaction transaction, ClientFuture<Long> future) {
    super(session);
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
      future.complete(session.version());
    } else {
      future.completeExceptionally(error());
    }
  }
}
