package io.ashlar.server.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.jr.ob.JSON;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.embedded.ClusterFile;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A folder with a cluster of processes on this machine. {@code processes.json} says what was asked
 * for and where each process listens, {@code ashlar.cluster} is for clients; process n has its data
 * in the folder {@code n}, its output in {@code n.log} and its process id in {@code n.pid}.
 */
final class LocalCluster {
  static final String HOST = "127.0.0.1";
  private static final String PLAN = "processes.json";
  private static final String LOCK = "processes.lock";

  private final Path folder;
  private final String replication;
  private final int coordinators;
  private final int processesAtCreation;
  private final List<String> addresses;

  private LocalCluster(
      Path folder,
      String replication,
      int coordinators,
      int processesAtCreation,
      List<String> addresses) {
    this.folder = folder;
    this.replication = replication;
    this.coordinators = coordinators;
    this.processesAtCreation = processesAtCreation;
    this.addresses = List.copyOf(addresses);
  }

  /** Does something while no other command starts a process of this cluster. */
  interface Exclusive<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Whether there is a cluster in the folder, running or not. */
  static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(PLAN));
  }

  /**
   * Plans a cluster in a folder that has none, and makes its cluster file.
   *
   * @param replication as {@code start} takes it
   * @param coordinators the first processes, which know who leads
   */
  static LocalCluster plan(Path folder, String replication, int coordinators, int processes)
      throws IOException {
    Files.createDirectories(folder);
    List<String> addresses = new ArrayList<>();
    for (int port : FreePorts.find(processes, List.of())) {
      addresses.add(HOST + ":" + port);
    }
    LocalCluster planned =
        new LocalCluster(folder, replication, coordinators, processes, addresses);
    Uid databaseId = Uid.draw(new SeededRandom(System.nanoTime() ^ ProcessHandle.current().pid()));
    new ClusterFile("local", databaseId.toString(), addresses.subList(0, coordinators))
        .write(planned.clusterFile());
    planned.write();
    return planned;
  }

  /**
   * Opens what was planned.
   *
   * @throws CommandFailedException when there is none
   */
  static LocalCluster open(Path folder) {
    Path file = folder.resolve(PLAN);
    if (!Files.exists(file)) {
      throw new CommandFailedException(
          "there is no cluster in "
              + folder
              + "; `cluster up --processes N --dir "
              + folder
              + "` makes one",
          ExitCodes.USAGE);
    }
    try {
      Map<String, Object> fields = JSON.std.mapFrom(Files.readString(file));
      List<String> addresses = new ArrayList<>();
      ((List<?>) fields.get("processes")).forEach(address -> addresses.add((String) address));
      return new LocalCluster(
          folder,
          (String) fields.get("replication"),
          ((Number) fields.get("coordinators")).intValue(),
          ((Number) fields.get("processesAtCreation")).intValue(),
          addresses);
    } catch (JacksonException | ClassCastException | NullPointerException wrong) {
      throw new CommandFailedException(
          file + " is not what `cluster up` writes", ExitCodes.UNAVAILABLE, wrong);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void write() throws IOException {
    Json fields =
        Json.object()
            .put("replication", replication)
            .put("coordinators", coordinators)
            .put("processesAtCreation", processesAtCreation)
            .put("processes", addresses);
    Path staged = folder.resolve(PLAN + ".new");
    Files.writeString(staged, fields + "\n", StandardCharsets.UTF_8);
    Files.move(
        staged,
        folder.resolve(PLAN),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** The same with more processes, which are to join. */
  LocalCluster grownTo(int processes) throws IOException {
    List<Integer> taken = new ArrayList<>();
    addresses.forEach(
        address -> taken.add(Integer.valueOf(address.substring(address.lastIndexOf(':') + 1))));
    List<String> more = new ArrayList<>(addresses);
    for (int port : FreePorts.find(processes - addresses.size(), taken)) {
      more.add(HOST + ":" + port);
    }
    LocalCluster grown =
        new LocalCluster(folder, replication, coordinators, processesAtCreation, more);
    grown.write();
    return grown;
  }

  /** Runs {@code body} while no other command does the same on this folder. */
  <T> T exclusively(Exclusive<T> body) throws IOException, InterruptedException {
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      if (!held.isValid()) {
        throw new IOException("lost the lock on " + folder);
      }
      return body.run();
    }
  }

  Path folder() {
    return folder;
  }

  Path clusterFile() {
    return folder.resolve(ClusterFile.NAME);
  }

  String replication() {
    return replication;
  }

  int coordinators() {
    return coordinators;
  }

  /** How many processes it had at first: these are waited for before there is a database. */
  int processesAtCreation() {
    return processesAtCreation;
  }

  int size() {
    return addresses.size();
  }

  /** All processes, running or not. */
  List<LocalProcess> processes() {
    List<LocalProcess> processes = new ArrayList<>();
    for (int i = 1; i <= addresses.size(); i++) {
      processes.add(new LocalProcess(this, i, addresses.get(i - 1)));
    }
    return processes;
  }

  /**
   * A process by its number.
   *
   * @throws CommandFailedException when there is none
   */
  LocalProcess process(int number) {
    if (number < 1 || number > addresses.size()) {
      throw new CommandFailedException(
          "there is no process " + number + "; they are 1 to " + addresses.size(), ExitCodes.USAGE);
    }
    return processes().get(number - 1);
  }
}
