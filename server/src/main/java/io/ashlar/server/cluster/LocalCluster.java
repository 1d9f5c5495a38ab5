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

  /** In the place of a replication: it is what the store in the first directory has. */
  private static final String EMBEDDED = "embedded";

  private static final String LOCK = "processes.lock";

  private final Path folder;
  private final String replication;
  private final int coordinators;
  private final int processesAtCreation;
  private final List<Seat> seats;

  private LocalCluster(
      Path folder,
      String replication,
      int coordinators,
      int processesAtCreation,
      List<Seat> seats) {
    this.folder = folder;
    this.replication = replication;
    this.coordinators = coordinators;
    this.processesAtCreation = processesAtCreation;
    this.seats = List.copyOf(seats);
  }

  /**
   * Where a process of the cluster runs and what for.
   *
   * @param address {@code host:port} where it listens
   * @param workerClass as {@code start} takes it
   * @param before what comes before its command; not kept for later commands
   */
  record Seat(String address, String workerClass, List<String> before) {
    static final String ANY = "any";

    Seat {
      before = List.copyOf(before);
    }

    /** On this machine, for any roles. */
    static Seat at(String address) {
      return new Seat(address, ANY, List.of());
    }
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
    return plan(folder, replication, coordinators, freeSeats(processes, List.of()));
  }

  /** The same with processes that need not all be alike. */
  static LocalCluster plan(Path folder, String replication, int coordinators, List<Seat> seats)
      throws IOException {
    Files.createDirectories(folder);
    LocalCluster planned = new LocalCluster(folder, replication, coordinators, seats.size(), seats);
    Uid databaseId = Uid.draw(new SeededRandom(System.nanoTime() ^ ProcessHandle.current().pid()));
    List<String> electors = seats.subList(0, coordinators).stream().map(Seat::address).toList();
    new ClusterFile("local", databaseId.toString(), electors).write(planned.clusterFile());
    planned.write();
    return planned;
  }

  /**
   * Plans a cluster whose first process has an embedded store in its directory; the others join it.
   *
   * @param processes in all
   */
  static LocalCluster aroundEmbedded(Path folder, int processes) throws IOException {
    Files.createDirectories(folder);
    LocalCluster planned =
        new LocalCluster(folder, EMBEDDED, 1, 1, freeSeats(processes, List.of()));
    planned.write();
    return planned;
  }

  /** On free ports of this machine. */
  static List<Seat> freeSeats(int count, List<Integer> taken) throws IOException {
    List<Seat> seats = new ArrayList<>();
    for (int port : FreePorts.find(count, taken)) {
      seats.add(Seat.at(HOST + ":" + port));
    }
    return seats;
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
      List<Seat> seats = new ArrayList<>();
      List<?> classes = (List<?>) fields.get("classes");
      for (Object address : (List<?>) fields.get("processes")) {
        String workerClass = classes == null ? Seat.ANY : (String) classes.get(seats.size());
        seats.add(new Seat((String) address, workerClass, List.of()));
      }
      return new LocalCluster(
          folder,
          (String) fields.get("replication"),
          ((Number) fields.get("coordinators")).intValue(),
          ((Number) fields.get("processesAtCreation")).intValue(),
          seats);
    } catch (JacksonException
        | ClassCastException
        | NullPointerException
        | IndexOutOfBoundsException wrong) {
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
            .put("processes", seats.stream().map(Seat::address).toList());
    if (seats.stream().anyMatch(seat -> !seat.workerClass().equals(Seat.ANY))) {
      fields.put("classes", seats.stream().map(Seat::workerClass).toList());
    }
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
    for (Seat seat : seats) {
      String address = seat.address();
      taken.add(Integer.valueOf(address.substring(address.lastIndexOf(':') + 1)));
    }
    List<Seat> more = new ArrayList<>(seats);
    more.addAll(freeSeats(processes - seats.size(), taken));
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

  /** Whether the first process has a store that was there before; then none creates a database. */
  boolean isOfEmbedded() {
    return replication.equals(EMBEDDED);
  }

  int coordinators() {
    return coordinators;
  }

  /** How many processes it had at first: these are waited for before there is a database. */
  int processesAtCreation() {
    return processesAtCreation;
  }

  int size() {
    return seats.size();
  }

  /** All processes, running or not. */
  List<LocalProcess> processes() {
    List<LocalProcess> processes = new ArrayList<>();
    for (int i = 1; i <= seats.size(); i++) {
      processes.add(new LocalProcess(this, i, seats.get(i - 1)));
    }
    return processes;
  }

  /** The process that listens there. */
  LocalProcess at(String address) {
    return processes().stream()
        .filter(process -> process.address().equals(address))
        .findFirst()
        .orElseThrow(
            () -> new CommandFailedException("no process of this cluster listens at " + address));
  }

  /**
   * A process by its number.
   *
   * @throws CommandFailedException when there is none
   */
  LocalProcess process(int number) {
    if (number < 1 || number > seats.size()) {
      throw new CommandFailedException(
          "there is no process " + number + "; they are 1 to " + seats.size(), ExitCodes.USAGE);
    }
    return processes().get(number - 1);
  }
}
