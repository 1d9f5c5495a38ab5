package io.ashlar.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Program;
import io.ashlar.server.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for local clusters, with processes that end with this one. */
final class LocalClusterIT {
  private static final String OWN_PID = Long.toString(ProcessHandle.current().pid());

  private static final long STATUS_NANOS_MAX = 60_000_000_000L;

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

  /** One cluster for all of it: most of the time goes by starting processes. */
  @Test
  void processesAreStartedHarmedLookedAtAndEndedByCommands() throws Exception {
    run("up", "--processes", "3", "--replication", "double", "--ends-with", OWN_PID);
    assertThat(program.out()).contains("3 processes", "double", "Available after");
    shell("writemode on; set hello world");
    // Until then a role of the epoch that created the database may be catching up.
    String file = home.resolve("ashlar.cluster").toString();
    assertThat(program.run("status", "--cluster", file)).as("%s", program).isEqualTo(ExitCodes.OK);
    assertThat(program.out()).startsWith("Healthy.").contains("1 zone may be lost");

    run("kill", "3");
    // It begins while the cluster recovers.
    assertThat(
            program.run("check", "--cluster", file, "--seconds", "2", "--clients", "8", "--json"))
        .as("%s", program)
        .isEqualTo(ExitCodes.OK);
    assertThat(states()).containsExactly("running", "running", "stopped");
    // Process 3 is a coordinator and a log server; two of three are enough for both.
    shell("writemode on; set during kill");
    assertThat(program.run("cluster", "status", "--dir", home.toString())).isIn(3, 5);
    assertThat(program.out()).contains("`cluster restart 3` starts it", "nobody listens there");
    run("restart", "3", "--ends-with", OWN_PID);
    assertThat(states()).containsExactly("running", "running", "running");

    run("pause", "2");
    assertThat(states()).containsExactly("running", "paused", "running");
    run("resume", "2");
    assertThat(states()).containsExactly("running", "running", "running");

    run("kill", "--random");
    assertThat(states()).containsOnlyOnce("stopped");
    int other = states().indexOf("running") + 1;
    run("kill", Integer.toString(other));
    Map<String, Object> one = look();
    assertThat(one.get("health")).isEqualTo("unavailable");
    assertThat(one.get("findings").toString()).contains("1 of 3 coordinators answer");
    assertThat(reachable(one)).containsExactlyInAnyOrder(true, false, false);
    assertThat(local(one)).isEqualTo(states()).containsOnlyOnce("running");
    run("up", "--processes", "4", "--ends-with", OWN_PID);
    assertThat(states()).containsExactly("running", "running", "running", "running");
    shell("get hello; get during");
    assertThat(program.out()).contains("`hello' is `world'", "`during' is `kill'");

    // A directory that was removed is told of, and nothing is made up in its place.
    run("kill", "3");
    Trees.delete(home.resolve("3"));
    assertThat(
            program.run(
                "cluster", "restart", "3", "--ends-with", OWN_PID, "--dir", home.toString()))
        .isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(program.err()).contains("process 3 has ended", "file_corrupt");
    awaitStatus(5, "process 3", "is not running; it said last", "replace this coordinator");
    shell("get hello");
    assertThat(program.out()).contains("`hello' is `world'");

    run("pause", "4");
    run("down");
    assertThat(states()).containsOnly("stopped");
    assertThat(reachable(look())).containsOnly(false);
  }

  private static List<Object> reachable(Map<String, Object> status) {
    return fields(status, "processes", "reachable");
  }

  private static List<Object> local(Map<String, Object> status) {
    return fields(status, "local", "state");
  }

  private static List<Object> fields(Map<String, Object> status, String list, String field) {
    List<Object> fields = new ArrayList<>();
    ((List<?>) status.get(list)).forEach(each -> fields.add(((Map<?, ?>) each).get(field)));
    return fields;
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
  void processesEndWithTheOneThatTheyAreTiedToAndACorruptCoordinatorIsToldOf() throws Exception {
    Process other = new ProcessBuilder("cat").start();
    run("up", "--processes", "1", "--ends-with", Long.toString(other.pid()));
    shell("writemode on; set hello world");
    LocalProcess process = LocalCluster.open(home).process(1);
    assertThat(process.state()).isEqualTo(LocalProcess.State.RUNNING);
    other.getOutputStream().close();
    assertThat(process.awaitEnd(30)).isTrue();

    Path register;
    try (Stream<Path> files = Files.list(process.data().resolve("files").resolve("coordinator"))) {
      register = files.findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(register);
    byte[] damaged = whole.clone();
    damaged[damaged.length / 2] ^= 4;
    Files.write(register, damaged);
    process.start(ProcessHandle.current().pid());
    awaitStatus(3, "its register is lost", register.getFileName().toString(), "Put the file back");
    assertThat(Files.readAllBytes(register)).isEqualTo(damaged);
    process.kill();
    Files.write(register, whole);
    run("up", "--ends-with", OWN_PID);
    shell("get hello");
    assertThat(program.out()).contains("`hello' is `world'");
  }

  /** Looks until the cluster is so, for a while. */
  private void awaitStatus(int code, String... words) throws InterruptedException {
    long begunNanos = System.nanoTime();
    int found = -1;
    boolean isSo = false;
    while (!isSo && System.nanoTime() - begunNanos < STATUS_NANOS_MAX) {
      found = program.run("cluster", "status", "--dir", home.toString());
      isSo = found == code && Stream.of(words).allMatch(program.out()::contains);
      new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
    }
    assertThat(program.out()).as("ended with %s", found).contains(words);
    assertThat(found).isEqualTo(code);
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

  /** What the shell is told here may be done twice, and is when nobody knows whether it was. */
  private void shell(String commands) {
    String file = home.resolve("ashlar.cluster").toString();
    int code;
    do {
      code = program.run("shell", "--cluster", file, "--exec", commands);
    } while (code == ExitCodes.FAILED && program.toString().contains("commit_unknown_result"));
    assertThat(code).as("%s", program).isZero();
  }

  private List<String> states() {
    return LocalCluster.open(home).processes().stream()
        .map(process -> process.state().toString())
        .toList();
  }
}
