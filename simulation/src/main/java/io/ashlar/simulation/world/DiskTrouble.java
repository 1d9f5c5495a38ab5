package io.ashlar.simulation.world;

import java.util.EnumMap;

/**
 * What is the matter with a machine's disk at the moment: it is slow, full, or about to fail an
 * operation. Whoever is met by a failure stops, as the port says: nothing is tried again.
 */
public final class DiskTrouble {
  /** A kind of operation, by how it fails. */
  public enum Operation {
    /** Of a file, of a whole small one, or of names. */
    READ,
    /** Of what is appended, replaced, created or cut. */
    WRITE,
    SYNC,
    /** A storage engine's read of its own files. */
    ENGINE_READ,
    /** A storage engine's flush. */
    ENGINE_FLUSH
  }

  private final SimWorld world;
  private final String machine;

  /** How many operations of a kind go well before one fails. */
  private final EnumMap<Operation, Integer> failing = new EnumMap<>(Operation.class);

  private boolean full;
  private int slowness = 1;
  private long slowUntilNanos;
  private String hung;

  DiskTrouble(SimWorld world, String machine) {
    this.world = world;
    this.machine = machine;
  }

  /** The next operation of that kind fails. */
  public void failNext(Operation kind) {
    failAfter(kind, 0);
  }

  /** So many more operations of that kind go well, and then one fails. */
  public void failAfter(Operation kind, int operations) {
    failing.put(kind, operations);
  }

  /** From now on nothing more can be written, or it can again. */
  public void setFull(boolean isFull) {
    full = isFull;
    world.traceWorld(isFull ? "DiskFull" : "DiskFreed", "machine", machine);
  }

  /** Everything takes so many times as long, for a while. */
  public void slowDown(int times, long nanos) {
    slowness = times;
    slowUntilNanos = world.nowNanos() + nanos;
    world.traceWorld("DiskSlow", "machine", machine, "times", times, "nanos", nanos);
  }

  /**
   * From now on nothing that is written below a folder becomes durable, and nobody hears of it:
   * until the process dies, also when all else is healed. What is read comes as before.
   *
   * @param prefix of paths; empty for the whole disk
   */
  public void hang(String prefix) {
    hung = prefix;
    world.traceWorld("DiskHung", "machine", machine, "below", prefix);
  }

  boolean hangs(String path) {
    return hung != null && path.startsWith(hung);
  }

  void onProcessDeath() {
    hung = null;
  }

  /** Nothing is the matter any more, but for what {@link #hang hangs}. */
  public void heal() {
    failing.clear();
    slowUntilNanos = 0;
    if (full) {
      setFull(false);
    }
  }

  /** How many times as long everything takes. */
  public int slowness() {
    return world.nowNanos() < slowUntilNanos ? slowness : 1;
  }

  public boolean isFull() {
    return full;
  }

  /** Whether an operation of that kind fails now; the next one does not. */
  public boolean takeFailure(Operation kind) {
    Integer before = failing.isEmpty() ? null : failing.remove(kind);
    if (before != null && before > 0) {
      failing.put(kind, before - 1);
      return false;
    }
    return before != null;
  }
}
