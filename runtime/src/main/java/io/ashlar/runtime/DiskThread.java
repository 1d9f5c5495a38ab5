package io.ashlar.runtime;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that does a host's disk operations, in the order in which they were asked for.
 *
 * <p>It works in rounds: it takes everything that waits, writes what is appended, and then syncs
 * each file once for all who wait for it. What is asked for during a sync waits for the next round;
 * so there is one sync under way at a time, and the slower the disk, the more each sync carries.
 *
 * <p>An operation that fails is not tried again, and nothing is done after it: whether a sync that
 * failed has lost what it covered is not known, and a second one would not tell. The host stops.
 *
 * <p>Reserving the space of a new file takes long and nobody waits for its order, so it is done by
 * a second thread.
 */
final class DiskThread {
  /** An operation, on the disk thread. */
  interface Operation {
    void run(DiskRound round) throws IOException;
  }

  /** Bytes appended in one round at most, so that nobody's sync waits for a stream of others. */
  private static final long ROUND_BYTES_MAX = 64L << 20;

  private static final long RESERVER_KEPT_SECONDS = 5;

  private final RingLoop loop;
  private final FileLayer files;
  private final Path folder;
  private final Thread thread;
  private final ThreadPoolExecutor reserver;
  private final ConcurrentLinkedQueue<List<Operation>> queue = new ConcurrentLinkedQueue<>();
  private volatile boolean parked;
  private volatile boolean closing;
  private volatile boolean failed;

  /** The reserver's last thread. */
  private volatile Thread reserving;

  /** Of the loop alone: what the present turn has asked for. */
  private List<Operation> collected = new ArrayList<>();

  DiskThread(String hostName, RingLoop loop, FileLayer files, Path folder) {
    this.loop = loop;
    this.files = files;
    this.folder = folder;
    thread = new Thread(this::work, "ashlar-" + hostName + "-disk");
    thread.setDaemon(true);
    reserver =
        new ThreadPoolExecutor(
            1,
            1,
            RESERVER_KEPT_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              reserving = new Thread(task, "ashlar-" + hostName + "-reserve");
              reserving.setDaemon(true);
              return reserving;
            });
    reserver.allowCoreThreadTimeOut(true);
  }

  void start() {
    thread.start();
  }

  FileLayer files() {
    return files;
  }

  // On the loop

  /** Asks for an operation; it begins after the present turn. */
  void submit(Operation operation) {
    collected.add(operation);
  }

  /** At the end of a turn. */
  void handOver() {
    if (collected.isEmpty()) {
      return;
    }
    queue.add(collected);
    collected = new ArrayList<>();
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  // From any thread

  /**
   * Finishes what was handed over, and ends. To be called once nothing is handed over any more.
   *
   * @param unfinished leave undone what is not begun
   */
  void close(boolean unfinished) throws InterruptedException {
    if (unfinished) {
      failed = true;
    }
    closing = true;
    LockSupport.unpark(thread);
    thread.join();
  }

  // On the disk thread

  private void work() {
    DiskRound round = new DiskRound(this);
    try {
      deleteUnfinished();
      List<Operation> next;
      while ((next = take()) != null) {
        do {
          for (Operation operation : next) {
            if (failed) {
              return;
            }
            operation.run(round);
          }
        } while (round.appendedBytes() < ROUND_BYTES_MAX && (next = queue.poll()) != null);
        round.finish();
      }
    } catch (Throwable e) {
      onFailure(e);
    } finally {
      endReserver();
      round.closeFiles();
    }
  }

  /** What an earlier life was putting together when it ended; nobody else would ever find it. */
  private void deleteUnfinished() throws IOException {
    for (Path file : files.list(folder)) {
      if (file.getFileName().toString().endsWith(FileDisk.UNFINISHED)) {
        files.delete(file);
      }
    }
  }

  /** What waits, or null at the end. */
  private List<Operation> take() {
    while (!failed) {
      List<Operation> next = queue.poll();
      if (next != null) {
        return next;
      }
      if (closing) {
        return null;
      }
      // Between saying so and parking it looks once more: who adds after that sees that it parks.
      parked = true;
      if (queue.isEmpty() && !closing) {
        LockSupport.park(this);
      }
      parked = false;
    }
    return null;
  }

  private void endReserver() {
    reserver.shutdown();
    try {
      reserver.awaitTermination(1, TimeUnit.MINUTES);
      if (reserving != null) {
        reserving.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs slow work of one new file beside the rounds. */
  void beside(Path file, Operation work, Runnable event) {
    reserver.execute(
        () -> {
          try {
            if (!failed) {
              work.run(null);
              loop.publish(event);
            }
          } catch (Throwable e) {
            onFailure(e);
          }
        });
  }

  void publish(List<Runnable> events) {
    loop.publish(
        () -> {
          for (Runnable event : events) {
            event.run();
          }
        });
  }

  private void onFailure(Throwable cause) {
    failed = true;
    if (cause instanceof IOException) {
      loop.fail(new AshlarException(ErrorCode.IO_ERROR, describe((IOException) cause), cause));
    } else {
      loop.fail(cause);
    }
  }

  private String describe(IOException cause) {
    String usable;
    try {
      usable = files.usableBytes(folder) + " bytes can still be written there";
    } catch (IOException e) {
      usable = "how much can still be written there is not known";
    }
    return "the disk of "
        + folder
        + " failed ("
        + CauseText.of(cause)
        + "); "
        + usable
        + ". Nothing that was acknowledged is lost; make room or mend the disk, then start again.";
  }
}
