package io.ashlar.host.contract;

import io.ashlar.host.Loop;
import io.ashlar.host.RoleHosts;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** A world of processes to try the ports in. Used by the test's thread alone. */
public interface PortWorld extends AutoCloseable {
  /** What of a disk fails. */
  enum DiskFailure {
    READ,
    WRITE,
    SYNC
  }

  /** A process of the world. */
  interface Process {
    /** Under which its roles are addressed; the same in every life. */
    String name();

    /** Of its present life. */
    Loop loop();

    /** Of its present life; to be used on its loop. */
    RoleHosts hosts();

    /** Cuts every connection it has; both sides hear of it, or one. It can connect again. */
    void cutConnections();

    /** Ends its life at once; of its files that is left which a crash leaves. */
    void kill();

    /** The next operation of that kind on its disk fails. */
    void failDisk(DiskFailure kind);

    /** Whether it has stopped because its disk failed. */
    boolean hasStopped();

    /** Begins a new life after a kill or a stop: same name, same files, no roles. */
    void restart();
  }

  /** A new process, with an empty disk of its own, that others can connect to. */
  Process newProcess(String name);

  /**
   * Lets the world go on until the condition holds, and fails when it does not within a generous
   * bound. What the condition looks at is safe to look at from any thread.
   */
  void runUntil(String what, BooleanSupplier condition);

  /** Ends all processes. Fails when one of them failed by itself. */
  @Override
  void close();

  /** Runs something on a process's loop and gives its result. */
  default <T> T call(Process process, Supplier<T> task) {
    AtomicReference<T> result = new AtomicReference<>();
    AtomicReference<Boolean> done = new AtomicReference<>(false);
    process
        .loop()
        .execute(
            () -> {
              result.set(task.get());
              done.set(true);
            });
    runUntil("a task on the loop", done::get);
    return result.get();
  }

  /** Runs something on a process's loop. */
  default void run(Process process, Runnable task) {
    call(
        process,
        () -> {
          task.run();
          return null;
        });
  }
}
