package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.host.Disk;
import io.ashlar.host.DurableFile;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A disk of small files, whole or absent; durable when the event after it runs. */
final class FakeMarks implements Disk {
  final TreeMap<String, Bytes> files = new TreeMap<>();
  private final BiConsumer<Long, Runnable> later;

  /**
   * @param later runs something after so many nanoseconds, unless there is a crash before
   */
  FakeMarks(BiConsumer<Long, Runnable> later) {
    this.later = later;
  }

  @Override
  public Disk under(String folder) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void open(String name, long preallocateBytes, Consumer<DurableFile> onOpen) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void list(Consumer<List<String>> onList) {
    later.accept(0L, () -> onList.accept(List.copyOf(files.keySet())));
  }

  @Override
  public void read(String name, Consumer<Bytes> onContent) {
    later.accept(0L, () -> onContent.accept(files.get(name)));
  }

  @Override
  public void replace(String name, Bytes content, Runnable onDurable) {
    later.accept(
        0L,
        () -> {
          files.put(name, content);
          onDurable.run();
        });
  }

  @Override
  public void delete(String name, Runnable onDurable) {
    later.accept(
        0L,
        () -> {
          files.remove(name);
          onDurable.run();
        });
  }
}
