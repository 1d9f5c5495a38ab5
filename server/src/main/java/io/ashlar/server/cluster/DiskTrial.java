package io.ashlar.server.cluster;

import io.ashlar.embedded.ClusterStatus;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
import io.ashlar.server.status.ClusterReport;
import io.ashlar.server.status.Finding;
import io.ashlar.server.status.Health;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Five processes with double replication, each with a small disk of its own in memory. The disk of
 * a log server gets full; the logs of two are removed while all processes are down; the file of a
 * coordinator is damaged. {@code status} says what is so, nothing is made up in the place of what
 * is gone, and with it back everything is there.
 */
final class DiskTrial implements Trial {
  private static final int PROCESSES = 5;
  private static final int COORDINATORS = 3;
  private static final double BUSY_SECONDS = 2;
  private static final double WAIT_SECONDS = 5;

  /** Above what {@code status} complains of. */
  private static final long DISK_BYTES = 1_500L << 20;

  /** What is left of a disk that is to get full; files of the log have their room before. */
  private static final long LEFT_BYTES = 16 << 10;

  @Override
  public String name() {
    return "disks";
  }

  @Override
  public void run(TrialGround ground) throws IOException, InterruptedException {
    LocalCluster planned = LocalCluster.plan(ground.folder(), "double", COORDINATORS, PROCESSES);
    for (LocalProcess process : planned.processes()) {
      String disk = Files.createDirectories(process.data()).toString();
      mount(process.data());
      // Threads of a killed process may hold files for a moment longer.
      ground.atEnd(() -> run("umount", "--lazy", disk));
    }
    ground.start(planned);
    ground.beginCheck(true);
    new Scenes(ground).all();
  }

  private static void mount(Path disk) throws IOException, InterruptedException {
    try {
      run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "ashlar-trial", disk.toString());
    } catch (IOException refused) {
      throw new CommandFailedException(
          "a disk in memory cannot be made here; it needs Linux and root: " + refused.getMessage(),
          ExitCodes.UNAVAILABLE,
          refused);
    }
  }

  private static void resize(Path disk, long bytes) throws IOException, InterruptedException {
    run("mount", "-o", "remount,size=" + bytes, disk.toString());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException(
          String.format(
              Locale.ROOT, "%s ended with %d: %s", String.join(" ", command), code, said.strip()));
    }
  }

  /** What happens, one after the other. */
  private static final class Scenes {
    private final TrialGround ground;
    private final ClusterWatch watch;
    private final List<Json> told = new ArrayList<>();

    Scenes(TrialGround ground) {
      this.ground = ground;
      watch = ground.watch();
    }

    void all() throws IOException, InterruptedException {
      ground.fact("scenes", told);
      full();
      corrupt();
      removed();
    }

    private LocalProcess one(String role) throws InterruptedException {
      ClusterStatus before = watch.awaitBusy(BUSY_SECONDS);
      return ground.cluster().at(Victims.candidates(role, before).get(0));
    }

    /** A process that cannot write stops; with room again it has everything. */
    private void full() throws IOException, InterruptedException {
      LocalProcess victim = one("log-server");
      FileStore disk = Files.getFileStore(victim.data());
      long used = disk.getTotalSpace() - disk.getUnallocatedSpace();
      ground.check().mark();
      resize(victim.data(), used + LEFT_BYTES);
      watch.await(
          "the process with the full disk has stopped",
          look -> victim.state() == LocalProcess.State.STOPPED);
      String complaint = victim.lastComplaint();
      ground.require(
          complaint.contains("No space left"), "with a full disk a process says: " + complaint);
      ClusterReport during = awaitServing(victim);
      tell("the disk of a log server is full", victim, complaint, during);
      resize(victim.data(), DISK_BYTES);
      ground.start(List.of(victim));
      watch.awaitHealthy();
    }

    /** A coordinator with a damaged file takes no part until others have been chosen. */
    private void corrupt() throws IOException, InterruptedException {
      LocalProcess victim = one(Victims.COORDINATOR);
      ground.check().mark();
      victim.kill();
      Path register;
      try (Stream<Path> files = Files.list(victim.data().resolve("files").resolve("coordinator"))) {
        register = files.findFirst().orElseThrow();
      }
      byte[] damaged = Files.readAllBytes(register);
      damaged[damaged.length / 2] ^= 4;
      Files.write(register, damaged);
      ground.start(List.of(victim));
      ClusterReport during =
          watch.awaitReport(
              "status tells of the coordinator's file",
              look -> words(look).contains("its register is lost") && watch.serves(look.status()));
      ground.require(
          during.health() == Health.DEGRADED, "with a damaged coordinator: " + words(during));
      tell("the file of a coordinator is damaged", victim, "", during);
      List<String> words = new ArrayList<>(List.of("coordinators", "set"));
      ground.cluster().processes().stream()
          .filter(process -> process.number() != victim.number())
          .limit(COORDINATORS)
          .forEach(process -> words.add(process.address()));
      words.addAll(List.of("--cluster", ground.cluster().clusterFile().toString()));
      ground.command(0, words.toArray(String[]::new));
      watch.awaitHealthy();
    }

    /** Recovery never goes on without what could have been acknowledged. */
    private void removed() throws IOException, InterruptedException {
      ClusterStatus before = watch.awaitBusy(BUSY_SECONDS);
      List<LocalProcess> victims =
          Victims.with("log-server", before).stream()
              .limit(2)
              .map(address -> ground.cluster().at(address))
              .toList();
      ground.killAll();
      long acknowledged = acknowledged();
      for (LocalProcess victim : victims) {
        Files.move(logs(victim), aside(victim));
      }
      for (LocalProcess process : ground.cluster().processes()) {
        process.start(ProcessHandle.current().pid());
      }
      watch.awaitReport("status tells that recovery waits", Scenes::waitsForLogs);
      watch.pause(WAIT_SECONDS);
      ClusterReport during =
          watch.awaitReport("status still tells that recovery waits", Scenes::waitsForLogs);
      ground.require(
          acknowledged() == acknowledged,
          "something was committed while the logs of two log servers were gone");
      tell("the logs of two log servers are gone", victims.get(0), "", during);
      for (LocalProcess victim : victims) {
        victim.kill();
        if (Files.exists(logs(victim))) {
          Files.move(logs(victim), victim.data().resolve("made-meanwhile"));
        }
        Files.move(aside(victim), logs(victim));
        victim.start(ProcessHandle.current().pid());
      }
      watch.awaitHealthy();
    }

    private long acknowledged() {
      return ground.check().progress().tally().acknowledged();
    }

    private static Path logs(LocalProcess process) {
      return process.data().resolve("files").resolve("logs");
    }

    private static Path aside(LocalProcess process) {
      return process.data().resolve("logs-aside");
    }

    private static boolean waitsForLogs(ClusterReport look) {
      return look.health() == Health.UNAVAILABLE && words(look).contains("waits for");
    }

    /** Waits until the others serve, and status complains of the process. */
    private ClusterReport awaitServing(LocalProcess victim) throws InterruptedException {
      return watch.awaitReport(
          "the others serve, and status tells of " + victim.address(),
          look ->
              look.health() == Health.DEGRADED
                  && words(look).contains(victim.address())
                  && watch.serves(look.status()));
    }

    private static String words(ClusterReport look) {
      return look.findings().stream().map(Finding::what).collect(Collectors.joining("; "));
    }

    private void tell(String what, LocalProcess victim, String complaint, ClusterReport during) {
      double gap = ground.check().longestGapSinceMarkNanos() / 1e9;
      ground.say(
          String.format(
              Locale.ROOT,
              "  %s (process %d), gap %.2f s%s%n    status: %s",
              what,
              victim.number(),
              gap,
              complaint.isEmpty() ? "" : "; it said: " + complaint,
              words(during)));
      told.add(
          Json.object()
              .put("scene", what)
              .put("process", victim.number())
              .put("gapMillis", Math.round(gap * 1e3))
              .put("said", complaint)
              .put("health", during.health())
              .put("findings", during.findings().stream().map(Finding::what).toList()));
    }
  }
}
