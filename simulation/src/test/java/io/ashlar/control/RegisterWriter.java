package io.ashlar.control;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.host.Timers;
import io.ashlar.message.CoordinatorSet;
import java.util.function.LongSupplier;

/**
 * Locks the registers and writes to them a few times, again and again, and notes what it saw. Now
 * and then it gives a lock up, as an attempt that ends does.
 */
final class RegisterWriter implements Role {
  private static final long MILLIS = 1_000_000;
  private static final long PAUSE_MAX = 2_000 * MILLIS;
  private static final long PATIENCE_MAX = 8_000 * MILLIS;

  private final Host host;
  private final CoordinatorQuorum quorum;
  private final RegisterHistory history;
  private final LongSupplier now;
  private Timers.Timer next;
  private long lockBegan;
  private long last;
  private int writesLeft;

  /**
   * @param now the time of the whole world
   */
  RegisterWriter(Host host, CoordinatorSet set, RegisterHistory history, LongSupplier now) {
    this.host = host;
    this.quorum = new CoordinatorQuorum(host, set, QuorumOptions.defaults());
    this.history = history;
    this.now = now;
  }

  /** Does nothing any more. */
  void rest() {
    next.cancel();
    quorum.stop();
  }

  @Override
  public void start() {
    lockAfter(host.random().nextLong(PAUSE_MAX));
  }

  private void lockAfter(long nanos) {
    if (next != null) {
      next.cancel();
    }
    next = host.timers().schedule(nanos, this::lock);
  }

  private void lock() {
    lockBegan = now.getAsLong();
    quorum.lock(
        Uid.draw(host.random()),
        new CoordinatorQuorum.LockHandler() {
          @Override
          public void onUnreadable(String why) {
            throw new AssertionError(why);
          }

          @Override
          public void onLocked(RegisterGeneration generation, Bytes stateOrNull) {
            RegisterWriter.this.onLocked(generation, stateOrNull);
          }

          @Override
          public void onMoved(CoordinatorSet elsewhere) {
            throw new AssertionError("nobody moves it");
          }
        });
    lockAfter(host.random().nextLong(PATIENCE_MAX));
  }

  private void onLocked(RegisterGeneration generation, Bytes stateOrNull) {
    last = stateOrNull == null ? RegisterHistory.NOTHING : new ByteReader(stateOrNull).getLong();
    history.locked(lockBegan, now.getAsLong(), last);
    writesLeft = 1 + host.random().nextInt(5);
    write(generation);
    if (host.random().nextBoolean()) {
      // Without waiting for the first.
      write(generation);
    }
  }

  private void write(RegisterGeneration generation) {
    if (writesLeft == 0) {
      return;
    }
    writesLeft--;
    long id = 1 + history.writeCount();
    history.writes(id, last, now.getAsLong());
    last = id;
    quorum.write(
        generation,
        new ByteWriter(8).putLong(id).toBytes(),
        written -> {
          if (written) {
            history.accepted(id, now.getAsLong());
            write(generation);
          } else {
            writesLeft = 0;
            lockAfter(host.random().nextLong(PAUSE_MAX));
          }
        });
  }

  @Override
  public void onMessage(Inbound inbound) {}

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {}
}
