package io.ashlar.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The file system as the disk threads use it: blocking, one thread at a time for each file. There
 * is one of the machine's own ({@link NioFiles}); tests put one over it that loses what was not
 * synced.
 */
public interface FileLayer {
  /** The machine's own files. */
  static FileLayer ofTheMachine() {
    return new NioFiles();
  }

  /** An open file. Bytes are written where they are told to be; the file grows as needed. */
  interface Handle {
    long size() throws IOException;

    /** Reads into {@code to} until it is full or the file ends; gives the bytes read. */
    int read(ByteBuffer to, long offset) throws IOException;

    /** Writes all of {@code from}. */
    void write(ByteBuffer from, long offset) throws IOException;

    /** Makes what was written durable, and the size with it. */
    void sync() throws IOException;

    /** Cuts the file; not durable before a sync. */
    void truncate(long size) throws IOException;

    void close() throws IOException;
  }

  /** Whether there is a file of this name. */
  boolean exists(Path file) throws IOException;

  /** Opens a file for reading and writing, and creates it if it is absent. */
  Handle open(Path file) throws IOException;

  /**
   * The files below a folder, at any depth; none when the folder is absent. Of a file that another
   * thread renames meanwhile both names may be missing.
   */
  List<Path> list(Path folder) throws IOException;

  /** Puts {@code from} in the place of {@code to}, atomically. */
  void rename(Path from, Path to) throws IOException;

  /** Removes a file if it is there. */
  void delete(Path file) throws IOException;

  /** Creates the folder and those above it, durably. */
  void createFolders(Path folder) throws IOException;

  /** Makes the names in a folder durable. */
  void syncFolder(Path folder) throws IOException;

  /** Bytes that can still be written, for messages to people. */
  long usableBytes(Path folder) throws IOException;
}
