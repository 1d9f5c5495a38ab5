package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.SeededRandom;
import java.util.Arrays;

/** The content of one file, and how much of it is durable. */
final class FileNode {
  private static final int SECTOR_BYTES = 512;

  private record Before(byte[] content, long size, long synced) {}

  private byte[] content;

  /** May lie beyond the array: what was reserved there reads as zeros. */
  private long size;

  private long synced;
  private final long reserved;

  /** What it was before a truncation that is not durable yet; null when there is none. */
  private Before beforeTruncation;

  FileNode(Bytes durable, long reserved) {
    content = durable.toArray();
    size = content.length;
    synced = size;
    this.reserved = reserved;
  }

  long size() {
    return size;
  }

  Bytes read(long offset, int length) {
    Check.that(offset >= 0 && length >= 0, "read of ", length, " bytes at ", offset);
    int found = (int) Math.max(0, Math.min(length, size - offset));
    byte[] bytes = new byte[found];
    int held = (int) Math.max(0, Math.min(found, content.length - offset));
    if (held > 0) {
      System.arraycopy(content, (int) offset, bytes, 0, held);
    }
    return Bytes.wrap(bytes);
  }

  Bytes readAll() {
    return read(0, (int) size);
  }

  void append(Bytes bytes) {
    long end = size + bytes.length();
    if (end > content.length) {
      content = Arrays.copyOf(content, (int) Math.max(end, Math.min(2 * end, end + (1 << 20))));
    }
    System.arraycopy(bytes.unsafeArray(), 0, content, (int) size, bytes.length());
    size = end;
  }

  /** All that was appended up to {@code covered} is durable from now on. */
  void onSynced(long covered) {
    synced = Math.max(synced, Math.min(covered, size));
  }

  void truncate(long newSize) {
    Check.that(newSize <= size, "truncation to ", newSize, " of a file of ", size);
    if (beforeTruncation == null) {
      beforeTruncation = new Before(content.clone(), size, synced);
    }
    if (newSize < content.length) {
      Arrays.fill(content, (int) newSize, content.length, (byte) 0);
    }
    size = newSize;
    synced = Math.min(synced, newSize);
  }

  void onTruncated() {
    beforeTruncation = null;
  }

  /** The process died and the system lives on: everything is still there, nothing more durable. */
  void onProcessDeath(SeededRandom random) {
    if (beforeTruncation != null) {
      beforeTruncation = null;
      synced = Math.min(synced, size);
    }
    showReserved(random);
  }

  /** The power went: what was not synced is gone, or torn, or there. */
  void onPowerLoss(SeededRandom random) {
    if (beforeTruncation != null && random.nextBoolean()) {
      content = beforeTruncation.content;
      size = beforeTruncation.size;
      synced = beforeTruncation.synced;
    }
    beforeTruncation = null;
    switch (random.nextInt(4)) {
      case 0 -> shrink(synced);
      case 1 -> shrink(synced + random.nextLong(size - synced + 1));
      case 2 -> tear(random);
      default -> {
        // Everything happened to be written.
      }
    }
    synced = size;
    showReserved(random);
  }

  private void shrink(long newSize) {
    size = newSize;
    if (size < content.length) {
      Arrays.fill(content, (int) size, content.length, (byte) 0);
    }
  }

  /** Each unsynced sector is kept or zeros, independent of the others. */
  private void tear(SeededRandom random) {
    long lastKept = synced;
    long end = Math.min(size, content.length);
    for (long from = synced; from < end; ) {
      long to = Math.min((from / SECTOR_BYTES + 1) * SECTOR_BYTES, end);
      if (random.nextBoolean()) {
        lastKept = to;
      } else {
        Arrays.fill(content, (int) from, (int) to, (byte) 0);
      }
      from = to;
    }
    shrink(lastKept);
  }

  private void showReserved(SeededRandom random) {
    if (reserved > size && random.nextBoolean()) {
      boolean allDurable = synced == size;
      size = reserved;
      if (allDurable) {
        synced = size;
      }
    }
  }
}
