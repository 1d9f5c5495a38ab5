package io.ashlar.control;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What those who locked and wrote a register saw, and whether a register that is one can show that:
 * each write follows what its writer had read, or its own write before, and all that were accepted
 * lie on one line, in the order in which they were known. Pure.
 */
final class RegisterHistory {
  /** What is read where nothing was written. */
  static final long NOTHING = 0;

  /** When a write ended that was never heard to be accepted. */
  private static final long NEVER = Long.MAX_VALUE;

  /**
   * A lock that was given.
   *
   * @param read the write it read, or {@link #NOTHING}
   */
  private record Lock(long begin, long end, long read) {}

  /** A write, whatever came of it. */
  private static final class Write {
    final long id;
    final long parent;
    final long begin;
    long accepted = NEVER;

    Write(long id, long parent, long begin) {
      this.id = id;
      this.parent = parent;
      this.begin = begin;
    }
  }

  private final List<Lock> locks = new ArrayList<>();
  private final TreeMap<Long, Write> writes = new TreeMap<>();

  void locked(long begin, long end, long read) {
    locks.add(new Lock(begin, end, read));
  }

  /**
   * A write begins.
   *
   * @param parent what its writer had read, or its write before
   */
  void writes(long id, long parent, long now) {
    writes.put(id, new Write(id, parent, now));
  }

  void accepted(long id, long now) {
    writes.get(id).accepted = now;
  }

  int lockCount() {
    return locks.size();
  }

  int acceptedCount() {
    return accepted().size();
  }

  int writeCount() {
    return writes.size();
  }

  private List<Write> accepted() {
    return writes.values().stream().filter(write -> write.accepted != NEVER).toList();
  }

  /** What no register can have shown, or null. */
  String violation() {
    for (Lock lock : locks) {
      Write read = writes.get(lock.read);
      if (lock.read != NOTHING && (read == null || read.begin > lock.end)) {
        return "read before it was written: " + lock;
      }
    }
    for (Write one : accepted()) {
      String violation = violationOf(one);
      if (violation != null) {
        return violation;
      }
    }
    return null;
  }

  private String violationOf(Write one) {
    for (Lock lock : locks) {
      if (lock.begin >= one.accepted && !isBeforeOrSame(one.id, lock.read)) {
        return "accepted write " + one.id + " is not in what was read later: " + lock;
      }
    }
    for (Write other : accepted()) {
      boolean before = isBeforeOrSame(one.id, other.id);
      if (!before && !isBeforeOrSame(other.id, one.id)) {
        return "two accepted writes know nothing of each other: " + one.id + ", " + other.id;
      }
      if (!before && other.begin >= one.accepted) {
        return "accepted write " + one.id + " does not come before the later " + other.id;
      }
    }
    return null;
  }

  /** Whether a write is another, or what it follows. */
  private boolean isBeforeOrSame(long before, long id) {
    for (long at = id; at != NOTHING; at = writes.get(at).parent) {
      if (at == before) {
        return true;
      }
    }
    return false;
  }
}
