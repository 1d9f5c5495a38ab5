package io.ashlar.server.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What Java cannot tell a process, told with the tools that every Unix has. */
enum Signal {
  STOP,
  CONT;

  private static final long SECONDS_MAX = 10;

  /** Sends it. */
  void send(long pid) throws IOException, InterruptedException {
    Process kill =
        new ProcessBuilder("sh", "-c", "kill -" + name() + " " + pid)
            .redirectErrorStream(true)
            .start();
    String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!kill.waitFor(SECONDS_MAX, TimeUnit.SECONDS) || kill.exitValue() != 0) {
      throw new IOException("cannot send SIG" + name() + " to process " + pid + ": " + said);
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
