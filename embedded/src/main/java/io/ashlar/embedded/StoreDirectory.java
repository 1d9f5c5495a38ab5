package io.ashlar.embedded;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * A node's directory, held by one process at a time: {@code LOCK}, {@code FORMAT}, the roles' files
 * below {@code files}, the engines below {@code engines}.
 */
final class StoreDirectory implements AutoCloseable {
  private static final String FORMAT = "FORMAT";
  private static final String LOCK = "LOCK";
  private static final String VERSION = "ashlar 1";

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;

  private StoreDirectory(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes the directory, making it where it is absent.
   *
   * @throws AshlarException {@link ErrorCode#DIRECTORY_IN_USE}, {@link
   *     ErrorCode#DIRECTORY_VERSION}, or {@link ErrorCode#IO_ERROR}
   */
  static StoreDirectory take(Path directory) {
    Path path = directory.toAbsolutePath().normalize();
    FileChannel channel = null;
    try {
      Files.createDirectories(path);
      channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new AshlarException(
            ErrorCode.DIRECTORY_IN_USE,
            path + " is open already, in this or another process; close it there first");
      }
      StoreDirectory taken = new StoreDirectory(path, channel, lock);
      taken.checkFormat();
      return taken;
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot open the directory " + path + ": " + e, e);
    } catch (AshlarException e) {
      closeQuietly(channel, e);
      throw e;
    }
  }

  /** Null when it is held elsewhere, or by another opener in this JVM. */
  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void closeQuietly(FileChannel channel, Exception because) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        because.addSuppressed(e);
      }
    }
  }

  private void checkFormat() throws IOException {
    Path format = path.resolve(FORMAT);
    if (Files.exists(format)) {
      String found = Files.readString(format, StandardCharsets.UTF_8).strip();
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
      return;
    }
    try (Stream<Path> entries = Files.list(path)) {
      // The cluster file is written after the format, a stranger's files never were ours.
      String stranger =
          entries
              .map(entry -> entry.getFileName().toString())
              .filter(name -> !name.equals(LOCK) && !name.equals(FORMAT + ".new"))
              .sorted()
              .findFirst()
              .orElse(null);
      if (stranger != null) {
        throw new AshlarException(
            ErrorCode.DIRECTORY_VERSION,
            path
                + " is no store of Ashlar but has other files ("
                + stranger
                + "); give an empty one");
      }
    }
    Path staged = path.resolve(FORMAT + ".new");
    Files.writeString(staged, VERSION + "\n", StandardCharsets.UTF_8);
    try (FileChannel written = FileChannel.open(staged, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(staged, format, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  Path path() {
    return path;
  }

  Path files() {
    return path.resolve("files");
  }

  Path engines() {
    return path.resolve("engines");
  }

  @Override
  public void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new AshlarException(
          ErrorCode.IO_ERROR, "cannot give back the directory " + path + ": " + e, e);
    }
  }
}
