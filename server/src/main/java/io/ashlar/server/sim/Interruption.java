package io.ashlar.server.sim;

import io.ashlar.core.SuppressForbidden;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets work come to its end in good order when the process is told to end, by Ctrl-C or a signal:
 * whoever works asks {@link #isThere}, keeps what there is, and closes this. The process waits for
 * that, but not long.
 */
@SuppressForbidden("ends with the process, in real time")
public final class Interruption implements AutoCloseable {
  private static final long WAIT_SECONDS = 20;

  private final CountDownLatch worked = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean there;

  /**
   * Waits for it from now on.
   *
   * @param onInterruption is run when it comes, by another thread
   */
  public Interruption(Runnable onInterruption) {
    hook = new Thread(() -> interrupt(onInterruption), "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** What the process does when it is told to end. */
  void interrupt(Runnable onInterruption) {
    there = true;
    onInterruption.run();
    try {
      worked.await(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it has come; for any thread. */
  public boolean isThere() {
    return there;
  }

  /** The work is done, and all is written that is to be kept. */
  @Override
  public void close() {
    worked.countDown();
    if (!there) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException endsAnyway) {
        // The process ends for another reason; the hook finds that nothing is left to wait for.
      }
    }
  }
}
