package io.ashlar.log;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.SeededRandom;
import io.ashlar.host.Disk;
import io.ashlar.host.DurableFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A disk that keeps after a crash what its contract says: what a finished sync covered, and of the
 * rest any part, in small sectors.
 */
final class FakeDisk implements Disk {
  private static final int SECTOR_BYTES = 16;

  private final FakeWorld world;
  private final SeededRandom random;
  final Map<String, Content> files = new TreeMap<>();

  /** Smaller contents that a crash may go back to. */
  private final Map<String, Bytes> replacing = new TreeMap<>();

  /** When true, completions of syncs run although nothing was made durable: a planted fault. */
  boolean lies;

  /** When true, syncs and replacements do not finish. */
  boolean stuck;

  private int life;
  private final List<Runnable> held = new ArrayList<>();
  int openHandles;

  FakeDisk(FakeWorld world, SeededRandom random) {
    this.world = world;
    this.random = random;
  }

  /** The bytes of one file. */
  static final class Content {
    byte[] bytes = new byte[0];
    int size;
    int durable;
    int reserved;
    boolean nameDurable;

    byte[] readable() {
      return Arrays.copyOf(bytes, size);
    }
  }

  /** What a power failure leaves. */
  void crash() {
    life++;
    held.clear();
    stuck = false;
    openHandles = 0;
    for (Map.Entry<String, Bytes> entry : replacing.entrySet()) {
      if (random.nextBoolean()) {
        put(entry.getKey(), entry.getValue());
      }
    }
    replacing.clear();
    files.values().removeIf(content -> !content.nameDurable && random.nextBoolean());
    files.values().forEach(this::tear);
  }

  /** What a killed process leaves: the system has all it wrote. */
  void killProcess() {
    life++;
    held.clear();
    openHandles = 0;
    for (Map.Entry<String, Bytes> entry : replacing.entrySet()) {
      if (random.nextBoolean()) {
        put(entry.getKey(), entry.getValue());
      }
    }
    replacing.clear();
  }

  private void tear(Content content) {
    int kept = Math.max(content.size, content.reserved);
    byte[] after = new byte[kept];
    System.arraycopy(content.bytes, 0, after, 0, content.durable);
    int draw = random.nextInt(4);
    for (int at = content.durable; at < content.size; ) {
      int to = Math.min(content.size, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
      boolean survives =
          switch (draw) {
            case 0 -> false;
            case 1 -> true;
            case 2 -> random.nextInt(8) > 0;
            default -> random.nextBoolean();
          };
      if (survives) {
        System.arraycopy(content.bytes, at, after, at, to - at);
      }
      at = to;
    }
    int size =
        random.nextBoolean() ? kept : content.durable + random.nextInt(kept - content.durable + 1);
    content.bytes = after;
    content.size = size;
    content.durable = size;
    content.nameDurable = true;
  }

  /** All files as they are. */
  Map<String, Bytes> image() {
    Map<String, Bytes> image = new TreeMap<>();
    files.forEach((name, content) -> image.put(name, Bytes.wrap(content.readable())));
    return image;
  }

  void load(Map<String, Bytes> image) {
    files.clear();
    image.forEach(this::put);
  }

  private void put(String name, Bytes bytes) {
    Content content = new Content();
    content.bytes = bytes.toArray();
    content.size = content.bytes.length;
    content.durable = content.size;
    content.nameDurable = true;
    files.put(name, content);
  }

  private void later(Runnable action) {
    int inLife = life;
    world.after(
        random.nextLong(1_000, 200_000),
        () -> {
          if (inLife == life) {
            action.run();
          }
        });
  }

  private void durably(Runnable action) {
    if (stuck) {
      held.add(action);
    } else {
      later(action);
    }
  }

  void unstick() {
    stuck = false;
    List<Runnable> now = List.copyOf(held);
    held.clear();
    now.forEach(this::later);
  }

  @Override
  public Disk under(String folder) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void open(String name, long preallocateBytes, Consumer<DurableFile> onOpen) {
    later(
        () -> {
          Content content = files.get(name);
          if (content == null) {
            content = new Content();
            content.reserved = (int) preallocateBytes;
            files.put(name, content);
          }
          openHandles++;
          onOpen.accept(new File(name, content));
        });
  }

  @Override
  public void list(Consumer<List<String>> onList) {
    later(() -> onList.accept(new ArrayList<>(files.keySet())));
  }

  @Override
  public void read(String name, Consumer<Bytes> onContent) {
    later(
        () -> {
          Content content = files.get(name);
          onContent.accept(content == null ? null : Bytes.wrap(content.readable()));
        });
  }

  @Override
  public void replace(String name, Bytes content, Runnable onDurable) {
    replacing.put(name, content);
    durably(
        () -> {
          put(name, content);
          replacing.remove(name);
          onDurable.run();
        });
  }

  @Override
  public void delete(String name, Runnable onDurable) {
    durably(
        () -> {
          files.remove(name);
          onDurable.run();
        });
  }

  private final class File implements DurableFile {
    private final String name;
    private final Content content;
    private boolean closed;

    File(String name, Content content) {
      this.name = name;
      this.content = content;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long size() {
      return content.size;
    }

    @Override
    public void read(long offset, int length, Consumer<Bytes> onRead) {
      Check.that(!closed, "closed: ", name);
      int from = (int) Math.min(offset, content.size);
      int to = (int) Math.min(offset + length, content.size);
      Bytes read = Bytes.copyOf(content.bytes, from, to);
      later(() -> unlessClosed(() -> onRead.accept(read)));
    }

    @Override
    public void append(Bytes bytes) {
      Check.that(!closed, "closed: ", name);
      int end = content.size + bytes.length();
      content.bytes = Arrays.copyOf(content.bytes, Math.max(end, content.bytes.length));
      System.arraycopy(bytes.unsafeArray(), 0, content.bytes, content.size, bytes.length());
      content.size = end;
    }

    @Override
    public void sync(Runnable onDurable) {
      Check.that(!closed, "closed: ", name);
      int covered = content.size;
      durably(
          () -> {
            if (!lies) {
              content.durable = Math.max(content.durable, covered);
            }
            content.nameDurable = true;
            unlessClosed(onDurable);
          });
    }

    @Override
    public void truncate(long size, Runnable onDurable) {
      Check.that(!closed, "closed: ", name);
      Check.that(size <= content.size, "truncation to ", size, " of ", content.size);
      // Until it is durable a crash may leave the file as it was: its old length is still reserved.
      int before = content.size;
      content.size = (int) size;
      content.durable = Math.min(content.durable, content.size);
      Arrays.fill(content.bytes, content.size, content.bytes.length, (byte) 0);
      content.reserved = before;
      durably(
          () -> {
            content.reserved = content.size;
            unlessClosed(onDurable);
          });
    }

    @Override
    public void close() {
      Check.that(!closed, "closed twice: ", name);
      closed = true;
      openHandles--;
    }

    private void unlessClosed(Runnable action) {
      if (!closed) {
        action.run();
      }
    }
  }
}
