package io.ashlar.simulation.check;

import io.ashlar.core.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What reads at each level of consistency may show, held against the history of all writes, which
 * is known in the end. Whatever the level, all that a transaction has found is the state at the
 * version that it says, made of nothing but commits. A session, moreover, never reads or writes
 * below what it has seen.
 */
public final class ConsistencyChecker {
  /** A register that was not read. */
  public static final long NOT_READ = -1;

  /** What a register holds before its first write. */
  public static final long ABSENT = 0;

  /**
   * What a session has seen, by version: each next transaction is at or above all of it.
   *
   * @param written by its own commits
   * @param read by its own transactions
   * @param told by the tokens that it was given
   */
  public record Seen(long written, long read, long told) {
    public static final Seen NOTHING = new Seen(0, 0, 0);

    public Seen writtenAt(long version) {
      return new Seen(Math.max(written, version), read, told);
    }

    public Seen readAt(long version) {
      return new Seen(written, Math.max(read, version), told);
    }

    public Seen toldOf(Seen other) {
      return new Seen(written, read, Math.max(told, other.highest()));
    }

    public long highest() {
      return Math.max(told, Math.max(written, read));
    }
  }

  /**
   * One write to one register, as the history has it.
   *
   * @param id of whoever did it: unique, above 0
   */
  public record Write(int register, long id, Stamp stamp) {}

  private record Read(
      String who, long version, long[] found, long commitVersion, List<Long> unsettled) {}

  private final Violations violations = new Violations();
  private final List<Read> reads = new ArrayList<>();

  /** Versions, and the store time that somebody was told for them. */
  private final TreeMap<Long, Long> times = new TreeMap<>();

  /**
   * A session's transaction has read.
   *
   * @param version at which it says that it did
   * @param found by register, {@link #NOT_READ} where it did not
   * @param seen what the session had seen before it began
   * @param unsettled writes of the session whose result it was told that it is unknown: by now they
   *     have happened or never will
   */
  public void sessionRead(String who, long version, long[] found, Seen seen, List<Long> unsettled) {
    expect(version >= seen.written, who, "does not read its writes", version, seen.written);
    expect(version >= seen.read, who, "reads are not monotonic", version, seen.read);
    expect(version >= seen.told, who, "does not see what it was told of", version, seen.told);
    reads.add(new Read(who, version, found.clone(), 0, List.copyOf(unsettled)));
  }

  /**
   * A session's transaction has been committed.
   *
   * @param found what it had read before, by register
   */
  public void sessionWrote(String who, long version, long[] found, Seen seen, Stamp stamp) {
    long at = stamp.version();
    expect(at > seen.written, who, "writes are not monotonic", at, seen.written);
    expect(at > Math.max(seen.read, seen.told), who, "a write before a read", at, seen.highest());
    expect(at > version, who, "commits below its read version", at, version);
    reads.add(new Read(who, version, found.clone(), at, List.of()));
  }

  /** A token was made by a session that has seen that. */
  public void token(String who, long version, Seen seen, long before) {
    expect(version >= seen.highest(), who, "a token forgets", version, seen.highest());
    expect(version >= before, who, "a token goes back", version, before);
  }

  private void expect(boolean holds, String who, String what, long version, long than) {
    if (!holds) {
      violations.add(who + ": " + what + ": " + version + ", and it had seen " + than);
    }
  }

  /** A transaction has read what a replica knew to be committed. */
  public void eventualRead(String who, long version, long[] found) {
    reads.add(new Read(who, version, found.clone(), 0, List.of()));
  }

  /** Somebody was told of a store time. */
  public void time(String who, long version, long millis) {
    Long before = times.put(version, millis);
    if (before != null && before != millis) {
      violations.add(who + ": version " + version + " has the times " + before + ", " + millis);
    }
  }

  /** Something is wrong whatever the history says. */
  public void wrong(String what) {
    violations.add(what);
  }

  /**
   * Decides.
   *
   * @param registers how many there are
   * @param history every write that was committed
   */
  public Violations check(int registers, List<Write> history) {
    List<TreeMap<Long, Long>> states = new ArrayList<>();
    Map<Long, Long> versions = new TreeMap<>();
    for (int i = 0; i < registers; i++) {
      states.add(new TreeMap<>());
    }
    history.stream()
        .sorted((a, b) -> a.stamp.compareTo(b.stamp))
        .forEach(
            write -> {
              states.get(write.register).put(write.stamp.version(), write.id);
              versions.put(write.id, write.stamp.version());
            });
    for (Read read : reads) {
      check(read, states, versions);
    }
    checkTimes();
    return violations;
  }

  private void check(Read read, List<TreeMap<Long, Long>> states, Map<Long, Long> versions) {
    for (int register = 0; register < read.found.length; register++) {
      long found = read.found[register];
      if (found == NOT_READ) {
        continue;
      }
      TreeMap<Long, Long> writes = states.get(register);
      if (found != ABSENT && !versions.containsKey(found)) {
        violations.add(
            read.who + " finds write " + found + " at " + read.version + ": nobody committed it");
        continue;
      }
      Map.Entry<Long, Long> last = writes.floorEntry(read.version);
      long expected = last == null ? ABSENT : last.getValue();
      if (found != expected) {
        violations.add(
            read.who
                + " finds write "
                + found
                + " in register "
                + register
                + " of "
                + Arrays.toString(read.found)
                + " at "
                + read.version
                + ", where "
                + expected
                + " was");
      }
      Long next = writes.higherKey(read.version);
      if (read.commitVersion > 0 && next != null && next < read.commitVersion) {
        violations.add(
            read.who
                + " was committed at "
                + read.commitVersion
                + " with what it read at "
                + read.version
                + ", and another wrote at "
                + next);
      }
    }
    for (long id : read.unsettled) {
      Long version = versions.get(id);
      if (version != null && version > read.version) {
        violations.add(
            read.who
                + ": write "
                + id
                + " of unknown result happened at "
                + version
                + ", and it reads at "
                + read.version);
      }
    }
  }

  /** One function of versions, for all: by the thousand a millisecond, but for recoveries. */
  private void checkTimes() {
    Map.Entry<Long, Long> before = null;
    for (Map.Entry<Long, Long> now : times.entrySet()) {
      if (before != null) {
        long versionsPassed = now.getKey() - before.getKey();
        long millis = now.getValue() - before.getValue();
        boolean isSameEpoch = versionsPassed < Limits.RECOVERY_JUMP_VERSIONS;
        long off = millis - versionsPassed / 1_000;
        if (millis < 0 || (isSameEpoch && (off < 0 || off > 1))) {
          violations.add("store time goes from " + before + " to " + now);
        }
      }
      before = now;
    }
  }

  /** How many transactions were looked at. */
  public long reads() {
    return reads.size();
  }
}
