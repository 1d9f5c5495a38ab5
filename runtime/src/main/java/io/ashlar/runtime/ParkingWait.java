package io.ashlar.runtime;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.WaitStrategy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * Parks the one consumer until something is published or its own deadline has come. A publisher
 * pays for a wake-up only when the consumer is parked, and takes no lock.
 *
 * <p>No wake-up is lost: the consumer says that it parks, then looks for events; a publisher
 * publishes, then looks whether the consumer parks; a full fence stands between the two steps of
 * each, so at least one of them sees the other.
 */
final class ParkingWait implements WaitStrategy {
  private static final VarHandle PARKED;

  static {
    try {
      PARKED = MethodHandles.lookup().findVarHandle(ParkingWait.class, "parked", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** {@link System#nanoTime} at which the clock of the consumer began. */
  private final long originNanos;

  private volatile boolean parked;
  private volatile Thread consumer;

  /** Written and read by the consumer alone. */
  private long deadlineNanos = Long.MAX_VALUE;

  ParkingWait(long originNanos) {
    this.originNanos = originNanos;
  }

  /** The consumer's next wait ends at this time of its clock, with a {@link TimeoutException}. */
  void wakeAt(long nanos) {
    deadlineNanos = nanos;
  }

  @Override
  public long waitFor(long sequence, Sequence cursor, Sequence dependent, SequenceBarrier barrier)
      throws AlertException, TimeoutException {
    if (cursor.get() < sequence) {
      park(sequence, cursor, barrier);
    }
    return dependent.get();
  }

  private void park(long sequence, Sequence cursor, SequenceBarrier barrier)
      throws AlertException, TimeoutException {
    if (consumer == null) {
      consumer = Thread.currentThread();
    }
    try {
      while (true) {
        parked = true;
        VarHandle.fullFence();
        if (cursor.get() >= sequence) {
          return;
        }
        barrier.checkAlert();
        if (deadlineNanos == Long.MAX_VALUE) {
          LockSupport.park(this);
        } else {
          long leftNanos = deadlineNanos - (System.nanoTime() - originNanos);
          if (leftNanos <= 0) {
            throw TimeoutException.INSTANCE;
          }
          LockSupport.parkNanos(this, leftNanos);
        }
        // An interrupt is nobody's signal here, and would keep the thread from parking again.
        Thread.interrupted();
      }
    } finally {
      parked = false;
    }
  }

  @Override
  public void signalAllWhenBlocking() {
    VarHandle.fullFence();
    // One publisher alone pays for the wake-up.
    if (parked && PARKED.compareAndSet(this, true, false)) {
      LockSupport.unpark(consumer);
    }
  }
}
