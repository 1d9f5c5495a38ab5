package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.Mutation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether watches fire when they must, and never without a cause.
 *
 * <ol>
 *   <li><em>Phantom</em>: a watch fired, and at no committed version from that of its transaction
 *       on, whose writer had asked for its commit before, was the value another one than the
 *       transaction saw. The public API allows no such firing; a value that was there only within a
 *       version, between two transactions of one batch, is none.
 *   <li><em>Missed</em>: a watch still waits after the time that it may take, and the value is
 *       another one now. One that was another in between and is the same again may be missed.
 *   <li>A watch of a transaction that was not acknowledged fails with it: it neither fires nor
 *       waits on.
 *   <li>One of an acknowledged transaction does not fail from then on. Before, it fails if the
 *       value could not be read.
 * </ol>
 */
public final class WatchChecker {
  /** What a key is from a version on, since a transaction that asked for its commit then. */
  private record Change(long version, Bytes value, long committingAt) {}

  private static final Change NEVER_WRITTEN = new Change(0, null, 0);

  private final Violations violations = new Violations();
  private final Map<Long, WatchedWrite> writes = new TreeMap<>();
  private final Map<Long, Stamp> places = new TreeMap<>();

  /** For each key that was ever written, one for each version that writes it, in order. */
  private final Map<Bytes, List<Change>> changes = new TreeMap<>();

  /**
   * @param history all writers, in any order
   * @param markers the stamp of each one whose marker is in the final data, by its id
   * @param keys all that are watched
   */
  public WatchChecker(List<WatchedWrite> history, Map<Long, Stamp> markers, List<Bytes> keys) {
    Map<Long, Stamp> unclaimed = new TreeMap<>(markers);
    List<WatchedWrite> committed = new ArrayList<>();
    for (WatchedWrite write : history) {
      writes.put(write.id(), write);
      Stamp marker = unclaimed.remove(write.id());
      Stamp place =
          Settlement.place(write.toString(), write.outcome(), write.stamp(), marker, violations);
      if (place != null) {
        places.put(write.id(), place);
        committed.add(write);
      }
    }
    unclaimed.forEach((id, stamp) -> violations.add("a marker of no transaction: " + id));
    committed.sort(Comparator.comparing(write -> places.get(write.id())));
    replay(committed, keys);
  }

  private void replay(List<WatchedWrite> committed, List<Bytes> keys) {
    ModelStore model = new ModelStore();
    keys.forEach(key -> changes.put(key, new ArrayList<>(List.of(NEVER_WRITTEN))));
    int at = 0;
    while (at < committed.size()) {
      long version = places.get(committed.get(at).id()).version();
      // Of a batch the last one says what the value is, and the first when it may have been seen.
      Map<Bytes, Long> written = new LinkedHashMap<>();
      for (; at < committed.size(); at++) {
        WatchedWrite write = committed.get(at);
        if (places.get(write.id()).version() != version) {
          break;
        }
        for (Mutation mutation : write.mutations()) {
          model.apply(mutation);
          touched(mutation, keys)
              .forEach(key -> written.merge(key, write.committingAt(), Math::min));
        }
      }
      written.forEach(
          (key, moment) -> changes.get(key).add(new Change(version, model.get(key), moment)));
    }
  }

  private static TreeSet<Bytes> touched(Mutation mutation, List<Bytes> keys) {
    TreeSet<Bytes> touched = new TreeSet<>();
    for (Bytes key : keys) {
      if (mutation.affected().contains(key)) {
        touched.add(key);
      }
    }
    return touched;
  }

  /** Whether the watch waits although the value is, at the end, another one than it was set for. */
  public boolean mustFire(WatchRecord watch) {
    if (watch.state() != WatchRecord.State.WAITING || !watch.isArmed() || !watch.clientLives()) {
      return false;
    }
    List<Change> all = changes.get(watch.key());
    return !Objects.equals(all.get(all.size() - 1).value, expected(watch));
  }

  /** Decides, when every watch that must fire has had the time to do so. */
  public Violations check(List<WatchRecord> watches) {
    for (WatchRecord watch : watches) {
      if (watch.isArmed()) {
        checkArmed(watch);
      } else {
        checkUnarmed(watch);
      }
    }
    return violations;
  }

  private void checkArmed(WatchRecord watch) {
    switch (watch.state()) {
      case FIRED -> {
        if (!hasCause(watch)) {
          violations.add(
              watch
                  + " fired and nothing has changed: it was set for "
                  + expected(watch)
                  + ", then came "
                  + changesFrom(watch));
        }
      }
      case WAITING -> {
        if (mustFire(watch)) {
          violations.add(
              watch
                  + " did not fire: it was set for "
                  + expected(watch)
                  + ", then came "
                  + changesFrom(watch));
        }
      }
      case FAILED -> {
        if (watch.endedAt() > watch.toldAt()) {
          violations.add(watch + " failed after its transaction was committed");
        }
      }
      case CANCELLED -> {}
    }
  }

  private void checkUnarmed(WatchRecord watch) {
    boolean isToldOf = watch.outcome() != Outcome.OPEN;
    if (watch.state() == WatchRecord.State.FIRED) {
      violations.add(watch + " fired and its transaction ended as " + watch.outcome());
    } else if (watch.state() == WatchRecord.State.WAITING && isToldOf && watch.clientLives()) {
      violations.add(watch + " waits and its transaction ended as " + watch.outcome());
    }
  }

  /** What the transaction saw when it set the watch, null for absent. */
  private Bytes expected(WatchRecord watch) {
    Change last = NEVER_WRITTEN;
    for (Change change : changes.get(watch.key())) {
      if (change.version <= watch.readVersion()) {
        last = change;
      }
    }
    if (watch.writer() == 0) {
      return last.value;
    }
    ModelStore own = new ModelStore();
    if (last.value != null) {
      own.apply(Mutation.set(watch.key(), last.value));
    }
    for (Mutation mutation :
        writes.get(watch.writer()).mutations().subList(0, watch.writesBefore())) {
      own.apply(mutation);
    }
    return own.get(watch.key());
  }

  /** What the key was from the watch's own version on: first what it was there. */
  private List<Change> changesFrom(WatchRecord watch) {
    long from = watch.writer() == 0 ? watch.readVersion() : places.get(watch.writer()).version();
    List<Change> since = new ArrayList<>();
    for (Change change : changes.get(watch.key())) {
      if (change.version <= from) {
        since.clear();
      }
      since.add(change);
    }
    return since;
  }

  private boolean hasCause(WatchRecord watch) {
    Bytes expected = expected(watch);
    for (Change change : changesFrom(watch)) {
      if (change.committingAt < watch.endedAt() && !Objects.equals(change.value, expected)) {
        return true;
      }
    }
    return false;
  }
}
