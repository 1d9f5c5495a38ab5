package io.ashlar.simulation.check;

import io.ashlar.core.RegisterGeneration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the registers of a set of coordinators are one register to all who lock and write them,
 * told in the order in which it happens.
 *
 * <ol>
 *   <li>A lock reads nothing, or a write that has begun.
 *   <li>Each write follows what its lock has read, or the write of the same lock before it. All
 *       that were accepted lie on one line.
 *   <li>A lock reads all that was accepted when it began, and all that is ever accepted of lower
 *       generations.
 * </ol>
 *
 * <p>A write that was not accepted may be read later, or not. Decided at once, about each.
 */
public final class QuorumChecker {
  /** Of the identity of who locks: enough to find it in a trace. */
  private static final int OWNER_DIGITS = 8;

  /** A write by its generation, and its number within it. */
  private record Name(RegisterGeneration generation, long sequence) {
    @Override
    public String toString() {
      return "write " + sequence + " of " + inWords(generation);
    }
  }

  /** A write, and the one it follows; null for the empty register, which follows none. */
  private static final class Write {
    final Name name;
    final Write before;
    final int depth;

    Write(Name name, Write before) {
      this.name = name;
      this.before = before;
      this.depth = before == null ? 0 : before.depth + 1;
    }

    /** Whether it is this one, or follows it. */
    boolean isIn(Write other) {
      Write at = other;
      while (at.depth > depth) {
        at = at.before;
      }
      return at == this;
    }
  }

  /** A lock that was given, or is asked for. */
  private static final class Lock {
    final RegisterGeneration generation;

    /** The last write that was accepted when it began. */
    final Write begun;

    /** What it has read, or null before it was given. */
    Write read;

    Lock(RegisterGeneration generation, Write begun) {
      this.generation = generation;
      this.begun = begun;
    }
  }

  private static final Write NOTHING = new Write(new Name(RegisterGeneration.ZERO, 0), null);

  /** Only looked up in. */
  private final Map<Name, Write> writes = new HashMap<>();

  private final Map<RegisterGeneration, Lock> locks = new HashMap<>();

  /** In the order in which they were given. */
  private final List<Lock> given = new ArrayList<>();

  private Write last = NOTHING;
  private long accepted;

  public QuorumChecker() {
    writes.put(NOTHING.name, NOTHING);
  }

  /** A generation begins to lock. */
  public void asks(RegisterGeneration generation) {
    locks.put(generation, new Lock(generation, last));
  }

  /**
   * A majority has promised.
   *
   * @param readGeneration of the latest write among them
   * @param readSequence its number; 0 when nothing was written
   * @return what is wrong, or null
   */
  public String locked(
      RegisterGeneration generation, RegisterGeneration readGeneration, long readSequence) {
    Lock lock = locks.get(generation);
    Name name = new Name(readGeneration, readSequence);
    lock.read = writes.get(name);
    if (lock.read == null) {
      lock.read = NOTHING;
      return who(lock) + " has read " + name + ", which nobody wrote";
    }
    given.add(lock);
    if (!lock.begun.isIn(lock.read)) {
      return lost(lock.begun, lock);
    }
    Write below = last;
    while (below.name.generation.compareTo(generation) >= 0) {
      below = below.before;
    }
    return below.isIn(lock.read) ? null : lost(below, lock);
  }

  /** A write begins, of a lock that was given; numbered from 1 within its generation. */
  public void writes(RegisterGeneration generation, long sequence) {
    Write before =
        sequence == 1 ? locks.get(generation).read : writes.get(new Name(generation, sequence - 1));
    Name name = new Name(generation, sequence);
    writes.put(name, new Write(name, before));
  }

  /**
   * A majority has it.
   *
   * @return what is wrong, or null
   */
  public String accepted(RegisterGeneration generation, long sequence) {
    Write write = writes.get(new Name(generation, sequence));
    accepted++;
    for (Lock lock : given) {
      if (lock.generation.compareTo(generation) > 0 && !write.isIn(lock.read)) {
        return lost(write, lock);
      }
    }
    if (last.isIn(write)) {
      last = write;
    } else if (!write.isIn(last)) {
      return write.name + " and " + last.name + " know nothing of each other, and were accepted";
    }
    return null;
  }

  /** Writes that were accepted. */
  public long acceptedCount() {
    return accepted;
  }

  private static String inWords(RegisterGeneration generation) {
    String owner = generation.owner().toString();
    return "generation " + generation.counter() + " of " + owner.substring(0, OWNER_DIGITS);
  }

  private static String who(Lock lock) {
    return "who locked as " + inWords(lock.generation);
  }

  private static String lost(Write write, Lock lock) {
    return who(lock)
        + " has read "
        + (lock.read == NOTHING ? "nothing" : lock.read.name)
        + ", and "
        + write.name
        + " was accepted";
  }
}
