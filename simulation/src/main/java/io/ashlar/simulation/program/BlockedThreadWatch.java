package io.ashlar.simulation.program;

import io.ashlar.core.SuppressForbidden;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

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

  /** How often a thread that does not give its turn back is looked at. */
  private static final long LOOK_NANOS = 500_000_000;

  private final long limitNanos;
  private final LongPredicate isProgram;

  /**
   * @param limitNanos 0 for none
   * @param isProgram whether a thread, by its number, is one of those that take turns
   */
  BlockedThreadWatch(long limitNanos, LongPredicate isProgram) {
    this.limitNanos = limitNanos == 0 ? Long.MAX_VALUE : limitNanos;
    this.isProgram = isProgram;
  }

  /**
   * Returns when the turn is back.
   *
   * @throws ThreadBlocked when it is not in time, or the calling thread was interrupted
   */
  @SuppressForbidden("how long a program holds up the world is real time, and ends the run")
  void awaitBack(Turn turn, ProgramThread thread) {
    long lookNanos = Math.min(limitNanos, LOOK_NANOS);
    if (turn.await(lookNanos)) {
      return;
    }
    long begun = System.nanoTime();
    while (!turn.await(lookNanos)) {
      if (Thread.currentThread().isInterrupted()) {
        throw blocked(thread, "was running when the test was interrupted");
      }
      if (waitsForProgram(thread)) {
        throw blocked(thread, "waits for a lock of a program that does not run meanwhile");
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

  /** Whoever holds the lock waits for the database, and so for this thread: it takes no limit. */
  private boolean waitsForProgram(ProgramThread thread) {
    ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.thread().getId());
    return info != null && info.getLockOwnerId() >= 0 && isProgram.test(info.getLockOwnerId());
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
        .append(" the database, or in client.sleep, lets others run. In place of Thread.sleep use")
        .append(" client.sleep, or cluster.sleep in the test itself; in place of a foreign future")
        .append(" what environment().adopt(future) gives; in place of threads and queues,")
        .append(" cluster.spawn and its join. Hold no lock while you wait for the database.");
    return new ThreadBlocked(text.toString());
  }

  /** The frames of a thread, without those of the machinery it waits through. */
  static String place(Thread thread) {
    List<StackTraceElement> frames = new ArrayList<>();
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (isRunner(frame.getClassName())) {
        break;
      }
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

  /** Whether it, and all that called it, is there to run the code and not part of it. */
  private static boolean isRunner(String className) {
    return className.equals("java.lang.reflect.Method")
        || className.startsWith("org.junit.")
        || className.startsWith("io.ashlar.simulation.SimulatedRun$")
        || className.startsWith("io.ashlar.simulation.ProgramClients$");
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
        || className.contains("$$Lambda")
        || className.equals("java.lang.Thread");
  }
}
