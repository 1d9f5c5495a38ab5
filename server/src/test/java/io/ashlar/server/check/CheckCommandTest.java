package io.ashlar.server.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.core.Bytes;
import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.LocalNode;
import io.ashlar.embedded.NodeOptions;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ashlar check} against one node in this process, over TCP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CheckCommandTest {
  private static final String KEYS = "ashlar-check/";

  @TempDir private static Path home;

  private final Program program = new Program();
  private LocalNode node;
  private Database database;
  private Path file;

  @BeforeAll
  void start() {
    node = LocalNode.start(NodeOptions.inMemory().listeningAt("127.0.0.1", 0));
    file = home.resolve("ashlar.cluster");
    node.clusterFile().write(file);
    database = Ashlar.connect(file);
  }

  @AfterAll
  void stop() {
    database.close();
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cycle", "counter", "serializability", "append"})
  void aSoundStorePassesAndIsLeftAsItWas(String workload) throws IOException {
    assertThat(check(workload, 1)).as("%s", program).isEqualTo(ExitCodes.OK);
    Map<String, Object> told = JSON.std.mapFrom(program.out());
    assertThat(told).containsEntry("lost", 0).containsEntry("violations", 0);
    assertThat(told).containsEntry("judged", true).containsEntry("unfinished", 0);
    assertThat((Integer) told.get("acknowledged")).isPositive();
    assertThat((Double) told.get("longestGapMillis"))
        .isGreaterThanOrEqualTo((Double) told.get("medianGapMillis"));
    assertThat(program.err()).isEmpty();
    assertThat(keys()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"counter,log/", "serializability,marker/", "append,row/"})
  void aStoreThatLosesAWriteFails(String workload, String row) throws Exception {
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> check(workload, 30));
    // What was acknowledged goes as if the store had forgotten it.
    while (!code.isDone() && !clearOne(row)) {
      assertThat(code).as("%s", program).isNotCompletedExceptionally();
    }
    assertThat(code.get()).as("%s", program).isEqualTo(ExitCodes.FAILED);
    assertThat((Integer) JSON.std.mapFrom(program.out()).get("lost")).isPositive();
    assertThat(keys()).isNotEmpty();
    clearAll();
  }

  @Test
  void aRingThatIsBrokenFails() throws Exception {
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> check("cycle", 30));
    while (!code.isDone() && !clearOne("")) {
      assertThat(code).as("%s", program).isNotCompletedExceptionally();
    }
    assertThat(code.get()).as("%s", program).isEqualTo(ExitCodes.FAILED);
    assertThat((Integer) JSON.std.mapFrom(program.out()).get("violations")).isPositive();
    clearAll();
  }

  @Test
  void theCanaryIsFoundOut() {
    int code =
        program.run(
            "check", "--cluster", file.toString(), "--workload", "canary", "--seconds", "2");
    assertThat(code).as("%s", program).isEqualTo(ExitCodes.FAILED);
    assertThat(program.out()).startsWith("WRONG: the accounts have").contains("still there");
    assertThat(program.err()).contains("acknowledged");
    clearAll();
  }

  @Test
  void roundsFollowEachOtherAndAreJudgedWhileTheNextGoesOn() throws Exception {
    for (String workload : List.of("cycle", "counter", "serializability", "append")) {
      try (ClusterCheck check = new ClusterCheck(file, workload, 8, Bytes.utf8(KEYS), 50)) {
        check.begin(30, false);
        CheckProgress now = check.progress();
        while (now.judged() < 9 && !now.isStopping()) {
          now = check.progress();
        }
        CheckReport report = check.end(30);
        assertThat(report.violations().kept()).as(workload).isEmpty();
        assertThat(report.isSound()).isTrue();
        assertThat(report.rounds()).isGreaterThanOrEqualTo(9);
        assertThat(report.tally().acknowledged()).isPositive();
      }
      assertThat(keys()).isEmpty();
    }
  }

  @Test
  void keysOfOthersAreLeftAlone() {
    byte[] key = "~own".getBytes(StandardCharsets.UTF_8);
    database.run(
        transaction -> {
          transaction.set(key, key);
          return null;
        });
    assertThat(
            program.run(
                "check", "--cluster", file.toString(), "--spread", "--seconds", "1", "--json"))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(program.err()).contains("has keys already");
    database.run(
        transaction -> {
          transaction.clear(key);
          return null;
        });
    assertThat(
            program.run(
                "check", "--cluster", file.toString(), "--spread", "--seconds", "1", "--json"))
        .as("%s", program)
        .isEqualTo(ExitCodes.OK);
  }

  @Test
  void aClusterThatIsNotThereIsToldInOneLine() {
    assertThat(program.run("check", "--cluster", home.resolve("none").toString()))
        .isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(program.err().lines())
        .singleElement()
        .asString()
        .contains("no_cluster_file_found (1515)");

    Path nobody = home.resolve("nobody.cluster");
    // Nobody listens at the first of all ports.
    new ClusterFile("nobody", "5d41402abc4b2a76b9719d911017c592", List.of("127.0.0.1:1"))
        .write(nobody);
    assertThat(program.run("check", "--cluster", nobody.toString(), "--patience", "1"))
        .isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(program.err().lines())
        .singleElement()
        .asString()
        .contains("does not answer within 1 s", "ashlar status --cluster " + nobody);
  }

  @Test
  void wrongArgumentsAreTold() {
    String where = file.toString();
    assertThat(program.run("check")).isEqualTo(ExitCodes.USAGE);
    for (List<String> wrong :
        List.of(
            List.of("--workload", "register"),
            List.of("--seconds", "0"),
            List.of("--seconds", "99999999999"),
            List.of("--clients", "0"),
            List.of("--patience", "0"),
            List.of("--patience", "9999999999999"))) {
      assertThat(program.run("check", "--cluster", where, wrong.get(0), wrong.get(1)))
          .as("%s", wrong)
          .isEqualTo(ExitCodes.USAGE);
      assertThat(program.err()).contains(wrong.get(0));
    }
  }

  private int check(String workload, int seconds) {
    return program.run(
        "check",
        "--cluster",
        file.toString(),
        "--workload",
        workload,
        "--seconds",
        Integer.toString(seconds),
        "--clients",
        "8",
        "--json");
  }

  private List<KeyValue> keys() {
    return database.read(
        transaction -> transaction.getRange(bytes(KEYS), bytes(KEYS + "~")).asList().join());
  }

  /** Clears a row of which the key has a name in it; false while there is none. */
  private boolean clearOne(String name) {
    return database.run(
        transaction -> {
          // A snapshot does not conflict with those who write all the time.
          List<KeyValue> rows =
              transaction.snapshot().getRange(bytes(KEYS), bytes(KEYS + "~")).asList().join();
          for (KeyValue row : rows) {
            if (new String(row.getKey(), StandardCharsets.ISO_8859_1).contains(name)) {
              transaction.clear(row.getKey());
              return true;
            }
          }
          return false;
        });
  }

  private void clearAll() {
    database.run(
        transaction -> {
          transaction.clear(bytes(KEYS), bytes(KEYS + "~"));
          return null;
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
