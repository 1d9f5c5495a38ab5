package io.ashlar.control;

import io.ashlar.message.PeerRoundTrip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the processes with roles of an epoch reach one another, as its proxies say: two may not reach
 * each other, or hardly, while the controller reaches both. Such a link is degraded when that has
 * been said for a while, and it is so until it is clearly better. What is slow is measured by what
 * is usual here: where all links are slow none is degraded. Pure; time is given.
 */
final class PeerLinks {
  private static final long MILLI = 1_000_000;

  /** A link that takes less is never degraded: a commit takes some such times. */
  static final long SLOW_NANOS_MIN = 250 * MILLI;

  /** A slow link takes at least so many times what a quarter of all links do not even take. */
  static final int TIMES_USUAL = 5;

  /**
   * Two processes, in the order of their names.
   *
   * @param one not the other
   */
  record Link(String one, String other) implements Comparable<Link> {
    static Link of(String here, String there) {
      return here.compareTo(there) < 0 ? new Link(here, there) : new Link(there, here);
    }

    boolean isOf(String process) {
      return one.equals(process) || other.equals(process);
    }

    @Override
    public int compareTo(Link that) {
      int byOne = one.compareTo(that.one);
      return byOne != 0 ? byOne : other.compareTo(that.other);
    }
  }

  private record Told(String process, List<PeerRoundTrip> peers) {}

  private record Reached(long nanos, long atNanos) {}

  private final String here;
  private final long silenceNanos;
  private final long patienceNanos;

  /** By proxy. */
  private final TreeMap<Integer, Told> told = new TreeMap<>();

  /** The controller's own round trips, by process. */
  private final TreeMap<String, Reached> reached = new TreeMap<>();

  /** The worst of each link. */
  private final TreeMap<Link, PeerRoundTrip> worst = new TreeMap<>();

  private final TreeMap<Link, Long> badSince = new TreeMap<>();

  /**
   * @param here where the controller is
   * @param silenceNanos a process that has not answered the controller for so long may be away
   * @param patienceNanos for how long it must be said
   */
  PeerLinks(String here, long silenceNanos, long patienceNanos) {
    this.here = here;
    this.silenceNanos = silenceNanos;
    this.patienceNanos = patienceNanos;
  }

  /** A process answered the controller after so long. */
  void reached(String process, long nanos, long nowNanos) {
    if (!process.equals(here)) {
      reached.put(process, new Reached(nanos, nowNanos));
    }
  }

  private boolean isReached(String process, long nowNanos) {
    Reached last = reached.get(process);
    return process.equals(here) || (last != null && nowNanos - last.atNanos <= silenceNanos);
  }

  /** How long the slower end takes to answer the controller: so much is not the link's. */
  private long endsNanos(Link link) {
    long nanos = 0;
    for (String end : List.of(link.one(), link.other())) {
      Reached last = reached.get(end);
      nanos = Math.max(nanos, last == null ? 0 : last.nanos);
    }
    return nanos;
  }

  /** A proxy tells how others answer it. */
  void told(int proxy, String process, List<PeerRoundTrip> peers, long nowNanos) {
    told.put(proxy, new Told(process, peers));
    worst.clear();
    for (Told each : told.values()) {
      for (PeerRoundTrip peer : each.peers()) {
        worst.merge(Link.of(each.process(), peer.process()), peer, PeerLinks::worseOf);
      }
    }
    long slowNanos = Math.max(SLOW_NANOS_MIN, TIMES_USUAL * usualNanos());
    badSince.keySet().retainAll(worst.keySet());
    for (Map.Entry<Link, PeerRoundTrip> link : worst.entrySet()) {
      PeerRoundTrip roundTrip = link.getValue();
      boolean isTheirs =
          isReached(link.getKey().one(), nowNanos) && isReached(link.getKey().other(), nowNanos);
      if (!isTheirs) {
        // One that nobody reaches is told of otherwise.
        badSince.remove(link.getKey());
      } else if (roundTrip.isUnreachable()
          || roundTrip.nanos() >= Math.max(slowNanos, 2 * endsNanos(link.getKey()))) {
        badSince.putIfAbsent(link.getKey(), nowNanos);
      } else if (roundTrip.nanos() < slowNanos / 2 || !isDegraded(link.getKey(), nowNanos)) {
        badSince.remove(link.getKey());
      }
    }
  }

  private static PeerRoundTrip worseOf(PeerRoundTrip left, PeerRoundTrip right) {
    if (left.isUnreachable() || right.isUnreachable()) {
      return left.isUnreachable() ? left : right;
    }
    return left.nanos() >= right.nanos() ? left : right;
  }

  /** What the fastest quarter of all links takes at most. */
  private long usualNanos() {
    List<Long> all = new ArrayList<>();
    reached.values().forEach(each -> all.add(each.nanos));
    for (PeerRoundTrip each : worst.values()) {
      if (!each.isUnreachable()) {
        all.add(each.nanos());
      }
    }
    if (all.isEmpty()) {
      return 0;
    }
    Collections.sort(all);
    return all.get((all.size() - 1) / 4);
  }

  private boolean isDegraded(Link link, long nowNanos) {
    Long since = badSince.get(link);
    return since != null && nowNanos - since >= patienceNanos;
  }

  /** The links that are, in their order. */
  List<Link> degraded(long nowNanos) {
    List<Link> degraded = new ArrayList<>();
    for (Link link : badSince.keySet()) {
      if (isDegraded(link, nowNanos)) {
        degraded.add(link);
      }
    }
    return degraded;
  }

  /** How long a link takes, for people. */
  String inWords(Link link) {
    PeerRoundTrip roundTrip = worst.get(link);
    return roundTrip.isUnreachable() ? "unreachable" : roundTrip.nanos() / MILLI + " ms";
  }
}
