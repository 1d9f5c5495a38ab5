package io.ashlar.client;

import io.ashlar.core.AshlarException;
import java.util.function.Consumer;

/** Waits, for a random part of a step, before a transaction is tried again. */
final class RetryDelay extends Operation {
  private final long stepNanos;
  private final Consumer<AshlarException> onExecutor;

  RetryDelay(Session session, long stepNanos, Consumer<AshlarException> onExecutor) {
    super(session);
    this.stepNanos = stepNanos;
    this.onExecutor = onExecutor;
  }

  @Override
  void start(ClientRole role) {
    long delayNanos = stepNanos == 0 ? 0 : 1 + role.host().random().nextLong(stepNanos);
    role.host().timers().schedule(delayNanos, () -> role.end(this));
  }

  @Override
  void finish() {
    onExecutor.accept(error());
  }
}
