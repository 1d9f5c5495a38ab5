package io.ashlar.runtime;

import io.ashlar.core.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The rounds of a {@link DiskThread}: gathers neighbouring appends into one write, and those who
 * wait for a sync until the end of the round. Of the disk thread alone.
 */
final class DiskRound {
  /** A file as the disk thread knows it. */
  static final class OpenFile {
    final Path path;
    final FileLayer.Handle handle;

    /** Where the next append goes, what is staged included. */
    long size;

    private final List<Runnable> waiting = new ArrayList<>();

    OpenFile(Path path, FileLayer.Handle handle, long size) {
      this.path = path;
      this.handle = handle;
      this.size = size;
    }
  }

  /** Large enough for a group of commits; larger writes gain nothing. */
  private static final int STAGE_BYTES = 1 << 20;

  private final DiskThread thread;
  private final Set<OpenFile> open = new LinkedHashSet<>();
  private final Set<OpenFile> toSync = new LinkedHashSet<>();
  private final ByteBuffer stage = ByteBuffer.allocateDirect(STAGE_BYTES);
  private OpenFile staged;
  private List<Runnable> events = new ArrayList<>();
  private long appendedBytes;

  DiskRound(DiskThread thread) {
    this.thread = thread;
  }

  long appendedBytes() {
    return appendedBytes;
  }

  /** An event of the loop, at once when the round's operations are done. */
  void complete(Runnable event) {
    events.add(event);
  }

  void opened(OpenFile file) {
    open.add(file);
  }

  void append(OpenFile file, Bytes bytes) throws IOException {
    if (staged != file) {
      writeStaged();
      staged = file;
    }
    int from = 0;
    while (from < bytes.length()) {
      if (!stage.hasRemaining()) {
        writeStaged();
        staged = file;
      }
      int part = Math.min(stage.remaining(), bytes.length() - from);
      stage.put(bytes.unsafeArray(), from, part);
      from += part;
      file.size += part;
    }
    appendedBytes += bytes.length();
  }

  private void writeStaged() throws IOException {
    if (stage.position() > 0) {
      stage.flip();
      staged.handle.write(stage, staged.size - stage.remaining());
      stage.clear();
    }
    staged = null;
  }

  /** The event runs once everything appended to the file so far is durable. */
  void sync(OpenFile file, Runnable event) {
    file.waiting.add(event);
    toSync.add(file);
  }

  Bytes read(OpenFile file, long offset, int length) throws IOException {
    writeStaged();
    byte[] array = new byte[(int) Math.max(0, Math.min(length, file.size - offset))];
    int read = 0;
    while (read < array.length) {
      // In parts, through the stage: the JDK would keep a direct buffer as large as the array.
      stage.clear().limit(Math.min(STAGE_BYTES, array.length - read));
      int more = file.handle.read(stage, offset + read);
      stage.flip();
      stage.get(array, read, more);
      read += more;
      if (more == 0) {
        break;
      }
    }
    stage.clear();
    return read == array.length ? Bytes.wrap(array) : Bytes.copyOf(array, 0, read);
  }

  void truncate(OpenFile file, long size) throws IOException {
    writeStaged();
    file.handle.truncate(size);
    file.handle.sync();
    file.size = size;
  }

  void close(OpenFile file) throws IOException {
    writeStaged();
    // Who waits for a sync of it may have closed it: the sync is done all the same.
    if (toSync.remove(file)) {
      syncFile(file);
    }
    open.remove(file);
    file.handle.close();
  }

  private void syncFile(OpenFile file) throws IOException {
    file.handle.sync();
    events.addAll(file.waiting);
    file.waiting.clear();
  }

  /** Ends the round: everything is written, synced and told. */
  void finish() throws IOException {
    writeStaged();
    if (!toSync.isEmpty()) {
      // Who waits for something else need not wait for the syncs.
      publishEvents();
      for (OpenFile file : toSync) {
        syncFile(file);
      }
      toSync.clear();
    }
    publishEvents();
    appendedBytes = 0;
  }

  private void publishEvents() {
    if (!events.isEmpty()) {
      thread.publish(events);
      events = new ArrayList<>();
    }
  }

  /** At the end of the thread; what was not synced is as uncertain as before. */
  void closeFiles() {
    for (OpenFile file : open) {
      try {
        file.handle.close();
      } catch (IOException e) {
        // Nothing was promised about what is not synced, and nothing more is written.
        continue;
      }
    }
    open.clear();
  }
}
