package io.ashlar.simulation;

import io.ashlar.core.SuppressForbidden;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells people at times how something goes on that takes long, until it is closed: a line whenever
 * there is another one than before. From a thread of its own.
 */
@SuppressForbidden("tells people in real time what a thread does that is busy")
final class Ticker implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /**
   * @param line what to tell at the moment; empty for nothing
   * @param to hears of it
   */
  Ticker(long intervalNanos, Supplier<String> line, Consumer<String> to) {
    thread = new Thread(() -> tell(intervalNanos, line, to), "progress");
    thread.setDaemon(true);
    thread.start();
  }

  private void tell(long intervalNanos, Supplier<String> line, Consumer<String> to) {
    String told = "";
    try {
      while (!closed.await(intervalNanos, TimeUnit.NANOSECONDS)) {
        String now = line.get();
        if (!now.isEmpty() && !now.equals(told)) {
          told = now;
          to.accept(now);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Nothing is told any more when this has returned. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
