package io.ashlar.simulation.program;

import io.ashlar.core.SuppressForbidden;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;

/**
 * Waits, in the world's thread, for a program to give its turn back, and tells where that program
 * stands when it does not. In real time: a thread that waits for something outside of the world
 * does so while virtual time stands still.
 */
final class BlockedThreadWatch {
  private static final int FRAMES_MAX = 24;
  private static final List<Class<?>> MACHINERY =
      List.of(
          Turn.class,
          ProgramThread.class,
          ProgramThreads.class,
          ProgramHost.class,
          BlockedThreadWatch.class);

  private final long limitNanos;

  /**
   * @param limitNanos 0 for none
   */
  BlockedThreadWatch(long limitNanos) {
    this.limitNanos = limitNanos == 0 ? Long.MAX_VALUE : limitNanos;
  }

  /**
   * Returns when the turn is back.
   *
   * @throws ThreadBlocked when it is not in time, or the calling thread was interrupted
   */
  @SuppressForbidden("how long a program holds up the world is real time, and ends the run")
  void awaitBack(Turn turn, ProgramThread thread) {
    if (turn.await(limitNanos)) {
      return;
    }
    long begun = System.nanoTime();
    while (!turn.await(limitNanos)) {
      if (Thread.currentThread().isInterrupted()) {
        throw blocked(thread, "was running when the test was interrupted");
      }
      if (System.nanoTime() - begun >= limitNanos) {
        throw blocked(
            thread,
            "has not waited for the database for "
                + limitNanos / 1_000_000 / 1e3
                + " s of real time");
      }
    }
  }

  private static ThreadBlocked blocked(ProgramThread thread, String how) {
    StringBuilder text = new StringBuilder(thread.label());
    text.append(' ').append(how).append(". Its thread is ").append(thread.thread().getState());
    ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.thread().getId());
    if (info != null && info.getLockName() != null) {
      text.append(" on ").append(info.getLockName());
      if (info.getLockOwnerName() != null) {
        text.append(", which the thread '").append(info.getLockOwnerName()).append("' holds");
      }
    }
    text.append(place(thread.thread()));
    text.append(
            "\n  In the simulator one thread runs at a time, and only who waits for a future of")
        .append(" the database, or sleeps through its handle, lets others run. In place of")
        .append(" Thread.sleep use delayBlocking of the database's environment; in place of a")
        .append(" foreign future what environment().adopt(future) gives; in place of threads and")
        .append(" queues, spawn and its join. Hold no lock while you wait for the database.");
    return new ThreadBlocked(text.toString());
  }

  /** The frames of a thread, without those of the machinery it waits through. */
  static String place(Thread thread) {
    List<StackTraceElement> frames = new ArrayList<>();
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (!isMachinery(frame.getClassName())) {
        frames.add(frame);
      }
    }
    StringBuilder text = new StringBuilder();
    for (StackTraceElement frame : frames.subList(0, Math.min(frames.size(), FRAMES_MAX))) {
      text.append("\n    at ").append(frame.getClassName()).append('.');
      text.append(frame.getMethodName()).append('(').append(frame.getFileName());
      text.append(':').append(frame.getLineNumber()).append(')');
    }
    return text.toString();
  }

  private static boolean isMachinery(String className) {
    for (Class<?> own : MACHINERY) {
      if (className.equals(own.getName()) || className.startsWith(own.getName() + "$")) {
        return true;
      }
    }
    return className.startsWith("io.ashlar.client.")
        || className.startsWith("java.util.concurrent.locks.")
        || className.startsWith("jdk.internal.")
        || className.equals("java.lang.Thread");
  }
}
