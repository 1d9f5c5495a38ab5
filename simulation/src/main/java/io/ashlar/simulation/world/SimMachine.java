package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What survives the death of a process: its files and a clock. Several processes on one computer
 * each have one of these, and lose power together.
 */
public final class SimMachine {
  /** Something kept on the machine beside its files, such as a storage engine's own store. */
  public interface Kept {
    /**
     * The process died.
     *
     * @param powerLost whether also what the operating system held is gone
     */
    void onCrash(boolean powerLost, SeededRandom random);
  }

  private final String name;
  private final Place place;
  private final SimDisk disk;
  private final SimClock clock;
  private final SeededRandom random;
  private final Map<String, Kept> kept = new TreeMap<>();

  SimMachine(SimWorld world, String name, Place place) {
    this.name = name;
    this.place = place;
    this.random = world.random("machine " + name);
    this.clock = world.clock(place.computer());
    this.disk = new SimDisk(world, name, random.fork("disk"), world.conditions().disk());
  }

  public String name() {
    return name;
  }

  /** Where it stands. */
  public Place place() {
    return place;
  }

  public SimDisk disk() {
    return disk;
  }

  SimClock clock() {
    return clock;
  }

  /** Someone or something sets the computer's wall clock: it jumps either way. */
  public void setWallClock() {
    clock.setWallClock();
  }

  /** From now on the computer's monotonic clock runs faster or slower than before. */
  public void setClockRate() {
    clock.setRate();
  }

  /** What is kept under {@code key}; made when it is not there yet. */
  public <T extends Kept> T keep(String key, Class<T> type, Supplier<T> maker) {
    return type.cast(kept.computeIfAbsent(key, absent -> maker.get()));
  }

  /** What is kept under {@code key}, or null. */
  public Kept kept(String key) {
    return kept.get(key);
  }

  /** Keeps nothing under {@code key} any more; gives what was there, or null. */
  public Kept discard(String key) {
    return kept.remove(key);
  }

  /** Visits all that is kept, in the order of its keys. */
  public void forEachKept(Consumer<Kept> visitor) {
    kept.values().forEach(visitor);
  }

  /** Whether anything is kept beside files. */
  public boolean keepsSomething() {
    return !kept.isEmpty();
  }

  /** The two exchange all that lies on their disks; the processes of both are down. */
  public void exchange(SimMachine other) {
    DiskImage mine = disk.image();
    disk.restore("", other.disk.image());
    other.disk.restore("", mine);
    Map<String, Kept> keptHere = new TreeMap<>(kept);
    kept.clear();
    kept.putAll(other.kept);
    other.kept.clear();
    other.kept.putAll(keptHere);
  }

  void crash(boolean powerLost) {
    disk.crash(powerLost);
    for (Kept thing : kept.values()) {
      thing.onCrash(powerLost, random);
    }
  }
}
