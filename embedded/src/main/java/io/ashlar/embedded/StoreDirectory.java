package io.ashlar.embedded;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.runtime.FileLayer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A node's directory: {@code FORMAT} says who wrote it, {@code files} has the roles' files (and the
 * lock that keeps a second opener out), {@code engines} the storage engines', one folder each.
 */
final class StoreDirectory {
  private static final String FORMAT = "FORMAT";
  private static final String STAGED = "FORMAT.new";
  private static final String FILES = "files";
  private static final String STATE = "coordinator";
  private static final String ENGINES = "engines";
  private static final String VERSION = "ashlar 2";

  /** What a first opening that was cut short may have left. */
  private static final List<String> OWN_BEFORE_FORMAT =
      List.of(FILES, ENGINES, STAGED, ClusterFile.NAME, ClusterFile.NAME + ".new");

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
          ErrorCode.IO_ERROR, "cannot use the directory " + path + ": " + e, e);
    }
  }

  /**
   * Refuses a directory of which a part is missing that was there before the parts that are: to
   * begin anew over them would destroy what they hold. Its opener holds the lock.
   *
   * @param isFirst whether it has the coordinator of its cluster
   * @throws AshlarException {@link ErrorCode#FILE_CORRUPT} with the name of the file
   */
  void checkWhole(boolean isFirst) {
    try {
      String witness = firstFile(files().resolve("logs"));
      if (witness == null) {
        witness = firstFile(engines());
      }
      if (witness == null) {
        return;
      }
      if (!Files.exists(files().resolve("worker"))) {
        throw lost(files().resolve("worker").toString(), witness);
      }
      if (isFirst && firstFile(files().resolve(STATE)) == null) {
        throw lost(files().resolve(STATE) + " with its register-*", witness);
      }
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot read the directory " + path + ": " + e, e);
    }
  }

  /**
   * The cluster that the node here has joined, as its directory says, or null when it is the first
   * of its own: then it has a coordinator's register.
   */
  ClusterFile joined() {
    try {
      Path file = path.resolve(ClusterFile.NAME);
      boolean isFirst = firstFile(files().resolve(STATE)) != null;
      return isFirst || !Files.exists(file) ? null : ClusterFile.read(file);
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot read the directory " + path + ": " + e, e);
    }
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

  /** Marks the directory as ours and makes its folders; its opener holds the lock. */
  void begin() {
    try {
      MACHINE.createFolders(engines());
      // Whoever made them may have been killed before they were synced.
      MACHINE.syncFolder(path.getParent() == null ? path : path.getParent());
      MACHINE.syncFolder(path);
      Path format = path.resolve(FORMAT);
      if (Files.exists(format)) {
        return;
      }
      Path staged = path.resolve(STAGED);
      Files.writeString(staged, VERSION + "\n", StandardCharsets.UTF_8);
      try (FileChannel written = FileChannel.open(staged, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      Files.move(staged, format, StandardCopyOption.ATOMIC_MOVE);
      MACHINE.syncFolder(path);
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot write into the directory " + path + ": " + e, e);
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
          ErrorCode.IO_ERROR, "cannot make the folder " + folder + ": " + e, e);
    }
    return folder;
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
