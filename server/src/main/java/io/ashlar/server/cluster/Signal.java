package io.ashlar.server.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What Java cannot tell a process, told with the tools that every Unix has. */
enum Signal {
  STOP,
  CONT;

  private static final long SECONDS_MAX = 10;
  private static final long LOOK_MILLIS = 5;

  /**
   * Sends it, and waits until it has had its effect: a process that does not run, since others do
   * or since its disk is slow, is told of it later.
   *
   * @throws IOException when it cannot be sent, or has had no effect within ten seconds
   */
  void send(long pid) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("sh", "-c", "kill -" + name() + " " + pid)
            .redirectErrorStream(true)
            .start();
    String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!kill.waitFor(SECONDS_MAX, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IOException("cannot send SIG" + name() + " to process " + pid + ": " + said);
    }
    ProcessHandle process = ProcessHandle.of(pid).orElse(null);
    long begunNanos = System.nanoTime();
    while (process != null && isStopped(pid) != (this == STOP) && !isEnded(pid)) {
      if (System.nanoTime() - begunNanos > TimeUnit.SECONDS.toNanos(SECONDS_MAX)) {
        throw new IOException(
            "SIG" + name() + " was sent to process " + pid + " and has no effect: try it again");
      }
      if (endsWithin(process, LOOK_MILLIS)) {
        return;
      }
    }
  }

  /** Waits; false when it is still there. */
  static boolean endsWithin(ProcessHandle process, long millis) throws InterruptedException {
    try {
      process.onExit().get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException stillThere) {
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Whether a process was stopped by a signal and has not been continued. */
  static boolean isStopped(long pid) {
    return state(pid).startsWith("T");
  }

  /** Whether a process has ended, and is listed only because its parent has not asked for it. */
  static boolean isEnded(long pid) {
    return state(pid).startsWith("Z");
  }

  private static String state(long pid) {
    try {
      Path status = Path.of("/proc/" + pid + "/stat");
      if (Files.exists(status)) {
        String line = Files.readString(status, StandardCharsets.ISO_8859_1);
        // The name of the program, in parentheses, may hold anything.
        return line.substring(line.lastIndexOf(')') + 1).strip();
      }
      Process ps = new ProcessBuilder("ps", "-o", "stat=", "-p", Long.toString(pid)).start();
      return new String(ps.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException endedOrNoSuchTool) {
      return "";
    }
  }

  /**
   * What to put before a command so that it lives on when the terminal of this one is closed, and
   * does not get its Ctrl-C.
   */
  static List<String> detached() {
    for (String tool : List.of("setsid", "nohup")) {
      String path = System.getenv("PATH");
      for (String folder : path == null ? new String[0] : path.split(File.pathSeparator)) {
        if (Files.isExecutable(Path.of(folder, tool))) {
          return List.of(tool);
        }
      }
    }
    return List.of();
  }
}
