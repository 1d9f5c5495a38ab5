package io.ashlar.log;

import io.ashlar.core.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The order of pushes: each names the version before it, and is taken when the chain ends there.
 * Those that come early are parked, within bounds. Pure.
 *
 * @param <T> what a push is to the owner
 */
final class VersionChain<T> {
  /** What to do with a push. */
  enum Offer {
    /** It is the next: the owner keeps it and calls {@link #advance}. */
    NEXT,
    /** It was parked and comes back from {@link #takeReady}. */
    PARKED,
    /** The chain, or the park, has it already. */
    DUPLICATE,
    /** It would make a second branch of the chain; or is not a step forward. */
    FORKED,
    /** There is no room to park it: all that is parked comes before it. */
    FULL
  }

  private record Parked<T>(long version, long bytes, T push) {}

  private final int parkedMax;
  private final long parkedBytesMax;
  private final TreeMap<Long, Parked<T>> parkedByPrevious = new TreeMap<>();
  private final List<T> displaced = new ArrayList<>();
  private long parkedBytes;
  private boolean open;
  private long end;

  VersionChain(int parkedMax, long parkedBytesMax) {
    this.parkedMax = parkedMax;
    this.parkedBytesMax = parkedBytesMax;
  }

  /** Begins the chain at {@code start}; before, every push is parked. */
  void open(long start) {
    Check.that(!open, "opened twice");
    open = true;
    end = start;
  }

  /** The last version taken; 0 before the chain is open. */
  long end() {
    return end;
  }

  Offer offer(long previous, long version, long bytes, T push) {
    if (version <= previous) {
      return Offer.FORKED;
    }
    if (open && version <= end) {
      return Offer.DUPLICATE;
    }
    if (open && previous < end) {
      return Offer.FORKED;
    }
    if (open && previous == end) {
      return Offer.NEXT;
    }
    Parked<T> there = parkedByPrevious.get(previous);
    if (there != null) {
      return there.version == version ? Offer.DUPLICATE : Offer.FORKED;
    }
    if (!makeRoom(previous, bytes)) {
      return Offer.FULL;
    }
    parkedByPrevious.put(previous, new Parked<>(version, bytes, push));
    parkedBytes += bytes;
    return Offer.PARKED;
  }

  /** Takes out those that come last for one before them; none if that would not be enough. */
  private boolean makeRoom(long previous, long bytes) {
    int count = parkedByPrevious.size();
    long left = parkedBytes;
    for (Parked<T> later : parkedByPrevious.tailMap(previous, false).descendingMap().values()) {
      if (count < parkedMax && left + bytes <= parkedBytesMax) {
        break;
      }
      count--;
      left -= later.bytes;
    }
    if (count >= parkedMax || left + bytes > parkedBytesMax) {
      return false;
    }
    while (parkedByPrevious.size() > count) {
      displaced.add(take(parkedByPrevious.pollLastEntry()));
    }
    return true;
  }

  private T take(Map.Entry<Long, Parked<T>> entry) {
    parkedBytes -= entry.getValue().bytes;
    return entry.getValue().push;
  }

  /**
   * Pushes that had to leave the park for an earlier one. Without that, a park full of late pushes
   * would keep out those they wait for, and each repetition would move the chain by one.
   */
  List<T> takeDisplaced() {
    if (displaced.isEmpty()) {
      return List.of();
    }
    List<T> taken = List.copyOf(displaced);
    displaced.clear();
    return taken;
  }

  void advance(long version) {
    Check.that(open && version > end, "not forward: ", version, " after ", end);
    end = version;
  }

  /** A parked push that waits no longer, to be offered again; or null. */
  T takeReady() {
    if (!open || parkedByPrevious.isEmpty() || parkedByPrevious.firstKey() > end) {
      return null;
    }
    return take(parkedByPrevious.pollFirstEntry());
  }

  /** Empties the park. */
  List<T> dropParked() {
    List<T> dropped = new ArrayList<>();
    for (Map.Entry<Long, Parked<T>> entry : parkedByPrevious.entrySet()) {
      dropped.add(entry.getValue().push);
    }
    parkedByPrevious.clear();
    parkedBytes = 0;
    return dropped;
  }

  int parkedCount() {
    return parkedByPrevious.size();
  }

  void checkInvariants() {
    long bytes = 0;
    for (Map.Entry<Long, Parked<T>> entry : parkedByPrevious.entrySet()) {
      bytes += entry.getValue().bytes;
      Check.that(entry.getKey() < entry.getValue().version, "a parked step back");
    }
    Check.that(bytes == parkedBytes, "parked bytes: ", bytes, " counted ", parkedBytes);
    Check.that(parkedByPrevious.size() <= parkedMax, "too many parked");
    Check.that(parkedBytes <= parkedBytesMax, "too much parked");
  }
}
