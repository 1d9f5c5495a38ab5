package io.ashlar.runtime;

import io.ashlar.core.Bytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * Files that live as long as the object: a host on them has a disk without a disk. A later host may
 * be given the same object and finds everything, synced or not. Of one loop's thread at a time.
 */
public final class MemoryFiles {
  private final TreeMap<String, Content> files = new TreeMap<>();

  /** What is in a file: the byte strings that were appended, as they are. */
  static final class Content {
    private final List<Bytes> parts = new ArrayList<>();
    private final List<Long> starts = new ArrayList<>();
    private long size;

    long size() {
      return size;
    }

    void append(Bytes bytes) {
      if (!bytes.isEmpty()) {
        parts.add(bytes);
        starts.add(size);
        size += bytes.length();
      }
    }

    Bytes read(long offset, int length) {
      int wanted = (int) Math.max(0, Math.min(length, size - offset));
      byte[] array = new byte[wanted];
      int found = Collections.binarySearch(starts, offset);
      int part = found >= 0 ? found : -found - 2;
      int read = 0;
      while (read < wanted) {
        Bytes from = parts.get(part);
        int begin = (int) (offset + read - starts.get(part));
        int count = Math.min(from.length() - begin, wanted - read);
        System.arraycopy(from.unsafeArray(), begin, array, read, count);
        read += count;
        part++;
      }
      return Bytes.wrap(array);
    }

    void truncate(long newSize) {
      while (!parts.isEmpty() && starts.get(parts.size() - 1) >= newSize) {
        parts.remove(parts.size() - 1);
        starts.remove(starts.size() - 1);
      }
      if (!parts.isEmpty()) {
        int last = parts.size() - 1;
        int kept = (int) Math.min(parts.get(last).length(), newSize - starts.get(last));
        parts.set(last, parts.get(last).slice(0, kept));
      }
      size = newSize;
    }
  }

  Content open(String path) {
    return files.computeIfAbsent(path, absent -> new Content());
  }

  /** The content, or null when there is no such file. */
  Content find(String path) {
    return files.get(path);
  }

  void put(String path, Content content) {
    files.put(path, content);
  }

  void remove(String path) {
    files.remove(path);
  }

  /** The names below a prefix, which is cut off, sorted. */
  List<String> list(String prefix) {
    List<String> names = new ArrayList<>();
    for (String path : files.tailMap(prefix).keySet()) {
      if (!path.startsWith(prefix)) {
        break;
      }
      names.add(path.substring(prefix.length()));
    }
    return names;
  }
}
