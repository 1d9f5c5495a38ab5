package io.ashlar.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.StatusProbe;
import io.ashlar.server.Program;
import io.ashlar.server.ThisProgram;
import io.ashlar.server.status.ClusterLook;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store in a directory becomes a cluster that survives the loss of that directory. */
final class GrowingIT {
  private static final long PATIENCE_SECONDS = 120;
  private static final long LOOK_NANOS = 200_000_000L;

  @TempDir private Path home;

  private final Program program = new Program();
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void killAll() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void whatOneProcessHadOthersHaveOnceTheyHaveJoinedAndItIsKilled() throws Exception {
    shell("--dir", directory(1), "writemode on; " + commands("set %s embedded-%s"));
    List<Integer> ports = FreePorts.find(3, List.of());
    start(1, ports.get(0), List.of());
    String file = directory(1) + "/" + ClusterFile.NAME;
    for (int number = 2; number <= 3; number++) {
      start(number, ports.get(number - 1), List.of("--cluster", file));
    }
    try (StatusProbe probe = StatusProbe.connect(ClusterFile.read(Path.of(file)))) {
      await(probe, status -> status.view() != null && status.view().storages().size() == 3);
      // They have their part of what there was.
      await(probe, GrowingIT::isAtRest);
      assertThat(program.run("configure", "double", "--cluster", file)).as("%s", program).isZero();
      await(probe, status -> status.controller().number("storage_replication", 0) == 2);
      shell("--cluster", file, "writemode on; " + commands("set later-%s while-moving-%s"));
      await(probe, GrowingIT::isAtRest);
    }
    assertThat(program.run("coordinators", "auto", "--cluster", file)).as("%s", program).isZero();
    processes.get(0).destroyForcibly().waitFor();
    String other = directory(2) + "/" + ClusterFile.NAME;
    shell("--cluster", other, commands("get %s"));
    for (char first = 'a'; first <= 'z'; first++) {
      assertThat(program.out()).contains("`" + first + "' is `embedded-" + first + "'");
    }
    shell("--cluster", other, commands("get later-%s"));
    for (char first = 'a'; first <= 'z'; first++) {
      assertThat(program.out()).contains("`later-" + first + "' is `while-moving-" + first + "'");
    }
  }

  @Test
  void aStoreMovesToAnotherProcessWhileItServes() throws Exception {
    shell("--dir", directory(1), "writemode on; " + commands("set %s embedded-%s"));
    List<Integer> ports = FreePorts.find(2, List.of());
    start(1, ports.get(0), List.of());
    String file = directory(1) + "/" + ClusterFile.NAME;
    String first = LocalCluster.HOST + ":" + ports.get(0);
    assertThat(program.run("exclude", first, "--cluster", file)).isEqualTo(1);
    assertThat(program.err()).contains("the others are in 0 zones");
    start(2, ports.get(1), List.of("--cluster", file));
    assertThat(program.run("exclude", first, "--cluster", file)).as("%s", program).isEqualTo(1);
    assertThat(program.out()).contains("before the coordinators have moved");
    String second = LocalCluster.HOST + ":" + ports.get(1);
    assertThat(program.run("coordinators", "set", second, "--cluster", file)).isZero();
    assertThat(program.run("exclude", first, "--cluster", file)).as("%s", program).isZero();
    assertThat(program.out()).contains("may be ended: " + first);
    processes.get(0).destroyForcibly().waitFor();
    String other = directory(2) + "/" + ClusterFile.NAME;
    shell("--cluster", other, commands("get %s"));
    for (char letter = 'a'; letter <= 'z'; letter++) {
      assertThat(program.out()).contains("`" + letter + "' is `embedded-" + letter + "'");
    }
    assertThat(program.run("exclude", "--cluster", other)).isZero();
    assertThat(program.out()).contains("has nothing any more");
    assertThat(program.run("include", "all", "--cluster", other)).as("%s", program).isZero();
  }

  /** One for each letter. */
  private static String commands(String pattern) {
    List<String> commands = new ArrayList<>();
    for (char first = 'a'; first <= 'z'; first++) {
      commands.add(pattern.replace("%s", Character.toString(first)));
    }
    return String.join("; ", commands);
  }

  private String directory(int number) {
    return home.resolve("node-" + number).toString();
  }

  private void shell(String option, String place, String commands) {
    assertThat(program.run("shell", option, place, "--exec", commands)).as("%s", program).isZero();
  }

  private void start(int number, int port, List<String> more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("start", "--dir", directory(number)));
    arguments.addAll(List.of("--listen", LocalCluster.HOST + ":" + port, "--insecure"));
    arguments.addAll(List.of("--ends-with", Long.toString(ProcessHandle.current().pid())));
    arguments.addAll(more);
    Path temporary = Files.createDirectories(home.resolve("tmp-" + number));
    Path log = home.resolve("log-" + number);
    Process process =
        new ProcessBuilder(ThisProgram.command(temporary, arguments))
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    processes.add(process);
    long begunNanos = System.nanoTime();
    while (!isReady(log)) {
      assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
      checkTime(begunNanos, Files.readString(log));
      process.waitFor(LOOK_NANOS, TimeUnit.NANOSECONDS);
    }
  }

  private static boolean isReady(Path log) throws IOException {
    return Files.readString(log).lines().anyMatch(line -> line.startsWith("ready "));
  }

  private static void checkTime(long begunNanos, Object said) {
    assertThat(System.nanoTime() - begunNanos)
        .as("%s", said)
        .isLessThan(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
  }

  private static void await(StatusProbe probe, Predicate<ClusterStatus> condition)
      throws InterruptedException {
    long begunNanos = System.nanoTime();
    ClusterStatus status = ClusterLook.look(probe, List.of());
    while (!condition.test(status)) {
      checkTime(begunNanos, status.controller());
      ClusterLook.await(probe.after(LOOK_NANOS));
      status = ClusterLook.look(probe, List.of());
    }
  }

  private static boolean isAtRest(ClusterStatus status) {
    return status.controller().number("ranges-to-move", 1) == 0
        && status.controller().number("ranges-moving", 1) == 0;
  }
}
