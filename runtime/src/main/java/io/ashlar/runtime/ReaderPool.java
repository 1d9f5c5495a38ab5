package io.ashlar.runtime;

import io.ashlar.host.Readers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Threads that apply pure functions to immutable views. What one of them has done by the time its
 * queue is empty goes to the loop as one event.
 */
final class ReaderPool {
  /** Results in one event at most, so that the first need not wait long for the last. */
  private static final int BATCH_MAX = 32;

  /** A function to apply; afterwards, on the loop, its result to be given to the role. */
  private abstract static class Task implements Runnable {
    abstract void read();
  }

  private static final Task END =
      new Task() {
        @Override
        void read() {}

        @Override
        public void run() {}
      };

  private final RingLoop loop;
  private final LinkedBlockingQueue<Task> queue = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();

  ReaderPool(String hostName, RingLoop loop, int threadCount) {
    this.loop = loop;
    for (int i = 0; i < threadCount; i++) {
      Thread thread = new Thread(this::work, "ashlar-" + hostName + "-read-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** The port of one role. */
  Readers readers(RoleEvents events) {
    return new Readers() {
      @Override
      public <V, R> void submit(V immutableView, Function<V, R> read, Consumer<R> onDone) {
        queue.add(
            new Task() {
              private R result;

              @Override
              void read() {
                result = read.apply(immutableView);
              }

              @Override
              public void run() {
                events.run(() -> onDone.accept(result));
              }
            });
      }
    };
  }

  /** Ends the threads; what they have not begun is dropped. */
  void close() throws InterruptedException {
    queue.clear();
    for (int i = 0; i < threads.size(); i++) {
      queue.add(END);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void work() {
    try {
      while (!loop.isHalted()) {
        List<Task> done = new ArrayList<>();
        Task task = queue.take();
        while (task != null && task != END) {
          task.read();
          done.add(task);
          task = done.size() < BATCH_MAX ? queue.poll() : null;
        }
        if (!done.isEmpty()) {
          loop.publish(() -> done.forEach(Runnable::run));
        }
        if (task == END) {
          return;
        }
      }
    } catch (Throwable e) {
      // A reader's function failed: it belongs to a role, whose failures stop the host.
      loop.fail(e);
    }
  }
}
