package io.ashlar.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.server.demo.ChildJvm;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole program, with stores on disk and processes of their own. */
final class ProgramTest {
  @TempDir private Path home;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aLaterShellFindsWhatAnEarlierOneWrote() {
    String dir = home.resolve("store").toString();
    assertThat(run("shell", "--dir", dir, "--exec", "writemode on; set hello world; get hello"))
        .isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains("`hello' is `world'");
    out.getBuffer().setLength(0);
    assertThat(run("shell", "--dir", dir, "--exec", "get hello")).isEqualTo(ExitCodes.OK);
    assertThat(out.toString()).contains("`hello' is `world'");
    assertThat(run("shell", "--dir", dir, "--exec", "bad command")).isEqualTo(ExitCodes.FAILED);
  }

  @Test
  void aDirectoryThatIsNoStoreIsRefusedInOneLine() throws Exception {
    Files.writeString(home.resolve("diary.txt"), "dear diary");
    assertThat(run("shell", "--dir", home.toString(), "--exec", "get a"))
        .isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("directory_version (7003)")
        .contains("diary.txt");
  }

  @Test
  void aClusterFileThatIsNotThereIsNamed() {
    assertThat(run("shell", "--cluster", home.resolve("none").toString(), "--exec", "get a"))
        .isEqualTo(ExitCodes.UNAVAILABLE);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("no_cluster_file_found (1515)");
  }

  @Test
  void theTourHoldsOnASmallSample() {
    int code = run("demo", "--rows", "3000", "--kills", "1", "--json");
    assertThat(code).as(out + "\n" + err).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .contains("✓ killed")
        .doesNotContain("✗")
        .contains("\"result\":\"ok\",\"claims\":19,\"failed\":0");
  }

  @Test
  void tablesAreMeasuredBesidePlainKeys() {
    int code =
        run("bench", "table", "--rows", "1500", "--turns", "1", "--seconds", "0.2", "--json");
    assertThat(code).as(out + "\n" + err).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .contains("\"what\":\"import\",\"rows\":1500,", "\"what\":\"reads\",\"clients\":64,");
  }

  @Test
  void anIndexIsBuiltOverAKillWhileOthersWrite() {
    int code = run("bench", "index", "--rows", "6000", "--seconds", "0.5");
    assertThat(code).as(out + "\n" + err).isEqualTo(ExitCodes.OK);
    assertThat(out.toString())
        .contains("killed with SIGKILL", "✓ the build went on at row", "✓ scrubbed 6,000 rows")
        .doesNotContain("✗");
  }

  @Test
  void aNodeServesTheShellUntilItIsAskedToStop() throws Exception {
    Path dir = home.resolve("node");
    CompletableFuture<String> ready = new CompletableFuture<>();
    try (ChildJvm node =
        new ChildJvm(
            home, ready::complete, "start", "--dir", dir.toString(), "--listen", "127.0.0.1:0")) {
      Path clusterFile = Path.of(ready.get(60, TimeUnit.SECONDS).substring("ready ".length()));
      assertThat(clusterFile).isEqualTo(dir.toAbsolutePath().resolve("ashlar.cluster"));
      assertThat(Files.readString(clusterFile).strip())
          .matches("[a-zA-Z0-9_]+:[a-zA-Z0-9]+@127\\.0\\.0\\.1:[0-9]+");
      assertThat(
              run(
                  "shell",
                  "--cluster",
                  clusterFile.toString(),
                  "--exec",
                  "writemode on; set served yes; get served"))
          .as(err.toString())
          .isEqualTo(ExitCodes.OK);
      assertThat(run("shell", "--dir", dir.toString(), "--exec", "get served"))
          .isEqualTo(ExitCodes.UNAVAILABLE);
      assertThat(err.toString()).contains("directory_in_use (7002)");
      assertThat(node.terminate()).isZero();
    }
    out.getBuffer().setLength(0);
    assertThat(run("shell", "--dir", dir.toString(), "--exec", "get served")).isZero();
    assertThat(out.toString()).contains("`served' is `yes'");
  }

  @Test
  void otherMachinesAreLetInOnlyWhenThatIsAccepted() {
    assertThat(run("start", "--dir", home.resolve("x").toString(), "--listen", "0.0.0.0:0"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().lines()).singleElement().asString().contains("--insecure");
    assertThat(home.resolve("x")).doesNotExist();
  }

  private int run(String... arguments) {
    return Main.execute(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
