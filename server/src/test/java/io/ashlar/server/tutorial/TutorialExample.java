package io.ashlar.server.tutorial;

import io.ashlar.server.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A copy of the example below {@code target}, built by a Maven of its own that finds the jars of
 * this build in a repository made for it. What is not ours is linked there from the repository of
 * the build around it, so nothing is fetched, and nothing of ours gets into that.
 */
final class TutorialExample {
  private static final String GROUP = "io/ashlar";
  private static final Pattern JAR = Pattern.compile("(ashlar-[a-z-]+)-([0-9].*)\\.jar");
  private static final long MINUTES_MAX = 10;

  /**
   * How Maven ended.
   *
   * @param code 0 when all went well
   */
  record Run(int code, List<String> lines) {
    String text() {
      return String.join("\n", lines);
    }
  }

  private final Path repository;
  private final Path project;
  private int runs;

  private TutorialExample(Path repository, Path project) {
    this.repository = repository;
    this.project = project;
  }

  /** Makes repository and copy anew. */
  static TutorialExample make(Path folder) throws IOException {
    deleteIfThere(folder);
    TutorialExample made =
        new TutorialExample(folder.resolve("repository"), folder.resolve("simulation-tutorial"));
    made.link(Path.of(System.getProperty("localRepository")));
    made.install();
    made.copy(Tutorial.EXAMPLE);
    return made;
  }

  private void link(Path users) throws IOException {
    Files.createDirectories(repository.resolve(GROUP));
    for (Path group : list(users)) {
      if (group.endsWith("io")) {
        for (Path inner : list(group)) {
          if (!inner.endsWith("ashlar")) {
            Files.createSymbolicLink(repository.resolve("io").resolve(inner.getFileName()), inner);
          }
        }
      } else {
        Files.createSymbolicLink(repository.resolve(group.getFileName()), group);
      }
    }
  }

  /** The jars of ours that this test itself runs with, each with the pom that is in it. */
  private void install() throws IOException {
    String version = null;
    for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      Path jar = Path.of(entry);
      Matcher name = JAR.matcher(jar.getFileName().toString());
      if (name.matches() && !name.group(2).endsWith("-tests")) {
        version = name.group(2);
        Path folder = folder(name.group(1), version);
        String stem = name.group(1) + "-" + version;
        Files.copy(jar, folder.resolve(stem + ".jar"));
        try (JarFile opened = new JarFile(jar.toFile());
            InputStream pom =
                opened.getInputStream(
                    opened.getEntry("META-INF/maven/io.ashlar/" + name.group(1) + "/pom.xml"))) {
          Files.copy(pom, folder.resolve(stem + ".pom"));
        }
      }
    }
    if (version == null) {
      throw new IllegalStateException(
          "no jar of ours on the class path: this test needs packages, as mvn verify makes them");
    }
    Files.copy(
        Path.of("..", "pom.xml"),
        folder("ashlar-parent", version).resolve("ashlar-parent-" + version + ".pom"));
  }

  private Path folder(String artifact, String version) throws IOException {
    return Files.createDirectories(repository.resolve(GROUP).resolve(artifact).resolve(version));
  }

  private void copy(Path from) throws IOException {
    Files.createDirectories(project);
    Files.copy(from.resolve("pom.xml"), project.resolve("pom.xml"));
    try (Stream<Path> sources = Files.walk(from.resolve("src"))) {
      for (Path source : (Iterable<Path>) sources::iterator) {
        Files.copy(source, project.resolve(from.relativize(source).toString()));
      }
    }
  }

  /** Runs Maven in the project, with these arguments. */
  Run maven(String... arguments) throws IOException, InterruptedException {
    String home = System.getProperty("maven.home");
    List<String> command = new ArrayList<>();
    command.add(home == null ? "mvn" : Path.of(home, "bin", "mvn").toString());
    command.addAll(List.of("--batch-mode", "--offline", "-Dstyle.color=never"));
    command.add("-Dmaven.repo.local=" + repository.toAbsolutePath());
    // Whatever mirror the build around this has fetched a file from, here it is good.
    command.add("-Dmaven.legacyLocalRepo=true");
    command.addAll(Arrays.asList(arguments));
    Path log = project.resolveSibling("maven-" + ++runs + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)) {
        throw new IllegalStateException("Maven has not ended in time; see " + log);
      }
      // Whoever adds up reports of tests is not to find those that have to fail; the log has them.
      deleteIfThere(project.resolve("target").resolve("surefire-reports"));
      return new Run(process.exitValue(), Files.readAllLines(log));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().map(Path::toAbsolutePath).toList();
    }
  }

  private static void deleteIfThere(Path folder) throws IOException {
    if (Files.exists(folder)) {
      Trees.delete(folder);
    }
  }
}
