package io.ashlar.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Uid;
import io.ashlar.embedded.ClusterFile;
import io.ashlar.server.Program;
import io.ashlar.server.ThisProgram;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder in which the commands of a text for operators are run as they stand there. Its machines
 * 10.0.0.n are ports of this one, and have a folder each for what they keep below {@code /}; every
 * database gets clients that write as long as it is there.
 */
final class OperatedPlace implements AutoCloseable {
  private static final Pattern MACHINE = Pattern.compile("10\\.0\\.0\\.(\\d+):4500");
  private static final String LOCAL_CLUSTER = "ashlar-cluster";
  private static final int CLIENTS = 3;
  private static final int MACHINES = 10;
  private static final long PATIENCE_SECONDS = 120;
  private static final long LOOK_MILLIS = 100;

  /** A process that {@code start} has begun. */
  private record Started(Process process, Path directory, Path log) {
    boolean isReady() throws IOException {
      return Files.readString(log).lines().anyMatch(line -> line.startsWith("ready "));
    }

    Path clusterFile() {
      return directory.resolve(ClusterFile.NAME);
    }

    Uid database() {
      return ClusterFile.read(clusterFile()).databaseId();
    }
  }

  private final Path home;
  private final Program program = new Program();
  private final String ownPid = Long.toString(ProcessHandle.current().pid());
  private final List<Integer> ports;
  private final Map<String, Started> processes = new LinkedHashMap<>();
  private final List<Started> begun = new ArrayList<>();
  private final TreeMap<Uid, SteadyLoad> loads = new TreeMap<>();

  OperatedPlace(Path home) throws IOException {
    this.home = home;
    ports = FreePorts.find(MACHINES, List.of());
  }

  /** The same with the addresses that machines have here. */
  private String here(String text) {
    Matcher machine = MACHINE.matcher(text);
    return machine.replaceAll(
        found -> LocalCluster.HOST + ":" + ports.get(Integer.parseInt(found.group(1))));
  }

  void write(String file, List<String> lines) throws IOException {
    Files.writeString(home.resolve(file), here(String.join("\n", lines) + "\n"));
  }

  /**
   * Ends a process as Ctrl-C does. Before the last one of a database ends, so do its clients, and
   * what they wrote is looked for.
   */
  void end(String address) throws InterruptedException {
    Started ended = processes.remove(address);
    Uid database = ended.database();
    if (processes.values().stream().noneMatch(each -> each.database().equals(database))) {
      checkLoad(ended.clusterFile());
    }
    Process process = ended.process;
    process.destroy();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(address).isTrue();
  }

  /**
   * Runs a command. One that only looks is repeated until the cluster is as the text says.
   *
   * @param words of the command
   * @param text that it prints, among others
   */
  void run(List<String> words, int exitCode, String text) throws Exception {
    String printed = here(text);
    if (words.get(0).equals("start")) {
      start(words);
      return;
    }
    awaitReady();
    List<String> arguments = arguments(words, "");
    boolean isLocal = words.get(0).equals("cluster");
    if (isLocal && words.get(1).equals("down")) {
      checkLoad(home.resolve(LOCAL_CLUSTER).resolve(ClusterFile.NAME));
    }
    long begunNanos = System.nanoTime();
    int code = program.run(arguments.toArray(String[]::new));
    while (isLook(words)
        && program.err().isEmpty()
        && (code != exitCode || !program.toString().contains(printed))
        && System.nanoTime() - begunNanos < TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
      pause();
      code = program.run(arguments.toArray(String[]::new));
    }
    assertThat(code).as("%s\n%s", arguments, program).isEqualTo(exitCode);
    assertThat(program.toString()).as("%s", arguments).contains(printed);
    if (isLocal && words.get(1).equals("up")) {
      load(home.resolve(LOCAL_CLUSTER).resolve(ClusterFile.NAME));
    }
  }

  private static boolean isLook(List<String> words) {
    return words.contains("status")
        || (words.get(0).equals("coordinators")
            && !words.contains("set")
            && !words.contains("auto"));
  }

  private static void pause() throws InterruptedException {
    new CountDownLatch(1).await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * As the command is written, with what is different here.
   *
   * @param machine the folder below which its absolute paths are
   */
  private List<String> arguments(List<String> words, String machine) {
    List<String> arguments = new ArrayList<>();
    boolean hasPlace = false;
    for (int i = 0; i < words.size(); i++) {
      boolean isPath = i > 0 && List.of("--dir", "--cluster").contains(words.get(i - 1));
      hasPlace |= isPath;
      arguments.add(isPath ? path(words.get(i), machine).toString() : here(words.get(i)));
    }
    if (!hasPlace) {
      arguments.addAll(List.of("--dir", home.resolve(LOCAL_CLUSTER).toString()));
    }
    boolean starts =
        words.get(0).equals("start")
            || (words.get(0).equals("cluster") && List.of("up", "restart").contains(words.get(1)));
    if (starts) {
      arguments.addAll(List.of("--ends-with", ownPid));
    }
    return arguments;
  }

  private Path path(String written, String machine) {
    return written.startsWith("/")
        ? home.resolve(machine).resolve(written.substring(1))
        : home.resolve(written);
  }

  // Processes

  private static String option(List<String> words, String name) {
    int at = words.indexOf(name);
    return at < 0 ? null : words.get(at + 1);
  }

  private void start(List<String> words) throws Exception {
    String address = option(words, "--listen");
    String machine = address.substring(0, address.indexOf(':'));
    String cluster = option(words, "--cluster");
    if (cluster != null && !Files.exists(path(cluster, machine))) {
      // One that is being started writes it.
      awaitReady();
    }
    Path temporary = Files.createDirectories(home.resolve(machine).resolve("tmp"));
    Path log = home.resolve(machine + ".log");
    Process process =
        new ProcessBuilder(ThisProgram.command(temporary, arguments(words, machine)))
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Started started = new Started(process, path(option(words, "--dir"), machine), log);
    processes.put(address, started);
    begun.add(started);
  }

  /** Waits until all that have been started have their database. */
  void awaitReady() throws Exception {
    long begunNanos = System.nanoTime();
    for (Started one : begun) {
      while (!one.isReady()) {
        String said = Files.readString(one.log, StandardCharsets.UTF_8);
        assertThat(one.process.isAlive()).as(said).isTrue();
        assertThat(System.nanoTime() - begunNanos)
            .as(said)
            .isLessThan(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
        pause();
      }
      load(one.clusterFile());
    }
    begun.clear();
  }

  // Clients

  private void load(Path clusterFile) {
    Uid database = ClusterFile.read(clusterFile).databaseId();
    if (!loads.containsKey(database)) {
      loads.put(database, new SteadyLoad(clusterFile, CLIENTS));
    }
  }

  private void checkLoad(Path clusterFile) throws InterruptedException {
    try (SteadyLoad load = loads.remove(ClusterFile.read(clusterFile).databaseId())) {
      load.check();
      assertThat(load.acknowledged()).isPositive();
    }
  }

  /** That every client of the databases that are there got what it wanted. */
  void checkLoads() throws InterruptedException {
    for (SteadyLoad load : loads.values()) {
      load.check();
      assertThat(load.acknowledged()).isPositive();
    }
  }

  @Override
  public void close() {
    loads.values().forEach(SteadyLoad::close);
    processes.values().forEach(each -> each.process.destroyForcibly());
    if (LocalCluster.isIn(home.resolve(LOCAL_CLUSTER))) {
      program.run(
          "cluster", "down", "--timeout", "0", "--dir", home.resolve(LOCAL_CLUSTER).toString());
    }
  }
}
