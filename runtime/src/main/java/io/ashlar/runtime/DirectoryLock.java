package io.ashlar.runtime;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second host from opening a directory: of another process, or of this one.
 *
 * <p>Two files, because on many systems closing any channel of a file gives up all locks that the
 * process has on it: a second host of the same process that found the lock taken would, by closing
 * its channel, give up the first one's. So it meets the first host at the gate, whose lock matters
 * within the process alone (where the JDK keeps book of it), and does not get to the other file,
 * whose lock matters to other processes.
 */
final class DirectoryLock implements AutoCloseable {
  private final FileChannel gate;
  private final FileChannel lock;

  private DirectoryLock(FileChannel gate, FileChannel lock) {
    this.gate = gate;
    this.lock = lock;
  }

  /**
   * Locks a directory, which is created if it is absent.
   *
   * @throws AshlarException with DIRECTORY_IN_USE when another host has it
   */
  static DirectoryLock take(Path directory) throws IOException {
    FileLayer machine = FileLayer.ofTheMachine();
    machine.createFolders(directory);
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      // Whoever made it may have been killed before it was synced.
      machine.syncFolder(parent);
    }
    FileChannel gate = open(directory.resolve("~gate"));
    try {
      gate.tryLock();
      FileChannel lock = open(directory.resolve("~lock"));
      if (lock.tryLock() != null) {
        return new DirectoryLock(gate, lock);
      }
      lock.close();
    } catch (OverlappingFileLockException e) {
      gate.close();
      throw inUse(directory, "this process");
    }
    gate.close();
    throw inUse(directory, "another process");
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
  }

  private static AshlarException inUse(Path directory, String by) {
    return new AshlarException(
        ErrorCode.DIRECTORY_IN_USE,
        by + " has " + directory + " open; close it there first, or use another directory.");
  }

  @Override
  public void close() throws IOException {
    lock.close();
    gate.close();
  }
}
