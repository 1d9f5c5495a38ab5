package io.ashlar.server.cluster;

import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ThisProgram;
import io.ashlar.server.Trees;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One process of a local cluster. Its file {@code n.pid} has the process id and when the process
 * began: the system gives an id that has become free to others, which are not to be harmed.
 */
final class LocalProcess {
  /** What became of it. */
  enum State {
    RUNNING,
    PAUSED,
    STOPPED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Systems tell the beginning of a process in hundredths, from a clock that may be set. */
  private static final long BEGIN_MILLIS_OFF_MAX = 2_000;

  private static final long KILL_SECONDS_MAX = 30;
  private static final long LOOK_MILLIS = 20;

  private final LocalCluster cluster;
  private final int number;
  private final LocalCluster.Seat seat;

  /** A process as it is found now or later. */
  LocalProcess(LocalCluster cluster, int number, LocalCluster.Seat seat) {
    this.cluster = cluster;
    this.number = number;
    this.seat = seat;
  }

  int number() {
    return number;
  }

  /** Where it listens. */
  String address() {
    return seat.address();
  }

  Path data() {
    return cluster.folder().resolve(Integer.toString(number));
  }

  Path log() {
    return cluster.folder().resolve(number + ".log");
  }

  private Path pidFile() {
    return cluster.folder().resolve(number + ".pid");
  }

  private Path temporary() {
    return cluster.folder().resolve(number + ".tmp");
  }

  /** Its process, when that is there. */
  Optional<ProcessHandle> handle() {
    try {
      String[] known = Files.readString(pidFile(), StandardCharsets.US_ASCII).strip().split(" ");
      if (known.length != 2) {
        return Optional.empty(); // Cut short by a full disk: nobody knows which it was.
      }
      long begunMillis = Long.parseLong(known[1]);
      return ProcessHandle.of(Long.parseLong(known[0]))
          .filter(found -> found.isAlive() && !Signal.isEnded(found.pid()))
          .filter(found -> Math.abs(begunMillis(found) - begunMillis) <= BEGIN_MILLIS_OFF_MAX);
    } catch (NoSuchFileException | NumberFormatException never) {
      return Optional.empty();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static long begunMillis(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  State state() {
    return handle()
        .map(found -> Signal.isStopped(found.pid()) ? State.PAUSED : State.RUNNING)
        .orElse(State.STOPPED);
  }

  /**
   * Starts it; it outlives this program.
   *
   * @param endsWith the process with which it ends, if not before; null for none
   * @return where in its log it begins
   * @throws CommandFailedException when it is there already
   */
  long start(Long endsWith) throws IOException, InterruptedException {
    return cluster.exclusively(
        () -> {
          if (handle().isPresent()) {
            throw new CommandFailedException("process " + number + " is " + state() + " already");
          }
          return startAlone(endsWith);
        });
  }

  private long startAlone(Long endsWith) throws IOException {
    if (Files.exists(temporary())) {
      Trees.delete(temporary());
    }
    Files.createDirectories(temporary());
    List<String> arguments = new ArrayList<>();
    arguments.add("start");
    arguments.addAll(List.of("--dir", data().toString(), "--listen", seat.address()));
    if (!seat.before().isEmpty()) {
      // On a host of its own, which nobody else reaches.
      arguments.add("--insecure");
    }
    if (Files.exists(cluster.clusterFile())) {
      arguments.addAll(List.of("--cluster", cluster.clusterFile().toString()));
    }
    if (!cluster.isOfEmbedded()) {
      arguments.addAll(List.of("--replication", cluster.replication()));
      arguments.addAll(List.of("--processes", Integer.toString(cluster.processesAtCreation())));
    }
    arguments.addAll(List.of("--class", seat.workerClass()));
    if (endsWith != null) {
      arguments.addAll(List.of("--ends-with", endsWith.toString()));
    }
    List<String> command = new ArrayList<>(Signal.detached());
    command.addAll(seat.before());
    command.addAll(ThisProgram.command(temporary(), arguments));
    long begin = Files.exists(log()) ? Files.size(log()) : 0;
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    Path staged = cluster.folder().resolve(number + ".pid.new");
    Files.writeString(
        staged,
        process.pid() + " " + begunMillis(process.toHandle()) + "\n",
        StandardCharsets.US_ASCII);
    Files.move(
        staged, pidFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return begin;
  }

  /** Whether it has said, since that place in its log, that its database is available. */
  boolean isReadySince(long logBegin) throws IOException {
    return logSince(logBegin).lines().anyMatch(line -> line.startsWith("ready "));
  }

  /** The last line that it wrote since then, or a word that there is none. */
  String lastLineSince(long logBegin) throws IOException {
    String last = conclusion(logSince(logBegin));
    return last.isBlank() ? "it wrote nothing into " + log() : last;
  }

  /** What it complained of last; empty when it has not since it had its database. */
  String lastComplaint() throws IOException {
    if (!Files.exists(log())) {
      return "";
    }
    String last = conclusion(logSince(0));
    return last.startsWith("ready ") ? "" : last;
  }

  /**
   * The last line; of what it wrote since it last had its database that which the program itself
   * ended with, if it did: the logger of a thread that stops may write after that.
   */
  private static String conclusion(String log) {
    String[] lines = log.strip().split("\\R");
    for (int i = lines.length - 1; i >= 0 && !lines[i].startsWith("ready "); i--) {
      if (lines[i].startsWith("ashlar: ")) {
        return lines[i];
      }
    }
    return lines[lines.length - 1];
  }

  /** What it has written from a place on. */
  String logSince(long begin) throws IOException {
    byte[] all = Files.readAllBytes(log());
    int from = (int) Math.min(begin, all.length);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8);
  }

  /** Kills it as SIGKILL does, if it is there, and does not wait. */
  void destroy() {
    handle().ifPresent(ProcessHandle::destroyForcibly);
  }

  /** Kills it as SIGKILL does, and waits until it is gone; false when it was not there. */
  boolean kill() throws IOException, InterruptedException {
    Optional<ProcessHandle> found = handle();
    if (found.isEmpty()) {
      return false;
    }
    found.get().destroyForcibly();
    if (!awaitEnd(found.get(), KILL_SECONDS_MAX)) {
      throw new IOException("process " + found.get().pid() + " cannot be killed");
    }
    return true;
  }

  /** Asks it to end, as SIGTERM does. */
  void askToEnd() {
    handle().ifPresent(ProcessHandle::destroy);
  }

  /** Waits; false when it is still there. */
  boolean awaitEnd(long secondsMax) throws InterruptedException {
    Optional<ProcessHandle> found = handle();
    return found.isEmpty() || awaitEnd(found.get(), secondsMax);
  }

  private static boolean awaitEnd(ProcessHandle process, long secondsMax)
      throws InterruptedException {
    long begunNanos = System.nanoTime();
    // A process whose parent does not ask what became of it stays listed for ever.
    while (process.isAlive() && !Signal.isEnded(process.pid())) {
      if (System.nanoTime() - begunNanos > TimeUnit.SECONDS.toNanos(secondsMax)) {
        return false;
      }
      if (Signal.endsWithin(process, LOOK_MILLIS)) {
        break;
      }
    }
    return true;
  }

  /** Stops it with SIGSTOP, or lets it go on. */
  void signal(Signal signal) throws IOException, InterruptedException {
    ProcessHandle process =
        handle()
            .orElseThrow(
                () ->
                    new CommandFailedException(
                        "process "
                            + number
                            + " is not running; `cluster restart "
                            + number
                            + "` starts it"));
    signal.send(process.pid());
  }
}
