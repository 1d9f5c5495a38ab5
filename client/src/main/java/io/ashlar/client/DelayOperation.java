package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.host.Timers;
import java.util.function.Consumer;

/** A timer on the loop for something beside it. */
final class DelayOperation extends Operation {
  /** Longer is for ever; so that times are added without an overflow. */
  private static final long NANOS_MAX = 1L << 60;

  private final ClientDatabase database;
  private final long nanos;
  private final Consumer<AshlarException> onExecutor;

  /** The loop's. */
  private Timers.Timer timer;

  /**
   * @param onExecutor is given null when the time has passed, or why it never will have; not called
   *     after {@link #cancel} unless it is on its way
   */
  DelayOperation(ClientDatabase database, long nanos, Consumer<AshlarException> onExecutor) {
    super(database.detached());
    this.database = database;
    this.nanos = Math.min(nanos, NANOS_MAX);
    this.onExecutor = onExecutor;
  }

  @Override
  void start(ClientRole role) {
    timer = role.host().timers().schedule(nanos, () -> role.end(this));
  }

  /** From any thread: nobody waits any more. */
  void cancel() {
    database.post(
        new LoopTask(
            session,
            role -> {
              if (!isEnded()) {
                timer.cancel();
                role.fail(this, new AshlarException(ErrorCode.OPERATION_CANCELLED));
              }
            }));
  }

  @Override
  void finish() {
    onExecutor.accept(error());
  }
}
