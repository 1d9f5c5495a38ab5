package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.host.Disk;
import io.ashlar.host.DurableFile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A folder of a machine's disk, as one role sees it. */
final class DiskView implements Disk {
  private final SimDisk disk;
  private final SimProcess process;
  private final RolePorts owner;
  private final String prefix;

  DiskView(SimDisk disk, SimProcess process, RolePorts owner, String prefix) {
    this.disk = disk;
    this.process = process;
    this.owner = owner;
    this.prefix = prefix;
  }

  static String prefix(String outer, String folder) {
    return folder.isEmpty() ? outer : outer + checked(folder) + "/";
  }

  private static String checked(String name) {
    boolean legal = !name.isEmpty() && !name.startsWith("/") && !name.endsWith("/");
    for (int i = 0; i < name.length() && legal; i++) {
      char c = name.charAt(i);
      legal =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '-'
              || c == '/';
    }
    Check.that(legal, "not a name of a file: ", name);
    return name;
  }

  @Override
  public Disk under(String folder) {
    return new DiskView(disk, process, owner, prefix(prefix, folder));
  }

  @Override
  public void open(String name, long preallocateBytes, Consumer<DurableFile> onOpen) {
    String path = prefix + checked(name);
    if (disk.stopsRead(process, path)) {
      return;
    }
    owner.later(
        disk.readDelay(),
        () -> {
          FileNode node = disk.find(path);
          if (node == null) {
            if (disk.stopsCreation(process, path)) {
              return;
            }
            node = disk.create(path, preallocateBytes);
          }
          onOpen.accept(new OpenFile(name, path, node));
        });
  }

  @Override
  public void list(Consumer<List<String>> onList) {
    if (disk.stopsRead(process, prefix)) {
      return;
    }
    List<String> found = new ArrayList<>();
    for (String path : disk.names()) {
      if (path.startsWith(prefix)) {
        found.add(path.substring(prefix.length()));
      }
    }
    owner.later(disk.readDelay(), () -> onList.accept(found));
  }

  @Override
  public void read(String name, Consumer<Bytes> onContent) {
    String path = prefix + checked(name);
    if (disk.stopsRead(process, path)) {
      return;
    }
    FileNode node = disk.find(path);
    Bytes content = node == null ? null : node.readAll();
    owner.later(
        disk.readDelay(),
        () -> {
          if (node != null) {
            disk.onSeen(path, node);
          }
          onContent.accept(content);
        });
  }

  @Override
  public void replace(String name, Bytes content, Runnable onDurable) {
    disk.replace(process, owner, prefix + checked(name), content, onDurable);
  }

  @Override
  public void delete(String name, Runnable onDurable) {
    disk.delete(process, owner, prefix + checked(name), onDurable);
  }

  private final class OpenFile implements DurableFile {
    private final String name;
    private final String path;
    private final FileNode node;
    private boolean closed;

    OpenFile(String name, String path, FileNode node) {
      this.name = name;
      this.path = path;
      this.node = node;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long size() {
      return node.size();
    }

    @Override
    public void read(long offset, int length, Consumer<Bytes> onRead) {
      checkOpen();
      if (disk.stopsRead(process, path)) {
        return;
      }
      Bytes found = node.read(offset, length);
      later(disk.readDelay(), () -> onRead.accept(found));
    }

    @Override
    public void append(Bytes bytes) {
      checkOpen();
      disk.append(process, path, node, bytes);
    }

    @Override
    public void sync(Runnable onDurable) {
      checkOpen();
      disk.sync(process, owner, path, node, unlessClosed(onDurable));
    }

    @Override
    public void truncate(long size, Runnable onDurable) {
      checkOpen();
      disk.truncate(process, owner, path, node, size, unlessClosed(onDurable));
    }

    @Override
    public void close() {
      closed = true;
    }

    private void checkOpen() {
      Check.that(!closed, "the file was closed: ", path);
    }

    private void later(long delayNanos, Runnable action) {
      owner.later(delayNanos, unlessClosed(action));
    }

    private Runnable unlessClosed(Runnable action) {
      return () -> {
        if (!closed) {
          action.run();
        }
      };
    }
  }
}
