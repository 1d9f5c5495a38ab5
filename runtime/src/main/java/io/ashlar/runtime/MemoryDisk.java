package io.ashlar.runtime;

import io.ashlar.core.Bytes;
import io.ashlar.host.Disk;
import io.ashlar.host.DurableFile;
import java.util.List;
import java.util.function.Consumer;

/** A role's files in memory: everything is done at once and told in a later event. */
final class MemoryDisk implements Disk {
  private final MemoryFiles files;
  private final RoleEvents events;
  private final String prefix;

  MemoryDisk(MemoryFiles files, RoleEvents events, String prefix) {
    this.files = files;
    this.events = events;
    this.prefix = prefix;
  }

  @Override
  public Disk under(String folder) {
    return new MemoryDisk(files, events, path(folder) + "/");
  }

  private String path(String name) {
    return prefix + DiskNames.checked(name);
  }

  @Override
  public void open(String name, long preallocateBytes, Consumer<DurableFile> onOpen) {
    MemoryFiles.Content content = files.open(path(name));
    events.later(() -> onOpen.accept(new MemoryFile(name, content)));
  }

  @Override
  public void list(Consumer<List<String>> onList) {
    List<String> names = files.list(prefix);
    events.later(() -> onList.accept(names));
  }

  @Override
  public void read(String name, Consumer<Bytes> onContent) {
    MemoryFiles.Content content = files.find(path(name));
    Bytes bytes = content == null ? null : content.read(0, Math.toIntExact(content.size()));
    events.later(() -> onContent.accept(bytes));
  }

  @Override
  public void replace(String name, Bytes bytes, Runnable onDurable) {
    MemoryFiles.Content content = new MemoryFiles.Content();
    content.append(bytes);
    files.put(path(name), content);
    events.later(onDurable);
  }

  @Override
  public void delete(String name, Runnable onDurable) {
    files.remove(path(name));
    events.later(onDurable);
  }

  /** An open file. */
  private final class MemoryFile implements DurableFile {
    private final String name;
    private final MemoryFiles.Content content;
    private boolean closed;

    MemoryFile(String name, MemoryFiles.Content content) {
      this.name = name;
      this.content = content;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long size() {
      return content.size();
    }

    private void later(Runnable completion) {
      events.later(
          () -> {
            if (!closed) {
              completion.run();
            }
          });
    }

    @Override
    public void read(long offset, int length, Consumer<Bytes> onRead) {
      Bytes bytes = content.read(offset, length);
      later(() -> onRead.accept(bytes));
    }

    @Override
    public void append(Bytes bytes) {
      FileChecks.appending(name, closed);
      content.append(bytes);
    }

    @Override
    public void sync(Runnable onDurable) {
      FileChecks.appending(name, closed);
      later(onDurable);
    }

    @Override
    public void truncate(long size, Runnable onDurable) {
      FileChecks.truncating(name, closed, content.size(), size);
      content.truncate(size);
      later(onDurable);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
