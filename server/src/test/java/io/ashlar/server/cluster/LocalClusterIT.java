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
  void statusTellsWhatIsWrongAndWhatToDo() throws Exception {
    run("up", "--processes", "3", "--replication", "double", "--ends-with", OWN_PID);
    shell("writemode on; set hello world");
    // Until then a role of the epoch that created the database may be catching up.
    assertThat(health()).isEqualTo("healthy");
    String file = home.resolve("ashlar.cluster").toString();
    assertThat(program.run("status", "--cluster", file)).isEqualTo(ExitCodes.OK);
    assertThat(program.out()).startsWith("Healthy.").contains("1 zone may be lost");
    assertThat(program.run("status", "--dir", home.toString())).isEqualTo(ExitCodes.OK);

    run("kill", "3");
    assertThat(program.run("cluster", "status", "--dir", home.toString())).isIn(3, 5);
    assertThat(program.out()).contains("`cluster restart 3` starts it", "nobody listens there");

    run("kill", "2");
    Map<String, Object> down = look();
    assertThat(down.get("health")).isEqualTo("unavailable");
    assertThat(down.get("findings").toString()).contains("only 1 of 3 coordinators answer");
    assertThat(reachable(down)).containsExactlyInAnyOrder(true, false, false);

    run("kill", "1");
    assertThat(reachable(look())).containsOnly(false);
    run("up", "--ends-with", OWN_PID);
    shell("get hello");
    assertThat(program.out()).contains("`hello' is `world'");
  }

  private static List<Object> reachable(Map<String, Object> status) {
    List<Object> reachable = new ArrayList<>();
    ((List<?>) status.get("processes"))
        .forEach(process -> reachable.add(((Map<?, ?>) process).get("reachable")));
    return reachable;
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

  private Map<String, Object> look() throws IOException {
    int code = program.run("cluster", "status", "--json", "--dir", home.toString());
    Map<String, Object> status = JSON.std.mapFrom(program.out());
    assertThat(Map.of("healthy", 0, "degraded", 5, "unavailable", 3))
        .containsEntry((String) status.get("health"), code);
    return status;
  }

  private String health() throws IOException {
    return (String) look().get("health");
  }

  private void shell(String commands) {
    String file = home.resolve("ashlar.cluster").toString();
    assertThat(program.run("shell", "--cluster", file, "--exec", commands))
        .as("%s", program)
        .isZero();
  }

  private List<String> states() throws IOException {
    List<String> states = new ArrayList<>();
    for (Object process : (List<?>) look().get("local")) {
      states.add((String) ((Map<?, ?>) process).get("state"));
    }
    return states;
  }
}
