package io.ashlar.storage;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.host.Inbound;
import io.ashlar.message.WatchValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Watches wait until the committed value of a key differs from the expected one. The watches of one
 * key are checked together, by reading the key at a committed version: after they come, and again
 * whenever a version that changes the key has become committed.
 */
final class Watches {
  private static final long NEVER = Long.MAX_VALUE;

  /** The watches of one key. */
  private static final class Group {
    final Bytes key;

    /** In the order they came. */
    final LinkedHashSet<Watch> watches = new LinkedHashSet<>();

    /** The committed version from which on the key is to be checked; {@link #NEVER} for not. */
    long dueAt = NEVER;

    /** The last version that may have changed the key. */
    long changedAt;

    boolean isChecking;

    Group(Bytes key) {
      this.key = key;
    }
  }

  private static final class Watch {
    final Group group;
    final Inbound inbound;
    final long version;
    final Bytes expected;
    final long deadlineNanos;

    Watch(Group group, Inbound inbound, WatchValue asked, long deadlineNanos) {
      this.group = group;
      this.inbound = inbound;
      this.version = asked.version();
      this.expected = asked.expected();
      this.deadlineNanos = deadlineNanos;
    }

    /** What is kept of the request. */
    long bytes() {
      return (long) group.key.length() + (expected == null ? 0 : expected.length());
    }
  }

  private final int countMax;
  private final long bytesMax;
  private final TreeMap<Bytes, Group> groups = new TreeMap<>();
  private final TreeSet<Group> due =
      new TreeSet<>(Comparator.<Group>comparingLong(g -> g.dueAt).thenComparing(g -> g.key));
  private final LinkedHashSet<Watch> byDeadline = new LinkedHashSet<>();
  private long bytes;

  /**
   * @param bytesMax of keys and expected values: from there on no more is kept
   */
  Watches(int countMax, long bytesMax) {
    this.countMax = countMax;
    this.bytesMax = bytesMax;
  }

  int count() {
    return byDeadline.size();
  }

  /**
   * Keeps a watch, unless there are too many.
   *
   * @param latest versions up to here may have changed the key already
   * @param deadlineNanos not before that of the watch before
   */
  boolean add(Inbound inbound, WatchValue asked, long latest, long deadlineNanos) {
    if (byDeadline.size() >= countMax || bytes >= bytesMax) {
      return false;
    }
    Group group = groups.computeIfAbsent(asked.key(), Group::new);
    Watch watch = new Watch(group, inbound, asked, deadlineNanos);
    group.watches.add(watch);
    byDeadline.add(watch);
    bytes += watch.bytes();
    setDue(group, Math.min(group.dueAt, asked.version()));
    group.changedAt = Math.max(group.changedAt, Math.max(latest, asked.version()));
    return true;
  }

  /** A version changes a key, or when {@code end} is not null all keys of a range. */
  void changed(Bytes begin, Bytes end, long version) {
    if (groups.isEmpty()) {
      return;
    }
    if (end == null) {
      Group group = groups.get(begin);
      if (group != null) {
        changed(group, version);
      }
    } else if (begin.compareTo(end) < 0) {
      groups.subMap(begin, end).values().forEach(group -> changed(group, version));
    }
  }

  private void changed(Group group, long version) {
    group.changedAt = Math.max(group.changedAt, version);
    setDue(group, Math.min(group.dueAt, version));
  }

  /** Takes a key to check at {@code committed}, or null when there is none for now. */
  Bytes takeDue(long committed) {
    if (due.isEmpty() || due.first().dueAt > committed) {
      return null;
    }
    Group group = due.pollFirst();
    group.dueAt = NEVER;
    group.isChecking = true;
    return group.key;
  }

  /**
   * Takes the watches that are over, now that the key's value at a committed version is known.
   *
   * @param value null when absent
   */
  List<Inbound> checked(Bytes key, long version, Bytes value) {
    Group group = groups.get(key);
    if (group == null) {
      return List.of();
    }
    List<Inbound> fired = new ArrayList<>();
    long nextVersion = NEVER;
    for (Iterator<Watch> each = group.watches.iterator(); each.hasNext(); ) {
      Watch watch = each.next();
      if (watch.version > version) {
        nextVersion = Math.min(nextVersion, watch.version);
      } else if (value == null ? watch.expected != null : !value.equals(watch.expected)) {
        each.remove();
        ended(watch);
        fired.add(watch.inbound);
      }
    }
    long dueAt = Math.min(group.dueAt, nextVersion);
    if (group.changedAt > version) {
      // Which of the versions in between changed it is not known: the next one is looked at.
      dueAt = Math.min(dueAt, version + 1);
    }
    group.isChecking = false;
    group.dueAt = dueAt;
    rest(group);
    return fired;
  }

  /** Takes all watches of a key, which is not the server's any more. */
  List<Inbound> takeAll(Bytes key) {
    Group group = groups.get(key);
    if (group == null) {
      return List.of();
    }
    List<Inbound> taken = new ArrayList<>();
    for (Watch watch : group.watches) {
      ended(watch);
      taken.add(watch.inbound);
    }
    due.remove(group);
    groups.remove(key);
    return taken;
  }

  /** Takes those whose deadline is not after {@code nowNanos}, in the order they came. */
  List<Inbound> takeExpired(long nowNanos) {
    List<Inbound> expired = new ArrayList<>();
    while (!byDeadline.isEmpty()) {
      Watch watch = byDeadline.iterator().next();
      if (watch.deadlineNanos > nowNanos) {
        break;
      }
      ended(watch);
      watch.group.watches.remove(watch);
      expired.add(watch.inbound);
      if (watch.group.watches.isEmpty() && !watch.group.isChecking) {
        due.remove(watch.group);
        groups.remove(watch.group.key);
      }
    }
    return expired;
  }

  private void ended(Watch watch) {
    byDeadline.remove(watch);
    bytes -= watch.bytes();
  }

  /** Puts a group, which is not in {@link #due}, where it belongs. */
  private void rest(Group group) {
    if (group.watches.isEmpty()) {
      groups.remove(group.key);
    } else if (group.dueAt != NEVER) {
      due.add(group);
    }
  }

  private void setDue(Group group, long version) {
    if (version == group.dueAt) {
      return;
    }
    if (!group.isChecking) {
      due.remove(group);
    }
    group.dueAt = version;
    if (!group.isChecking) {
      due.add(group);
    }
  }

  void checkInvariants() {
    int watches = 0;
    long kept = 0;
    for (Group group : groups.values()) {
      watches += group.watches.size();
      for (Watch watch : group.watches) {
        kept += watch.bytes();
      }
      boolean isDue = group.dueAt != NEVER && !group.isChecking;
      Check.that(due.contains(group) == isDue, "due or not: ", group.key);
      Check.that(!group.watches.isEmpty() || group.isChecking, "an empty group: ", group.key);
    }
    Check.that(
        watches == byDeadline.size(), "watches ", watches, " and deadlines ", byDeadline.size());
    Check.that(kept == bytes, "bytes kept ", kept, " and counted ", bytes);
  }
}
