package io.ashlar.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher at the root of the source tree, in a tree of its own, with a Maven and a JDK that
 * are scripts: Maven counts its runs, Java prints its arguments.
 */
final class LauncherTest {
  @TempDir private Path home;

  private Path tree;
  private Path tools;
  private Path jdks;
  private Path source;

  private record Run(int code, String out, String err) {}

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectories(home.resolve("a tree"));
    tools = Files.createDirectories(home.resolve("tools"));
    jdks = Files.createDirectories(home.resolve("jdks"));
    Files.copy(Path.of("..", "ashlar"), tree.resolve("ashlar"));
    Files.createDirectories(tree.resolve(".mvn"));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    Files.createDirectories(tree.resolve("server/src/main/java"));
    Files.writeString(tree.resolve("server/pom.xml"), "<project/>");
    source = Files.writeString(tree.resolve("server/src/main/java/A.java"), "class A {}");
    script(
        tools.resolve("mvn"),
        "echo run >> '" + home.resolve("maven-runs") + "'",
        "echo \"$JAVA_HOME\" > '" + home.resolve("maven-java-home") + "'",
        "if grep -q BROKEN server/src/main/java/A.java; then",
        "  echo \"[ERROR] $PWD/server/src/main/java/A.java:[1] broken\"; exit 1",
        "fi",
        "mkdir -p server/target core/target",
        "echo jar > server/target/ashlar-server-1.jar; echo jar > core/target/ashlar-core-1.jar",
        "echo library > '" + home.resolve("library.jar") + "'",
        "printf '%s' \"$PWD/core/target/ashlar-core-1.jar:"
            + home.resolve("library.jar")
            + "\""
            + " > server/target/classpath");
  }

  @Test
  void buildsOnceThenRunsWithItsOwnJarsAndTheLibraries() throws Exception {
    jdk("17.0.15");
    Run first = launch("shell", "--exec", "get \"a b\"");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.err()).contains("first build").contains("RocksDB");
    assertThat(first.out())
        .contains("<io.ashlar.server.Main>")
        .contains("<get \"a b\">")
        .contains("/lib/ashlar-server-1.jar:")
        .contains("/lib/ashlar-core-1.jar:" + home.resolve("library.jar") + ">");
    Run second = launch("--version");
    assertThat(second.code()).isZero();
    assertThat(second.err()).isEmpty();
    assertThat(mavenRuns()).isEqualTo(1);
  }

  @Test
  void buildsAgainWhenASourceOrPomIsNewerOrGone() throws Exception {
    jdk("17.0.15");
    launch("--version");
    makeNewer(source);
    assertThat(launch("--version").err()).contains("newer than the last build");
    assertThat(mavenRuns()).isEqualTo(2);
    makeOlder(source);
    makeNewer(tree.resolve("server/pom.xml"));
    launch("--version");
    assertThat(mavenRuns()).isEqualTo(3);
    makeOlder(tree.resolve("server/pom.xml"));
    launch("--version");
    assertThat(mavenRuns()).isEqualTo(3);
    // A file that is gone shows in the time of its folder.
    makeNewer(source.getParent());
    launch("--version");
    assertThat(mavenRuns()).isEqualTo(4);
    makeOlder(source.getParent());
    Files.delete(home.resolve("library.jar"));
    launch("--version");
    assertThat(mavenRuns()).isEqualTo(5);
  }

  @Test
  void aFailedBuildEndsWithFourAndShowsTheErrorWhereTheSourceIs() throws Exception {
    jdk("17.0.15");
    Files.writeString(source, "BROKEN");
    Run failed = launch("--version");
    assertThat(failed.code()).isEqualTo(4);
    assertThat(failed.err()).contains(source + ":[1] broken").contains("build.log");
    assertThat(failed.out()).isEmpty();
    Files.writeString(source, "class A {}");
    assertThat(launch("--version").code()).isZero();
  }

  @Test
  void startsAtTheSameTimeBuildOnce() throws Exception {
    jdk("17.0.15");
    List<Process> started = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      started.add(start("run" + i));
    }
    for (Process process : started) {
      assertThat(finish(process).code()).isZero();
    }
    assertThat(mavenRuns()).isEqualTo(1);
  }

  @Test
  void withoutAJdkItSaysSoInOneLine() throws Exception {
    Run run = launch("--version");
    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err().lines()).singleElement().asString().contains("no JDK 17 or newer");
  }

  @Test
  void withoutMavenItSaysSoInOneLine() throws Exception {
    jdk("17.0.15");
    Files.delete(tools.resolve("mvn"));
    Run run = launch("--version");
    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err().lines()).singleElement().asString().contains("Maven");
  }

  @Test
  void takesTheNewestJdkItKnowsAndGivesItToMaven() throws Exception {
    jdk("17.0.15");
    jdk("1.8.0_400");
    Path newest = jdk("25.0.3");
    jdk("21");
    Run run = launch("--version");
    assertThat(run.out()).contains("<jdk 25.0.3>");
    assertThat(Files.readString(home.resolve("maven-java-home")).strip())
        .isEqualTo(newest.toRealPath().toString());
  }

  @Test
  void nativeAccessIsAllowedOnlyWhereTheJdkKnowsTheOption() throws Exception {
    jdk("17.0.15");
    assertThat(launch("--version").out()).doesNotContain("native-access");
    jdk("25.0.3");
    assertThat(launch("--version").out()).contains("<--enable-native-access=ALL-UNNAMED>");
  }

  private int mavenRuns() throws IOException {
    return Files.readAllLines(home.resolve("maven-runs")).size();
  }

  private Path jdk(String version) throws IOException {
    Path jdk = Files.createDirectories(jdks.resolve("jdk-" + version));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Files.createDirectories(jdk.resolve("bin"));
    script(jdk.resolve("bin/java"), "echo '<jdk " + version + ">'; printf '<%s>\\n' \"$@\"");
    script(jdk.resolve("bin/javac"), "exit 0");
    return jdk;
  }

  private static void script(Path file, String... lines) throws IOException {
    Files.writeString(file, "#!/usr/bin/env bash\n" + String.join("\n", lines) + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static void makeNewer(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(3_600)));
  }

  private static void makeOlder(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3_600)));
  }

  private Run launch(String... arguments) throws Exception {
    return finish(start(arguments));
  }

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", tree.resolve("ashlar").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("JAVA_HOME");
    builder.environment().remove("ASHLAR_JAVA_OPTS");
    builder.environment().put("ASHLAR_JDK_FOLDERS", jdks.toString());
    builder.environment().put("PATH", tools + ":" + onlyTools());
    builder.redirectError(Files.createTempFile(home, "err", "").toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Process process = builder.start();
    errors.add(builder.redirectError().file().toPath());
    processes.add(process);
    return process;
  }

  private final List<Process> processes = new ArrayList<>();
  private final List<Path> errors = new ArrayList<>();

  private Run finish(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    String err = Files.readString(errors.get(processes.indexOf(process)));
    return new Run(process.exitValue(), out, err);
  }

  /** A folder with links to what the script needs, and neither java nor mvn. */
  private Path onlyTools() throws IOException {
    Path folder = home.resolve("system");
    if (Files.exists(folder)) {
      return folder;
    }
    Files.createDirectories(folder);
    for (String tool :
        List.of(
            "bash",
            "env",
            "dirname",
            "readlink",
            "sed",
            "head",
            "cat",
            "find",
            "sort",
            "uniq",
            "cut",
            "tail",
            "mkdir",
            "flock",
            "touch",
            "grep",
            "date",
            "basename",
            "rm",
            "cp",
            "mv",
            "tee",
            "sleep")) {
      for (String place : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
        Path found = Path.of(place, tool);
        if (Files.isExecutable(found)) {
          Files.createSymbolicLink(folder.resolve(tool), found);
          break;
        }
      }
    }
    return folder;
  }
}
