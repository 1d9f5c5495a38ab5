package io.ashlar.server.cluster;

import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ThisProgram;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One client process on each host, and what they have told so far. */
final class Witnesses {
  private static final long END_SECONDS_MAX = 30;

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();

  /** Starts them. */
  Witnesses(HostNetwork network, LocalCluster cluster) throws IOException {
    folder = cluster.folder();
    for (int host : network.hosts()) {
      Path temporary = Files.createDirectories(folder.resolve("witness-" + host + ".tmp"));
      // A file of its own: the client rewrites it when the coordinators move.
      Path file = temporary.resolve(cluster.clusterFile().getFileName());
      Files.copy(cluster.clusterFile(), file);
      List<String> command = new ArrayList<>(network.on(host));
      command.addAll(
          ThisProgram.command(
              temporary,
              List.of(
                  "cluster",
                  "witness",
                  "--cluster",
                  file.toString(),
                  "--number",
                  Integer.toString(host),
                  "--ends-with",
                  Long.toString(ProcessHandle.current().pid()))));
      processes.add(
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(said(host).toFile())
              .redirectError(folder.resolve("witness-" + host + ".err").toFile())
              .start());
    }
  }

  private Path said(int host) {
    return folder.resolve("witness-" + host + ".log");
  }

  /** All that they have seen up to now. */
  RegisterHistory history() {
    RegisterHistory history = new RegisterHistory();
    for (int host = 0; host < processes.size(); host++) {
      if (!processes.get(host).isAlive()) {
        throw new CommandFailedException(
            "the witness on host " + host + " has ended: see " + folder);
      }
      for (String line : lines(host)) {
        history.add(RegisterHistory.Seen.parse(host, line));
      }
    }
    return history;
  }

  private List<String> lines(int host) {
    try {
      String text = Files.readString(said(host), StandardCharsets.UTF_8);
      // The last line may not be whole yet.
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Kills them. */
  void end() throws IOException, InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly();
    }
    for (Process process : processes) {
      if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IOException("witness " + process.pid() + " cannot be killed");
      }
    }
  }
}
