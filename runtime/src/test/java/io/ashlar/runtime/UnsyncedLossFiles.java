package io.ashlar.runtime;

import io.ashlar.core.SeededRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Real files that lose at a kill what was not synced: bytes, and names in folders. What is written
 * stays in this process's memory until a sync writes it through; so a process that is killed, which
 * leaves the machine's page cache as it is, loses what a machine without power would have lost.
 *
 * <p>Sectors may also be written through early, by draw, in any order, as a disk may do.
 */
public final class UnsyncedLossFiles implements FileLayer {
  private static final int SECTOR_BYTES = 512;
  private static final String UNLINKED = "~unlinked-";

  private final FileLayer under = new NioFiles();
  private final SeededRandom random;
  private final int earlyPerMillion;
  private final Map<Path, LossFile> live = new TreeMap<>();
  private final Set<Path> gone = new HashSet<>();
  private final Map<Path, List<NameChange>> unsyncedNames = new LinkedHashMap<>();
  private boolean crashed;
  private int unlinkedCount;

  /** A change of a folder that is not durable yet. */
  private interface NameChange {
    void apply() throws IOException;
  }

  /**
   * @param seed of the draws
   * @param earlyPerMillion the chance that a sector reaches the disk without a sync
   */
  public UnsyncedLossFiles(long seed, int earlyPerMillion) {
    this.random = new SeededRandom(seed);
    this.earlyPerMillion = earlyPerMillion;
  }

  /** Ends the life of these files: everything fails from now on. The next life takes new ones. */
  public synchronized void crash() {
    crashed = true;
  }

  private void checkAlive() throws IOException {
    if (crashed) {
      throw new IOException("killed");
    }
  }

  @Override
  public synchronized boolean exists(Path file) throws IOException {
    checkAlive();
    return live.containsKey(file) || (!gone.contains(file) && Files.exists(file));
  }

  @Override
  public synchronized Handle open(Path file) throws IOException {
    checkAlive();
    LossFile found = live.get(file);
    if (found == null && exists(file)) {
      found = new LossFile(file);
      live.put(file, found);
    } else if (found == null) {
      found = create(file);
    }
    return new LossHandle(found);
  }

  private LossFile create(Path file) throws IOException {
    Path unlinked = file.resolveSibling(file.getFileName() + UNLINKED + unlinkedCount++);
    Files.deleteIfExists(unlinked);
    LossFile created = new LossFile(unlinked);
    live.put(file, created);
    gone.remove(file);
    changeName(file, () -> created.moveTo(file));
    return created;
  }

  private void changeName(Path file, NameChange change) {
    unsyncedNames.computeIfAbsent(file.getParent(), folder -> new ArrayList<>()).add(change);
  }

  @Override
  public synchronized List<Path> list(Path folder) throws IOException {
    checkAlive();
    Set<Path> files = new TreeSet<>();
    for (Path file : under.list(folder)) {
      if (!gone.contains(file) && !file.getFileName().toString().contains(UNLINKED)) {
        files.add(file);
      }
    }
    for (Path file : live.keySet()) {
      if (file.startsWith(folder)) {
        files.add(file);
      }
    }
    return new ArrayList<>(files);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    checkAlive();
    LossFile file = live.remove(from);
    if (file == null) {
      file = new LossFile(from);
    }
    LossFile moved = file;
    gone.add(from);
    gone.remove(to);
    live.put(to, moved);
    changeName(to, () -> moved.moveTo(to));
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    checkAlive();
    LossFile removed = live.remove(file);
    gone.add(file);
    changeName(
        file,
        () -> {
          Files.deleteIfExists(removed == null ? file : removed.real);
        });
  }

  @Override
  public synchronized void createFolders(Path folder) throws IOException {
    checkAlive();
    under.createFolders(folder);
  }

  @Override
  public synchronized void syncFolder(Path folder) throws IOException {
    checkAlive();
    List<NameChange> changes = unsyncedNames.remove(folder);
    if (changes != null) {
      for (NameChange change : changes) {
        change.apply();
      }
    }
    under.syncFolder(folder);
  }

  @Override
  public long usableBytes(Path folder) throws IOException {
    return under.usableBytes(folder);
  }

  /** A file: what is durable of it, and over that the sectors that are not. */
  private final class LossFile {
    Path real;
    private final Handle durable;
    private final TreeMap<Long, byte[]> unsynced = new TreeMap<>();
    private long size;

    /** Bytes of the durable file from here on were cut. */
    private long cutAt = Long.MAX_VALUE;

    LossFile(Path real) throws IOException {
      this.real = real;
      durable = under.open(real);
      size = durable.size();
    }

    void moveTo(Path path) throws IOException {
      if (!real.equals(path)) {
        Files.move(real, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        real = path;
      }
    }

    private byte[] sector(long number) throws IOException {
      byte[] sector = unsynced.get(number);
      if (sector == null) {
        sector = new byte[SECTOR_BYTES];
        long begin = number * SECTOR_BYTES;
        int valid = (int) Math.max(0, Math.min(SECTOR_BYTES, Math.min(cutAt, size) - begin));
        durable.read(ByteBuffer.wrap(sector, 0, valid), begin);
      }
      return sector;
    }

    int read(ByteBuffer to, long offset) throws IOException {
      int count = (int) Math.max(0, Math.min(to.remaining(), size - offset));
      int read = 0;
      while (read < count) {
        long at = offset + read;
        int inSector = (int) (at % SECTOR_BYTES);
        int part = Math.min(SECTOR_BYTES - inSector, count - read);
        to.put(sector(at / SECTOR_BYTES), inSector, part);
        read += part;
      }
      return read;
    }

    void write(ByteBuffer from, long offset) throws IOException {
      long at = offset;
      while (from.hasRemaining()) {
        long number = at / SECTOR_BYTES;
        int inSector = (int) (at % SECTOR_BYTES);
        int part = Math.min(SECTOR_BYTES - inSector, from.remaining());
        byte[] sector = sector(number);
        from.get(sector, inSector, part);
        unsynced.put(number, sector);
        at += part;
        size = Math.max(size, at);
        if (random.chance(earlyPerMillion)) {
          writeThrough(number, sector);
        }
      }
    }

    private void writeThrough(long number, byte[] sector) throws IOException {
      long begin = number * SECTOR_BYTES;
      int count = (int) Math.min(SECTOR_BYTES, size - begin);
      if (count > 0) {
        durable.write(ByteBuffer.wrap(sector, 0, count), begin);
      }
    }

    void sync() throws IOException {
      if (cutAt < durable.size()) {
        durable.truncate(cutAt);
      }
      cutAt = Long.MAX_VALUE;
      for (Map.Entry<Long, byte[]> sector : unsynced.entrySet()) {
        writeThrough(sector.getKey(), sector.getValue());
      }
      unsynced.clear();
      durable.sync();
    }

    void truncate(long newSize) throws IOException {
      long last = newSize / SECTOR_BYTES;
      if (newSize % SECTOR_BYTES != 0) {
        byte[] sector = sector(last);
        Arrays.fill(sector, (int) (newSize % SECTOR_BYTES), SECTOR_BYTES, (byte) 0);
        unsynced.put(last, sector);
        last++;
      }
      unsynced.tailMap(last).clear();
      cutAt = Math.min(cutAt, newSize);
      size = newSize;
    }
  }

  /** A handle; several may share a file. */
  private final class LossHandle implements Handle {
    private final LossFile file;

    LossHandle(LossFile file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      synchronized (UnsyncedLossFiles.this) {
        checkAlive();
        return file.size;
      }
    }

    @Override
    public int read(ByteBuffer to, long offset) throws IOException {
      synchronized (UnsyncedLossFiles.this) {
        checkAlive();
        return file.read(to, offset);
      }
    }

    @Override
    public void write(ByteBuffer from, long offset) throws IOException {
      synchronized (UnsyncedLossFiles.this) {
        checkAlive();
        file.write(from, offset);
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (UnsyncedLossFiles.this) {
        checkAlive();
        file.sync();
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (UnsyncedLossFiles.this) {
        checkAlive();
        file.truncate(size);
      }
    }

    @Override
    public void close() {
      // What is not synced outlives its handles.
    }
  }
}
