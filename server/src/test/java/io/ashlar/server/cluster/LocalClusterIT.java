package io.ashlar.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for local clusters, with processes that end with this one. */
final class LocalClusterIT {
  private static final String OWN_PID = Long.toString(ProcessHandle.current().pid());

  @TempDir private Path home;

  private final Program program = new Program();

  @AfterEach
  void killAll() throws IOException, InterruptedException {
    if (LocalCluster.isIn(home)) {
      for (LocalProcess process : LocalCluster.open(home).processes()) {
        process.kill();
      }
    }
  }

  @Test
  void processesAreStartedHarmedAndEndedByCommands() throws Exception {
    run("up", "--processes", "3", "--replication", "double", "--ends-with", OWN_PID);
    assertThat(program.out()).contains("3 processes", "double", "Available after");
    shell("writemode on; set hello world");

    run("kill", "3");
    assertThat(states()).containsExactly("running", "running", "stopped");
    // Process 3 is a coordinator and a log server; two of three are enough for both.
    shell("writemode on; set during kill");
    run("restart", "3", "--ends-with", OWN_PID);
    assertThat(states()).containsExactly("running", "running", "running");

    run("pause", "2");
    assertThat(states()).containsExactly("running", "paused", "running");
    run("resume", "2");
    assertThat(states()).containsExactly("running", "running", "running");

    run("kill", "--random");
    assertThat(states()).containsOnlyOnce("stopped");
    run("up", "--processes", "4", "--ends-with", OWN_PID);
    assertThat(states()).containsExactly("running", "running", "running", "running");
    shell("get hello");
    assertThat(program.out()).contains("`hello' is `world'");

    run("pause", "4");
    run("down");
    assertThat(states()).containsOnly("stopped");
    run("up", "--ends-with", OWN_PID);
    shell("get during");
    assertThat(program.out()).contains("`during' is `kill'");
  }

  @Test
  void aProcessThatEndsAtItsStartIsToldOfWithItsReason() throws Exception {
    Files.createDirectories(home.resolve("1"));
    Files.writeString(home.resolve("1").resolve("diary.txt"), "dear diary");
    int code =
        program.run(
            "cluster", "up", "--processes", "1", "--ends-with", OWN_PID, "--dir", home.toString());
    assertThat(code).as("%s", program).isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(program.err().lines())
        .singleElement()
        .asString()
        .contains("process 1 has ended", "diary.txt");
  }

  @Test
  void processesEndWithTheOneThatTheyAreTiedTo() throws Exception {
    ProcessBuilder sleeper = new ProcessBuilder("cat");
    Process other = sleeper.start();
    run("up", "--processes", "1", "--ends-with", Long.toString(other.pid()));
    LocalProcess process = LocalCluster.open(home).process(1);
    assertThat(process.state()).isEqualTo(LocalProcess.State.RUNNING);
    other.getOutputStream().close();
    assertThat(process.awaitEnd(30)).isTrue();
  }

  private void run(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of("cluster", command, "--dir", home.toString()));
    all.addAll(List.of(arguments));
    assertThat(program.run(all.toArray(String[]::new))).as("%s\n%s", all, program).isZero();
  }

  private void shell(String commands) {
    String file = home.resolve("ashlar.cluster").toString();
    assertThat(program.run("shell", "--cluster", file, "--exec", commands))
        .as("%s", program)
        .isZero();
  }

  private List<String> states() throws IOException {
    run("status", "--json");
    List<String> states = new ArrayList<>();
    for (Object process : (List<?>) JSON.std.mapFrom(program.out()).get("processes")) {
      states.add((String) ((Map<?, ?>) process).get("state"));
    }
    return states;
  }
}
