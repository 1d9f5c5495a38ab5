package io.ashlar.embedded.kill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A process whose standard output is read line by line, until it ends or is killed. */
final class KilledProcess implements AutoCloseable {
  /** What SIGKILL makes of the exit code. */
  static final int KILLED = 128 + 9;

  private static final long BOUND_SECONDS = 60;

  private final Process process;
  private final Thread reader;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /**
   * Starts it.
   *
   * @param errors where its standard error goes, after what is there
   * @param onLine hears each whole line, on a thread of its own
   */
  KilledProcess(List<String> command, Path errors, Consumer<String> onLine) throws IOException {
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
            .start();
    reader = new Thread(() -> read(onLine), "output of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void read(Consumer<String> onLine) {
    try (InputStreamReader characters =
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8);
        BufferedReader buffered = new BufferedReader(characters, 1 << 16)) {
      StringBuilder line = new StringBuilder();
      // Not readLine: it would hand over a last line that was cut off.
      for (int c = buffered.read(); c >= 0; c = buffered.read()) {
        if (c == '\n') {
          onLine.accept(line.toString());
          line.setLength(0);
        } else {
          line.append((char) c);
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      // Even a killed process leaves all it wrote in the pipe: a ledger cut short must be noticed.
      failure.set(e);
    } finally {
      ended.countDown();
    }
  }

  /** Waits until {@code mark} is reached or the process has ended by itself. */
  void await(CountDownLatch mark) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
    while (!mark.await(1, TimeUnit.MILLISECONDS) && ended.getCount() > 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("process " + process.pid() + " makes no progress");
      }
    }
  }

  /** Lets it run on for {@code nanos}, unless it ends before. */
  void letRun(long nanos) throws InterruptedException {
    if (ended.await(nanos, TimeUnit.NANOSECONDS)) {
      // Then it has ended by itself, and its exit code will tell.
      return;
    }
  }

  /** Ends it by SIGKILL, unless it has ended; reads its last output; gives its exit code. */
  int kill() throws InterruptedException {
    // By its handle: Process would also close the pipe, with what was not read yet still in it.
    process.toHandle().destroyForcibly();
    return awaitEnd();
  }

  /** Waits until it has ended by itself. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + process.pid() + " does not end");
    }
    reader.join(TimeUnit.SECONDS.toMillis(BOUND_SECONDS));
    if (reader.isAlive() || failure.get() != null) {
      throw new AssertionError("the output was not read to its end", failure.get());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
