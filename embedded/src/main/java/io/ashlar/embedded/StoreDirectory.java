package io.ashlar.embedded;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.runtime.CauseText;
import io.ashlar.runtime.FileLayer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A node's directory: {@code FORMAT} says who wrote it, {@code MEMBERSHIP} to which database it
 * belongs, {@code files} has the roles' files (and the lock that keeps a second opener out), {@code
 * engines} the storage engines', one folder each.
 */
final class StoreDirectory {
  private static final String FORMAT = "FORMAT";
  private static final String MEMBERSHIP = "MEMBERSHIP";
  private static final String FILES = "files";
  private static final String COORDINATOR = "coordinator";
  private static final String LOGS = "logs";
  private static final String WORKER = "worker";
  private static final String ENGINES = "engines";
  private static final String VERSION = "ashlar 2";

  /** What a first opening that was cut short may have left. */
  private static final List<String> OWN_BEFORE_FORMAT =
      List.of(
          FILES,
          ENGINES,
          MEMBERSHIP,
          FORMAT + DurableText.STAGED,
          MEMBERSHIP + DurableText.STAGED,
          ClusterFile.NAME,
          ClusterFile.NAME + DurableText.STAGED);

  /** Makes and syncs folders; {@code FORMAT} and the folders must outlive the machine's failure. */
  private static final FileLayer MACHINE = FileLayer.ofTheMachine();

  private final Path path;

  StoreDirectory(Path directory) {
    path = directory.toAbsolutePath().normalize();
  }

  Path path() {
    return path;
  }

  Path files() {
    return path.resolve(FILES);
  }

  Path engines() {
    return path.resolve(ENGINES);
  }

  /**
   * Makes the directory where it is absent, and refuses one that is not ours before anything is
   * written into it.
   *
   * @throws AshlarException {@link ErrorCode#DIRECTORY_VERSION} or {@link ErrorCode#IO_ERROR}
   */
  void prepare() {
    try {
      if (Files.exists(path) && !Files.isDirectory(path)) {
        throw new AshlarException(
            ErrorCode.DIRECTORY_VERSION, path + " is a file; give a directory");
      }
      MACHINE.createFolders(path);
      Path format = path.resolve(FORMAT);
      if (Files.exists(format)) {
        checkVersion(Files.readString(format, StandardCharsets.ISO_8859_1).strip());
      } else {
        checkNoStranger();
      }
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot use the directory " + path + ": " + CauseText.of(e), e);
    }
  }

  /**
   * Refuses a directory of which a part is missing that was there before the parts that are: to
   * begin anew over them would destroy what they hold. Its opener holds the lock.
   *
   * @param process where the node listens, or its name
   * @throws AshlarException {@link ErrorCode#FILE_CORRUPT} with the name of the file
   */
  void checkWhole(NodeMembership membership, String process) {
    try {
      String witness = firstFile(files().resolve(LOGS));
      if (witness == null) {
        witness = firstFile(engines());
      }
      Path worker = files().resolve(WORKER);
      if (witness != null && !Files.exists(worker)) {
        throw lost(worker.toString(), witness);
      }
      Path register = register(membership.setId());
      if (!membership.isCoordinator(process) || Files.exists(register)) {
        return;
      }
      if (membership.isAlone() && (membership.created() || witness != null)) {
        throw lost(
            register.toString(), witness == null ? path.resolve(MEMBERSHIP).toString() : witness);
      }
      if (!membership.isAlone() && (membership.created() || witness != null)) {
        throw lostCoordinator(register, membership, process);
      }
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot read the directory " + path + ": " + CauseText.of(e), e);
    }
  }

  /**
   * How many of the storage servers of a database are on other nodes.
   *
   * @param process the name of the node here
   */
  long storagesElsewhere(ClusterView view, String process) {
    return view.storages().stream()
        .filter(
            each ->
                each.address().equals(Address.NONE)
                    ? !Files.isDirectory(engines().resolve(each.storageId().toString()))
                    : !each.address().process().equals(process))
        .count();
  }

  /** Whether the node is no coordinator of a set, or has its register. */
  boolean hasRegister(NodeMembership membership, String process) {
    return !membership.isCoordinator(process) || Files.exists(register(membership.setId()));
  }

  private Path register(Uid setId) {
    return files().resolve(COORDINATOR).resolve("register-" + setId);
  }

  /** A coordinator that began again with nothing would have forgotten what it promised. */
  private static AshlarException lostCoordinator(
      Path register, NodeMembership membership, String process) {
    int count = membership.coordinators().size();
    return new AshlarException(
        ErrorCode.FILE_CORRUPT,
        register
            + " is missing, and "
            + process
            + " is "
            + (count == 1
                ? "the only coordinator of database " + membership.databaseId()
                : "one of the coordinators of database "
                    + membership.databaseId()
                    + ", "
                    + String.join(", ", membership.coordinators()))
            + ": what it promised is lost; "
            + (count == 1
                ? "restore the directory from a copy"
                : "replace this coordinator by another process, and start this node at another"
                    + " address in an empty directory"));
  }

  private static AshlarException lost(String needed, String witness) {
    return new AshlarException(
        ErrorCode.FILE_CORRUPT,
        needed
            + " is missing, and "
            + witness
            + " is there: a part of the store was lost; restore it from a copy");
  }

  private static String firstFile(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return null;
    }
    try (Stream<Path> below = Files.walk(folder)) {
      return below
          .filter(Files::isRegularFile)
          .map(Path::toString)
          .min(String::compareTo)
          .orElse(null);
    }
  }

  /**
   * To which database the node here belongs, or null when no role has ever been started here. Its
   * opener holds the lock.
   *
   * @throws AshlarException {@link ErrorCode#FILE_CORRUPT} when that was known and is lost
   */
  NodeMembership membership() {
    Path file = path.resolve(MEMBERSHIP);
    try {
      if (Files.exists(file)) {
        return NodeMembership.decode(
            file.toString(), Files.readString(file, StandardCharsets.UTF_8));
      }
      // It is written before any of these.
      String witness = Files.exists(path.resolve(FORMAT)) ? path.resolve(FORMAT).toString() : null;
      if (witness == null && Files.exists(files().resolve(WORKER))) {
        witness = files().resolve(WORKER).toString();
      }
      for (Path folder : List.of(files().resolve(COORDINATOR), files().resolve(LOGS), engines())) {
        witness = witness == null ? firstFile(folder) : witness;
      }
      if (witness != null) {
        throw lost(file.toString(), witness);
      }
      return null;
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot read " + file + ": " + CauseText.of(e), e);
    }
  }

  /** Replaces what is known of the database. Durable when it returns. */
  void write(NodeMembership membership) {
    Path file = path.resolve(MEMBERSHIP);
    try {
      DurableText.replace(file, membership.encode());
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot write " + file + ": " + CauseText.of(e), e);
    }
  }

  /** Replaces the cluster file for clients, where there is one. */
  void write(ClusterFile cluster) {
    Path file = path.resolve(ClusterFile.NAME);
    if (Files.exists(file)) {
      cluster.write(file);
    }
  }

  /**
   * Marks the directory as ours and makes its folders; its opener holds the lock.
   *
   * @param membership durable before anything that is written because of it
   */
  void begin(NodeMembership membership) {
    try {
      MACHINE.createFolders(engines());
      // Whoever made them may have been killed before they were synced.
      MACHINE.syncFolder(path.getParent() == null ? path : path.getParent());
      MACHINE.syncFolder(path);
      if (!membership.equals(membership())) {
        write(membership);
      }
      Path format = path.resolve(FORMAT);
      if (!Files.exists(format)) {
        DurableText.replace(format, VERSION + "\n");
      }
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR,
          "cannot write into the directory " + path + ": " + CauseText.of(e),
          e);
    }
  }

  /** The folder of an engine, made durably; the engine makes what is in it. */
  Path engine(Uid storageId) {
    Path folder = engines().resolve(storageId.toString());
    try {
      MACHINE.createFolders(folder);
      MACHINE.syncFolder(engines());
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot make the folder " + folder + ": " + CauseText.of(e), e);
    }
    return folder;
  }

  /** Deletes the folder of an engine, durably; it may be there in part, or not at all. */
  void deleteEngine(Uid storageId) {
    Path folder = engines().resolve(storageId.toString());
    try {
      for (Path file : MACHINE.list(folder)) {
        MACHINE.delete(file);
      }
      if (MACHINE.exists(folder)) {
        MACHINE.delete(folder);
      }
      MACHINE.syncFolder(engines());
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot delete the folder " + folder + ": " + CauseText.of(e), e);
    }
  }

  private void checkVersion(String found) {
    if (!found.equals(VERSION)) {
      throw new AshlarException(
          ErrorCode.DIRECTORY_VERSION,
          path
              + " was written as \""
              + found.substring(0, Math.min(40, found.length()))
              + "\", this program reads \""
              + VERSION
              + "\"; open it with the version that wrote it");
    }
  }

  private void checkNoStranger() throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      String stranger =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !OWN_BEFORE_FORMAT.contains(name))
              .sorted()
              .findFirst()
              .orElse(null);
      if (stranger != null) {
        throw new AshlarException(
            ErrorCode.DIRECTORY_VERSION,
            path
                + " is no store of Ashlar but holds other files ("
                + stranger
                + "); give an empty directory");
      }
    }
  }
}
