package io.ashlar.control;

import io.ashlar.core.Check;
import io.ashlar.core.LogGeneration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides, from the answers of the locked log servers of a generation, whether enough are locked,
 * and where the epoch ended (docs/protocol.md, section 8, LOCKING_LOGS and RECOVERY_VERSION). Pure.
 */
final class LogLocks {
  /**
   * A locked log server.
   *
   * @param member its index in the generation
   * @param end the last version it holds, for ever
   * @param knownCommittedVersion the largest it was told
   */
  record Lock(int member, long end, long knownCommittedVersion) {}

  /**
   * Where the old epoch ended.
   *
   * @param recoveryVersion RV
   * @param begin everything at or below is committed, and on a usable log server in one zone at
   *     least of those of each tag; the tail above it, up to RV, is copied
   * @param usable the locked servers that have lost nothing, by member
   */
  record Decision(long recoveryVersion, long begin, List<Lock> usable) {}

  private final LogGeneration generation;
  private final TreeMap<Integer, Lock> locks = new TreeMap<>();

  LogLocks(LogGeneration generation) {
    this.generation = generation;
  }

  /** Records an answer; the first of each server counts, and later ones must say the same. */
  void record(Lock lock) {
    Lock before = locks.putIfAbsent(lock.member(), lock);
    Check.that(
        before == null || before.end() == lock.end(),
        "a locked log server changed its end: ",
        lock);
  }

  boolean isLocked(int member) {
    return locks.containsKey(member);
  }

  /** Servers whose end shows that they lost what was synced, as far as can be told now. */
  List<Lock> damaged() {
    List<Lock> damaged = new ArrayList<>(locks.values());
    damaged.removeAll(usable());
    return damaged;
  }

  /** The decision, or null while too few are locked. */
  Decision decide() {
    List<Lock> usable = usable();
    if (!isEnough(membersOf(usable))) {
      return null;
    }
    List<Lock> byEnd = sortedByEnd(usable);
    long recoveryVersion = byEnd.get(generation.antiQuorum()).end();
    // The slowest ones may end far below that: they are no reason to copy what others have.
    long begin = knownCommitted();
    Check.that(
        recoveryVersion >= knownCommitted(),
        "recovery version ",
        recoveryVersion,
        " is below the known committed version ",
        knownCommitted());
    return new Decision(recoveryVersion, Math.max(begin, generation.begin()), usable);
  }

  private long knownCommitted() {
    long known = Long.MIN_VALUE;
    for (Lock lock : locks.values()) {
      known = Math.max(known, lock.knownCommittedVersion());
    }
    return known;
  }

  private static List<Lock> sortedByEnd(List<Lock> some) {
    List<Lock> sorted = new ArrayList<>(some);
    sorted.sort(Comparator.comparingLong(Lock::end).thenComparingInt(Lock::member));
    return sorted;
  }

  /**
   * A version that is known committed is durable on all but a servers. So while the server at index
   * a of the sorted ends is below one, the lowest server of all has lost data it had synced.
   */
  private List<Lock> usable() {
    List<Lock> sorted = sortedByEnd(new ArrayList<>(locks.values()));
    int index = generation.antiQuorum();
    while (sorted.size() > index && sorted.get(index).end() < knownCommitted()) {
      sorted.remove(0);
    }
    sorted.sort(Comparator.comparingInt(Lock::member));
    return sorted;
  }

  /**
   * Whether enough would be locked if all answered that have not: what the others have lost holds
   * nothing up then.
   *
   * @param lost members that have said that they can never be locked
   */
  boolean canBeEnough(Set<Integer> lost) {
    TreeSet<Integer> members = new TreeSet<>();
    for (int i = 0; i < generation.members().size(); i++) {
      members.add(i);
    }
    members.removeAll(lost);
    members.removeAll(membersOf(damaged()));
    return isEnough(members);
  }

  private static TreeSet<Integer> membersOf(List<Lock> some) {
    TreeSet<Integer> members = new TreeSet<>();
    for (Lock lock : some) {
      members.add(lock.member());
    }
    return members;
  }

  /** Whether those are more than a, and all others lie in at most F − 1 − a zones. */
  private boolean isEnough(Set<Integer> members) {
    if (members.size() <= generation.antiQuorum()) {
      return false;
    }
    TreeSet<String> missingZones = new TreeSet<>();
    for (int i = 0; i < generation.members().size(); i++) {
      if (!members.contains(i)) {
        missingZones.add(generation.members().get(i).zone());
      }
    }
    return missingZones.size() <= generation.replication() - 1 - generation.antiQuorum();
  }
}
