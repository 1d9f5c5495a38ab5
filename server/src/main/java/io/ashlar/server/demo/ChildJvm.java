package io.ashlar.server.demo;

import io.ashlar.server.ThisProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Another process with this program, whose standard output is read line by line. */
public final class ChildJvm implements AutoCloseable {
  private static final long END_SECONDS = 30;

  private final Process process;
  private final Thread reader;
  private final AtomicReference<IOException> readFailure = new AtomicReference<>();

  /**
   * Starts it.
   *
   * @param temporary where it may leave temporary files, which a killed process does not clean up
   * @param onLine hears each whole line of its output, on a thread of its own
   */
  public ChildJvm(Path temporary, Consumer<String> onLine, String... arguments) throws IOException {
    List<String> command = ThisProgram.command(temporary, List.of(arguments));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    reader = new Thread(() -> read(onLine), "output of child " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void read(Consumer<String> onLine) {
    try (InputStreamReader characters =
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8);
        BufferedReader buffered = new BufferedReader(characters)) {
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
    } catch (IOException broken) {
      // Even a killed process leaves all it wrote in the pipe: a ledger cut short must be noticed.
      readFailure.set(broken);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** Ends it as SIGKILL does, and waits until its last output was read; gives its exit code. */
  public int kill() throws InterruptedException, IOException {
    // By its handle: Process would also close the pipe, with what was not read yet still in it.
    process.toHandle().destroyForcibly();
    return awaitEnd();
  }

  /** Asks it to end, as SIGTERM does, and waits. */
  public int terminate() throws InterruptedException, IOException {
    process.toHandle().destroy();
    return awaitEnd();
  }

  private int awaitEnd() throws InterruptedException, IOException {
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("process " + process.pid() + " does not end");
    }
    reader.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
    if (readFailure.get() != null) {
      throw new IOException(
          "the output of process " + process.pid() + " was cut short", readFailure.get());
    }
    if (reader.isAlive()) {
      throw new IOException("the output of process " + process.pid() + " does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
