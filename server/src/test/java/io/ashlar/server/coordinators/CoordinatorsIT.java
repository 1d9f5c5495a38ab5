package io.ashlar.server.coordinators;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ashlar.embedded.ClusterFile;
import io.ashlar.server.Program;
import io.ashlar.server.cluster.SteadyLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The coordinators of a cluster of real processes move while clients write. */
final class CoordinatorsIT {
  @TempDir private Path home;
  private final Program program = new Program();

  @AfterEach
  void endAll() {
    program.run("cluster", "down", "--timeout", "0", "--dir", home.toString());
  }

  @Test
  void oneBecomesThreeAndThenAnotherThreeWhileClientsWrite() throws Exception {
    String ownPid = Long.toString(ProcessHandle.current().pid());
    run(
        0,
        "cluster",
        "up",
        "--processes",
        "4",
        "--replication",
        "double",
        "--coordinators",
        "1",
        "--ends-with",
        ownPid);
    Path file = home.resolve(ClusterFile.NAME);
    List<String> processes = processes();
    List<String> three = processes.subList(0, 3);
    List<String> others = processes.subList(1, 4);
    ClusterFile first = ClusterFile.read(file);
    assertThat(first.processes()).containsExactly(processes.get(0));
    try (SteadyLoad load = new SteadyLoad(file, 4)) {
      run(1, set(List.of(processes.get(0), processes.get(1))));
      assertThat(program.err()).contains("of 2 coordinators no more may fail than of 1");
      run(1, set(List.of("127.0.0.1:1")));
      assertThat(program.err()).contains("127.0.0.1:1 cannot be a coordinator: nobody listens");
      assertThat(ClusterFile.read(file)).isEqualTo(first);

      run(0, set(three));
      ClusterFile second = ClusterFile.read(file);
      assertThat(second.processes()).containsExactlyInAnyOrderElementsOf(three);
      assertThat(second.databaseId()).isEqualTo(first.databaseId());
      long before = load.acknowledged();
      run(0, set(others));
      assertThat(ClusterFile.read(file).processes()).containsExactlyInAnyOrderElementsOf(others);

      // The first one is needed no more: the others are a majority without it.
      run(0, "cluster", "kill", "1");
      run(0, "coordinators", "--json");
      assertThat(JSON.std.mapFrom(program.out())).containsEntry("mayFail", 1);
      load.check();
      assertThat(load.acknowledged()).isGreaterThan(before);
    }
  }

  private List<String> processes() throws IOException {
    run(0, "cluster", "status", "--json");
    List<String> processes = new ArrayList<>();
    for (Object one : (List<?>) JSON.std.mapFrom(program.out()).get("local")) {
      processes.add((String) ((Map<?, ?>) one).get("address"));
    }
    return processes;
  }

  private static String[] set(List<String> processes) {
    List<String> all = new ArrayList<>(List.of("coordinators", "set"));
    all.addAll(processes);
    return all.toArray(String[]::new);
  }

  private void run(int code, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--dir", home.toString()));
    int given = program.run(all.toArray(String[]::new));
    assertThat(given).as("%s\n%s", all, program).isEqualTo(code);
  }
}
