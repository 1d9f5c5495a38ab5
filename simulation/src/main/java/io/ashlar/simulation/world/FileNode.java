package io.ashlar.simulation.world;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.SeededRandom;
import java.util.Arrays;

/** The content of one file, and how much of it is durable. */
final class FileNode {
  private record Before(byte[] content, long size, long synced) {}

  private byte[] content;

  /** May lie beyond the array: what was reserved there reads as zeros. */
  private long size;

  private long synced;

  /** What the sync before the last one that moved {@link #synced} covered. */
  private long settled;

  /** What the operating system surely has: the process may die without losing it. */
  private long handedOver;

  /** The operating system could not write from here on; the process will die of it. */
  private long unwrittenFrom = Long.MAX_VALUE;

  private boolean syncFailed;
  private final long reserved;

  /** What it was before a truncation that is not durable yet; null when there is none. */
  private Before beforeTruncation;

  FileNode(Bytes durable, long reserved) {
    content = durable.toArray();
    size = content.length;
    synced = size;
    settled = size;
    handedOver = size;
    this.reserved = reserved;
  }

  long size() {
    return size;
  }

  /** How much of it there is to be read that is not merely reserved. */
  long writtenBytes() {
    return Math.min(size, content.length);
  }

  /** What was reserved and not appended to yet. */
  long reservedLeft() {
    return Math.max(0, reserved - size);
  }

  /** Whether more was appended than was reserved. */
  boolean hasOutgrownReserved() {
    return size > reserved;
  }

  /** As {@link #hasOutgrownReserved}, of a file for which something was reserved. */
  boolean hasOutgrownSomethingReserved() {
    return reserved > 0 && size > reserved;
  }

  /** Bytes that survive whatever happens to the power. */
  long synced() {
    return Math.min(synced, size);
  }

  /**
   * Bytes that lie on the disk and have been followed by more that does: a later sync covered what
   * was appended behind them.
   */
  long settled() {
    return Math.min(settled, content.length);
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
    reach(end);
    System.arraycopy(bytes.unsafeArray(), 0, content, (int) size, bytes.length());
    size = end;
  }

  private void reach(long end) {
    if (end > content.length) {
      content = Arrays.copyOf(content, (int) Math.max(end, Math.min(2 * end, end + (1 << 20))));
    }
  }

  /** What is appended from now on, and that much of what was appended last, never gets there. */
  void onWriteFailed(long lastBytes) {
    unwrittenFrom = Math.min(unwrittenFrom, size - lastBytes);
  }

  /** What was not synced is as after a failure of the power, once the process has died of it. */
  void onSyncFailed() {
    syncFailed = true;
  }

  /** Stands for the truncations so far, see {@link #onSynced}. */
  Object truncations() {
    return beforeTruncation;
  }

  /**
   * All that was appended up to {@code covered} is durable from now on.
   *
   * @param truncations as they were when the sync was asked for: durable too
   */
  void onSynced(long covered, Object truncations) {
    if (truncations == beforeTruncation) {
      beforeTruncation = null;
    }
    long reached = Math.min(covered, size);
    if (reached > synced) {
      settled = synced;
      synced = reached;
    }
  }

  void truncate(long newSize) {
    Check.that(newSize <= size, "truncation to ", newSize, " of a file of ", size);
    if (beforeTruncation == null) {
      beforeTruncation = new Before(content.clone(), size, synced);
    }
    shrink(newSize);
    synced = Math.min(synced, newSize);
    settled = Math.min(settled, newSize);
    handedOver = Math.min(handedOver, newSize);
  }

  void onTruncated() {
    beforeTruncation = null;
  }

  /** The truncation that is not durable has not even begun. */
  void undoTruncation() {
    if (beforeTruncation != null) {
      content = beforeTruncation.content;
      size = beforeTruncation.size;
      synced = beforeTruncation.synced;
      beforeTruncation = null;
    }
  }

  /** The process died: what it had not handed over is gone, and nothing is more durable. */
  void onProcessDeath(Crash crash) {
    SeededRandom random = crash.random();
    if (size > unwrittenFrom) {
      crash.count("disk: appends cut short by an error");
      shrink(Math.max(unwrittenFrom, synced));
    }
    unwrittenFrom = Long.MAX_VALUE;
    if (syncFailed) {
      syncFailed = false;
      onPowerLoss(crash);
      return;
    }
    long held = Math.max(synced, Math.min(handedOver, size));
    if (size > held && random.nextInt(4) == 0) {
      shrink(held + random.nextLong(size - held + 1));
    }
    handedOver = size;
    showReserved(crash);
  }

  /** The power went: what was not synced is gone, or torn, or there. */
  void onPowerLoss(Crash crash) {
    SeededRandom random = crash.random();
    unwrittenFrom = Long.MAX_VALUE;
    syncFailed = false;
    if (beforeTruncation != null && random.nextBoolean()) {
      crash.count("disk: truncations undone");
      undoTruncation();
    }
    beforeTruncation = null;
    if (size > synced) {
      loseUnsynced(crash);
    }
    synced = size;
    handedOver = size;
    showReserved(crash);
  }

  private void loseUnsynced(Crash crash) {
    SeededRandom random = crash.random();
    // Where the bytes of another file may show they are torn more often: they show at no other
    // time.
    int fates = crash.stale() == null ? 4 : 6;
    switch (crash.allLost() ? 0 : random.nextInt(fates)) {
      case 0 -> {
        crash.count("disk: unsynced bytes lost");
        shrink(synced);
      }
      case 1 -> {
        crash.count("disk: unsynced bytes cut");
        shrink(synced + random.nextLong(size - synced + 1));
      }
      case 2, 4, 5 -> {
        crash.count("disk: unsynced sectors torn");
        tear(crash);
      }
      default -> crash.count("disk: unsynced bytes kept");
    }
  }

  private void shrink(long newSize) {
    size = newSize;
    if (size < content.length) {
      Arrays.fill(content, (int) size, content.length, (byte) 0);
    }
  }

  /**
   * Each unsynced sector is kept or what the disk held there before, one by one: zeros in space
   * that was reserved, since they were written when it was, elsewhere also bytes of another file.
   */
  private void tear(Crash crash) {
    long lastKept = synced;
    long end = Math.min(size, content.length);
    for (long from = synced; from < end; ) {
      long to = Math.min((from / crash.sectorBytes() + 1) * crash.sectorBytes(), end);
      if (crash.random().nextBoolean()) {
        lastKept = to;
      } else {
        Arrays.fill(content, (int) from, (int) to, (byte) 0);
        if (showStale(crash, from, to)) {
          lastKept = to;
        }
      }
      from = to;
    }
    shrink(lastKept);
  }

  private boolean showStale(Crash crash, long from, long to) {
    FileNode stale = crash.stale();
    if (stale == null || from < reserved || crash.random().nextBoolean()) {
      return false;
    }
    // What lay at the same place, or at another, of a file that is gone.
    long sectors = Math.max(1, stale.writtenBytes() / crash.sectorBytes());
    long place = from;
    if (crash.random().nextBoolean()) {
      place = crash.random().nextLong(sectors) * crash.sectorBytes() + from % crash.sectorBytes();
    }
    int length = (int) Math.min(to - from, stale.writtenBytes() - place);
    if (length <= 0) {
      return false;
    }
    crash.count(WorldConditions.STALE_SECTORS);
    System.arraycopy(stale.content, (int) place, content, (int) from, length);
    return true;
  }

  private void showReserved(Crash crash) {
    if (reserved <= size || crash.random().nextBoolean()) {
      return;
    }
    boolean allDurable = synced == size;
    size = reserved;
    if (allDurable) {
      synced = size;
    }
    handedOver = size;
  }

  /** A bit of what lies on the disk is not what was written any more. */
  void flip(long offset, int bit) {
    Check.that(offset < content.length, "no byte at ", offset);
    content[(int) offset] ^= (byte) (1 << bit);
  }
}
