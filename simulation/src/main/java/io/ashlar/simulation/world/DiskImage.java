package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** A copy of all files of a disk. */
public final class DiskImage {
  private final TreeMap<String, Bytes> files = new TreeMap<>();

  /** The paths of all files, sorted. */
  public List<String> names() {
    return List.copyOf(files.keySet());
  }

  /** A file's content, or null. */
  public Bytes content(String path) {
    return files.get(path);
  }

  void put(String path, Bytes content) {
    files.put(path, content);
  }

  void forEach(BiConsumer<String, Bytes> action) {
    files.forEach(action);
  }
}
