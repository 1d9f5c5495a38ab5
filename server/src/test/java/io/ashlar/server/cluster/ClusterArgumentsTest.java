package io.ashlar.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.server.ExitCodes;
import io.ashlar.server.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What commands for local clusters say when there is nothing that they could do. */
final class ClusterArgumentsTest {
  @TempDir private Path home;

  private final Program program = new Program();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up --processes 0|--processes must be 1 to 64, not 0",
        "up --processes 2 --replication triple|--replication triple needs --processes 3 or more",
        "up --processes 3 --coordinators 4|--coordinators must be 1 to 3, not 4",
        "up --processes 9 --coordinators 6|--coordinators must be 1 to 5, not 6",
        "up --replication twice|--replication",
        "status|there is no cluster in",
        "kill 1|there is no cluster in",
        "kill|missing required argument",
        "kill 1 --random|--random are mutually exclusive",
        "pause|N",
        "pause one|N is a whole number, not one",
        "resume 1|there is no cluster in",
        "restart 1|there is no cluster in",
        "down|there is no cluster in",
        "down --timeout -1|--timeout must be 0 or more seconds",
        "torture --processes 2|--processes must be 3 to 64, not 2",
        "torture --replication single|--replication must be double or triple",
        "torture --roles king|--roles: one of sequencer",
        "torture --busy -1|--busy must be 0 or more",
        "trial|missing required parameter",
        "trial earthquake|there is no trial earthquake; they are network, stopped-log,",
        "trial network --workload canary|--workload must be one of cycle",
        "trial network --clients 0|--clients must be 1 or more",
      })
  void whatCannotBeDoneIsToldOfInOneLine(String arguments, String said) {
    Path folder = home.resolve("none");
    String[] command = ("cluster " + arguments + " --dir " + folder).split(" ");
    assertThat(program.run(command)).as("%s", program).isEqualTo(ExitCodes.USAGE);
    assertThat(program.err().lines()).singleElement().asString().startsWith("ashlar: ");
    assertThat(program.err()).contains(said);
    assertThat(folder).doesNotExist();
  }

  @Test
  void aClusterKeepsWhatItWasMadeWith() throws IOException {
    LocalCluster.plan(home, "double", 1, 3);
    for (List<String> wrong :
        List.of(
            List.of("--replication", "triple"),
            List.of("--coordinators", "3"),
            List.of("--processes", "2"))) {
      assertThat(program.run("cluster", "up", "--dir", home.toString(), wrong.get(0), wrong.get(1)))
          .as("%s", wrong)
          .isEqualTo(ExitCodes.USAGE);
      assertThat(program.err().lines()).singleElement().asString().contains(wrong.get(0));
    }
    assertThat(program.run("cluster", "kill", "4", "--dir", home.toString()))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(program.err()).contains("there is no process 4; they are 1 to 3");
    LocalCluster read = LocalCluster.open(home);
    assertThat(read.size()).isEqualTo(3);
    assertThat(read.replication()).isEqualTo("double");
    assertThat(read.coordinators()).isEqualTo(1);
  }

  @Test
  void addressesStayWhenProcessesAreAdded() throws IOException {
    LocalCluster planned = LocalCluster.plan(home, "single", 1, 2);
    LocalCluster grown = planned.grownTo(5);
    assertThat(addresses(grown)).doesNotHaveDuplicates().startsWith(addresses(planned));
    assertThat(addresses(LocalCluster.open(home))).isEqualTo(addresses(grown)).hasSize(5);
    assertThat(grown.processesAtCreation()).isEqualTo(2);
  }

  @Test
  void whatProcessesAreForIsKept() throws IOException {
    LocalCluster.Seat log = new LocalCluster.Seat("127.0.0.1:10001", "log", List.of());
    LocalCluster.Seat any = LocalCluster.Seat.at("127.0.0.1:10002");
    LocalCluster.plan(home, "double", 1, List.of(log, any));
    assertThat(Files.readString(home.resolve("processes.json"))).contains("[\"log\",\"any\"]");
    LocalCluster read = LocalCluster.open(home);
    assertThat(addresses(read)).containsExactly(log.address(), any.address());
    assertThat(read.at(any.address()).number()).isEqualTo(2);
    assertThat(read.isOfEmbedded()).isFalse();
  }

  @Test
  void aClusterAroundAnEmbeddedStoreIsKnownAsOne() throws IOException {
    LocalCluster.aroundEmbedded(home, 2);
    assertThat(LocalCluster.open(home).isOfEmbedded()).isTrue();
    assertThat(LocalCluster.open(home).clusterFile()).doesNotExist();
  }

  private static String[] addresses(LocalCluster cluster) {
    return cluster.processes().stream().map(LocalProcess::address).toArray(String[]::new);
  }

  @Test
  void aProcessThatGotTheIdOfADeadOneIsNotHarmed() throws IOException {
    LocalCluster cluster = LocalCluster.plan(home, "single", 1, 1);
    ProcessHandle here = ProcessHandle.current();
    long begun = here.info().startInstant().orElseThrow().toEpochMilli();
    Files.writeString(home.resolve("1.pid"), here.pid() + " " + (begun - 60_000) + "\n");
    assertThat(cluster.process(1).handle()).isEmpty();
    assertThat(program.run("cluster", "kill", "1", "--dir", home.toString()))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(program.err()).contains("process 1 is not running");
    assertThat(program.run("cluster", "down", "--dir", home.toString())).isEqualTo(ExitCodes.OK);
    assertThat(program.out()).contains("no process was running");
    // The same with the right time is found.
    Files.writeString(home.resolve("1.pid"), here.pid() + " " + begun + "\n");
    assertThat(cluster.process(1).handle()).contains(here);
    assertThat(cluster.process(1).state()).isEqualTo(LocalProcess.State.RUNNING);
  }

  @Test
  void aFileOfTheClusterThatIsSomethingElseIsNamed() throws IOException {
    for (String content : List.of("", "{}", "[1]", "{\"processes\":7}")) {
      Files.writeString(home.resolve("processes.json"), content);
      assertThat(program.run("cluster", "status", "--dir", home.toString()))
          .as(content)
          .isEqualTo(ExitCodes.UNAVAILABLE);
      assertThat(program.err().lines()).singleElement().asString().contains("processes.json");
    }
  }
}
