package io.ashlar.runtime;

import io.ashlar.core.Bytes;
import io.ashlar.host.Disk;
import io.ashlar.host.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A role's files below a folder of the machine. */
final class FileDisk implements Disk {
  /** Ends the name of a file that is being put together; no name of a role has it. */
  static final String UNFINISHED = "~new";

  private static final int ZEROS_BYTES = 1 << 20;

  private final DiskThread thread;
  private final RoleEvents events;
  private final Path folder;

  FileDisk(DiskThread thread, RoleEvents events, Path folder) {
    this.thread = thread;
    this.events = events;
    this.folder = folder;
  }

  @Override
  public Disk under(String below) {
    return new FileDisk(thread, events, folder.resolve(DiskNames.checked(below)));
  }

  private Path path(String name) {
    return folder.resolve(DiskNames.checked(name));
  }

  @Override
  public void open(String name, long preallocateBytes, Consumer<DurableFile> onOpen) {
    Path path = path(name);
    thread.submit(
        round -> {
          boolean isNew = !thread.files().exists(path);
          if (isNew) {
            thread.files().createFolders(path.getParent());
          }
          boolean isReserved = isNew && preallocateBytes > 0;
          FileLayer.Handle handle = thread.files().open(isReserved ? unfinished(path) : path);
          long size = isNew ? 0 : handle.size();
          DiskRound.OpenFile file = new DiskRound.OpenFile(path, handle, size);
          round.opened(file);
          Runnable opened =
              () -> events.run(() -> onOpen.accept(new AppendedFile(thread, events, name, file)));
          if (isReserved) {
            thread.beside(path, nothing -> reserve(file, preallocateBytes), opened);
          } else {
            if (isNew) {
              thread.files().syncFolder(path.getParent());
            }
            round.complete(opened);
          }
        });
  }

  private static Path unfinished(Path path) {
    return path.resolveSibling(path.getFileName() + UNFINISHED);
  }

  /**
   * Writes zeros, so that appending later changes bytes of the file and nothing else: the sync of
   * an append then needs no second write for the file's size and place. The file has its name only
   * when they are durable: nobody sees what the disk held there before.
   */
  private void reserve(DiskRound.OpenFile file, long bytes) throws IOException {
    file.handle.truncate(0);
    ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
    for (long at = 0; at < bytes; at += ZEROS_BYTES) {
      zeros.clear().limit((int) Math.min(ZEROS_BYTES, bytes - at));
      file.handle.write(zeros, at);
    }
    file.handle.sync();
    thread.files().rename(unfinished(file.path), file.path);
    thread.files().syncFolder(file.path.getParent());
  }

  @Override
  public void list(Consumer<List<String>> onList) {
    thread.submit(
        round -> {
          List<String> names = new ArrayList<>();
          for (Path file : thread.files().list(folder)) {
            String name = folder.relativize(file).toString().replace('\\', '/');
            // Files that are not finished, and those the host itself keeps, are no role's.
            if (name.indexOf('~') < 0) {
              names.add(name);
            }
          }
          names.sort(null);
          round.complete(() -> events.run(() -> onList.accept(names)));
        });
  }

  @Override
  public void read(String name, Consumer<Bytes> onContent) {
    Path path = path(name);
    thread.submit(
        round -> {
          Bytes content = null;
          if (thread.files().exists(path)) {
            FileLayer.Handle handle = thread.files().open(path);
            try {
              DiskRound.OpenFile file = new DiskRound.OpenFile(path, handle, handle.size());
              content = round.read(file, 0, Math.toIntExact(file.size));
            } finally {
              handle.close();
            }
            // Whoever replaced it may have died between the two steps of that.
            thread.files().syncFolder(path.getParent());
          }
          Bytes found = content;
          round.complete(() -> events.run(() -> onContent.accept(found)));
        });
  }

  @Override
  public void replace(String name, Bytes content, Runnable onDurable) {
    Path path = path(name);
    thread.submit(
        round -> {
          FileLayer files = thread.files();
          files.createFolders(path.getParent());
          Path unfinished = unfinished(path);
          FileLayer.Handle handle = files.open(unfinished);
          try {
            handle.truncate(0);
            handle.write(ByteBuffer.wrap(content.unsafeArray()), 0);
            handle.sync();
          } finally {
            handle.close();
          }
          // In this order: the name must not come to stand for content that is not durable.
          files.rename(unfinished, path);
          files.syncFolder(path.getParent());
          round.complete(() -> events.run(onDurable));
        });
  }

  @Override
  public void delete(String name, Runnable onDurable) {
    Path path = path(name);
    thread.submit(
        round -> {
          if (thread.files().exists(path)) {
            thread.files().delete(path);
          }
          // One that is not there may have been deleted by a process that died before this.
          if (thread.files().exists(path.getParent())) {
            thread.files().syncFolder(path.getParent());
          }
          round.complete(() -> events.run(onDurable));
        });
  }

  /** The loop's side of an open file. */
  private static final class AppendedFile implements DurableFile {
    private final DiskThread thread;
    private final RoleEvents events;
    private final String name;
    private final DiskRound.OpenFile file;
    private long size;
    private boolean closed;

    AppendedFile(DiskThread thread, RoleEvents events, String name, DiskRound.OpenFile file) {
      this.thread = thread;
      this.events = events;
      this.name = name;
      this.file = file;
      this.size = file.size;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long size() {
      return size;
    }

    private void run(Runnable completion) {
      if (!closed) {
        events.run(completion);
      }
    }

    @Override
    public void read(long offset, int length, Consumer<Bytes> onRead) {
      thread.submit(
          round -> {
            Bytes bytes = round.read(file, offset, length);
            round.complete(() -> run(() -> onRead.accept(bytes)));
          });
    }

    @Override
    public void append(Bytes bytes) {
      FileChecks.appending(name, closed);
      size += bytes.length();
      thread.submit(round -> round.append(file, bytes));
    }

    @Override
    public void sync(Runnable onDurable) {
      FileChecks.appending(name, closed);
      thread.submit(round -> round.sync(file, () -> run(onDurable)));
    }

    @Override
    public void truncate(long newSize, Runnable onDurable) {
      FileChecks.truncating(name, closed, size, newSize);
      size = newSize;
      thread.submit(
          round -> {
            round.truncate(file, newSize);
            round.complete(() -> run(onDurable));
          });
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        thread.submit(round -> round.close(file));
      }
    }
  }
}
