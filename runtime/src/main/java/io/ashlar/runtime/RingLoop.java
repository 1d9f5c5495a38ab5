package io.ashlar.runtime;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.EventTranslatorOneArg;
import com.lmax.disruptor.ExceptionHandler;
import com.lmax.disruptor.RingBuffer;
import io.ashlar.core.Check;
import io.ashlar.host.Clock;
import io.ashlar.host.Loop;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread that handles events, behind a Disruptor ring that other threads publish to.
 *
 * <p>The thread works in turns. A turn is:
 *
 * <ol>
 *   <li>the events of the ring that are there, a bounded number;
 *   <li>due timers, and the events the loop itself queued (local messages, completions), until none
 *       is left; each time none is left the roles hear the end of the batch, which may queue more;
 *   <li>what was collected for other threads (frames, disk operations) is handed over.
 * </ol>
 *
 * <p>The loop itself never waits for anybody: it does not publish to its own ring, and other
 * threads take what it hands over from unbounded or bounded queues that do not block it.
 */
final class RingLoop implements Loop, Clock {
  /** What the loop runs for. All methods are called on the loop. */
  interface Owner {
    /** No event is at hand: the roles may send, sync and answer what they collected. */
    void onBatchEnd();

    /** A task from outside ran, which may have touched any role. */
    void onTask();

    /** The turn is over: hand over what was collected for other threads. */
    void onTurnEnd();

    /**
     * Nothing runs any more.
     *
     * @param failure what stopped the loop, or null when it was asked to stop
     */
    void onStopped(Throwable failure);
  }

  /** A place of the ring. */
  private static final class Slot {
    Runnable task;
  }

  private static final EventTranslatorOneArg<Slot, Runnable> SET =
      (slot, sequence, task) -> slot.task = task;

  /** A publisher that finds the ring full looks again after this time. */
  private static final long FULL_RETRY_NANOS = 50_000;

  /** The clock is read anew after this many events of the loop's own queue. */
  private static final int EVENTS_PER_CLOCK_READ = 16;

  private final Owner owner;
  private final int turnEventsMax;
  private final long originNanos = System.nanoTime();
  private final ParkingWait wait = new ParkingWait(originNanos);
  private final RingBuffer<Slot> ring;
  private final BatchEventProcessor<Slot> processor;
  private final Thread thread;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean halted;

  // Of the loop's thread alone.
  private final ArrayDeque<Runnable> hand = new ArrayDeque<>();
  private final TimerHeap timers = new TimerHeap();
  private final TimeoutWheel timeouts = new TimeoutWheel(0);
  private long nowNanos;
  private long wallMillis;
  private long wallReadAtNanos = -1;

  RingLoop(String name, HostOptions options, Owner owner) {
    this.owner = owner;
    this.turnEventsMax = options.turnEventsMax();
    ring = RingBuffer.createMultiProducer(Slot::new, options.ringSlots(), wait);
    Handler handler = new Handler();
    processor =
        new BatchEventProcessorBuilder()
            .setMaxBatchSize(options.batchEventsMax())
            .build(ring, ring.newBarrier(), handler);
    processor.setExceptionHandler(handler);
    ring.addGatingSequences(processor.getSequence());
    thread = new Thread(processor, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  // From any thread

  @Override
  public void execute(Runnable task) {
    Runnable event =
        () -> {
          owner.onTask();
          task.run();
        };
    if (isCurrent()) {
      enqueue(event);
    } else if (!publish(event)) {
      throw new RejectedExecutionException("the loop " + thread.getName() + " has stopped");
    }
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /**
   * Publishes an event, and waits while the ring is full: not for the loop's own thread.
   *
   * @return false when the loop has stopped, and the event will not run
   */
  boolean publish(Runnable event) {
    while (!halted) {
      if (ring.tryPublishEvent(SET, event)) {
        return true;
      }
      LockSupport.parkNanos(FULL_RETRY_NANOS);
    }
    return false;
  }

  /**
   * Publishes an event unless the ring is full. To a loop that has stopped everything can be
   * published: it will not run.
   */
  boolean tryPublish(Runnable event) {
    return halted || ring.tryPublishEvent(SET, event);
  }

  /** Stops the loop because of {@code cause}: not even the rest of the present turn runs. */
  void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      halt();
    }
  }

  /** Stops the loop after the present event. */
  void halt() {
    halted = true;
    processor.halt();
  }

  boolean isHalted() {
    return halted;
  }

  boolean hasFailed() {
    return failure.get() != null;
  }

  /** What has stopped it, from then on; null while nothing has. */
  Throwable failure() {
    return failure.get();
  }

  /** Waits until {@link Owner#onStopped} has returned. */
  void awaitStopped() throws InterruptedException {
    Check.that(!isCurrent(), "the loop cannot wait for its own end");
    stopped.await();
  }

  // From the loop's thread

  /** Queues an event of this loop, to be run later in this turn. */
  void enqueue(Runnable event) {
    hand.add(event);
  }

  TimerHeap timers() {
    return timers;
  }

  TimeoutWheel timeouts() {
    return timeouts;
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  /** Read at most once for each reading of the monotonic clock. */
  @Override
  public long wallMillis() {
    if (wallReadAtNanos != nowNanos) {
      wallReadAtNanos = nowNanos;
      wallMillis = System.currentTimeMillis();
    }
    return wallMillis;
  }

  private void readClock() {
    nowNanos = System.nanoTime() - originNanos;
  }

  private void turn() {
    int left = turnEventsMax;
    do {
      left = runTimers(left);
      left = runHand(left);
      if (halted) {
        return;
      }
      owner.onBatchEnd();
      readClock();
    } while (left > 0 && !halted && hasMore());
    if (halted) {
      return;
    }
    owner.onTurnEnd();
    wait.wakeAt(
        hand.isEmpty() ? Math.min(timers.firstDueNanos(), timeouts.nextWakeNanos()) : nowNanos);
  }

  private boolean hasMore() {
    return !hand.isEmpty() || timers.firstDueNanos() <= nowNanos;
  }

  private int runTimers(int budget) {
    readClock();
    int left = budget;
    TimeoutWheel.Entry timeout;
    while (left > 0 && !halted && (timeout = timeouts.pollExpired(nowNanos)) != null) {
      timeout.expire();
      left--;
    }
    TimerHeap.Entry timer;
    while (left > 0 && !halted && (timer = timers.pollDue(nowNanos)) != null) {
      timer.expire();
      left--;
    }
    return left;
  }

  private int runHand(int budget) {
    int left = budget;
    int untilClockRead = EVENTS_PER_CLOCK_READ;
    while (left > 0 && !halted) {
      Runnable event = hand.poll();
      if (event == null) {
        break;
      }
      if (--untilClockRead == 0) {
        readClock();
        untilClockRead = EVENTS_PER_CLOCK_READ;
      }
      event.run();
      left--;
    }
    return left;
  }

  /**
   * Called by the Disruptor's processor, on the loop. Its own handler of exceptions would end the
   * thread and let the process live on.
   */
  private final class Handler implements EventHandler<Slot>, ExceptionHandler<Slot> {
    @Override
    public void onEvent(Slot slot, long sequence, boolean endOfBatch) {
      Runnable task = slot.task;
      slot.task = null;
      if (halted) {
        return;
      }
      readClock();
      task.run();
      if (endOfBatch && !halted) {
        turn();
      }
    }

    @Override
    public void onTimeout(long sequence) {
      if (!halted) {
        turn();
      }
    }

    @Override
    public void onShutdown() {
      try {
        owner.onStopped(failure.get());
      } finally {
        stopped.countDown();
      }
    }

    @Override
    public void handleEventException(Throwable cause, long sequence, Slot slot) {
      fail(cause);
    }

    @Override
    public void handleOnStartException(Throwable cause) {
      fail(cause);
    }

    @Override
    public void handleOnShutdownException(Throwable cause) {
      fail(cause);
    }
  }
}
