package io.ashlar.control;

import io.ashlar.core.SeededRandom;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which processes are to have no roles, so that the next epoch does without links that are degraded
 * (see {@link PeerLinks}). None when no choice helps: an epoch whose roles cannot be elsewhere goes
 * on as it is. Nor when it has been done too often: then it does not help, or what is measured is
 * no reason. Pure; time is given.
 */
final class Detours {
  /** So many are taken at most within the time. */
  static final int TAKEN_MAX = 5;

  static final long WITHIN_NANOS = 3_600_000_000_000L;

  private final ArrayDeque<Long> taken = new ArrayDeque<>();

  /** Whether another one may be taken. */
  boolean mayTake(long nowNanos) {
    while (!taken.isEmpty() && nowNanos - taken.peek() >= WITHIN_NANOS) {
      taken.poll();
    }
    return taken.size() < TAKEN_MAX;
  }

  void take(long nowNanos) {
    taken.add(nowNanos);
  }

  /**
   * The fewest processes that are to be left out beside those that are avoided, or none.
   *
   * @param live the workers that may have roles
   * @param avoided those that have roles only where there is no other anyway
   */
  static Set<String> around(
      List<PeerLinks.Link> degraded,
      ClusterConfiguration configuration,
      List<RegisterWorker> live,
      Set<String> avoided) {
    for (Set<String> choice : choices(degraded)) {
      TreeSet<String> without = new TreeSet<>(avoided);
      without.addAll(choice);
      // The identities are thrown away: where the roles would be does not depend on them.
      EpochPlan plan = EpochPlan.deal(configuration, live, without, new SeededRandom(1));
      if (plan != null && degraded.stream().noneMatch(plan::uses)) {
        return choice;
      }
    }
    return Set.of();
  }

  /**
   * One that most links are of, one after the other; then the fewest, as far as a simple rule finds
   * them, that all links are of; then all.
   */
  private static List<Set<String>> choices(List<PeerLinks.Link> degraded) {
    List<Set<String>> choices = new ArrayList<>();
    for (String process : byLinks(degraded)) {
      choices.add(Set.of(process));
    }
    TreeSet<String> cover = new TreeSet<>();
    List<PeerLinks.Link> left = new ArrayList<>(degraded);
    while (!left.isEmpty()) {
      String next = byLinks(left).get(0);
      cover.add(next);
      left.removeIf(link -> link.isOf(next));
    }
    choices.add(cover);
    choices.add(new TreeSet<>(byLinks(degraded)));
    return choices;
  }

  private static List<String> byLinks(List<PeerLinks.Link> links) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    for (PeerLinks.Link link : links) {
      counts.merge(link.one(), 1, Integer::sum);
      counts.merge(link.other(), 1, Integer::sum);
    }
    List<String> processes = new ArrayList<>(counts.keySet());
    processes.sort(Comparator.comparingInt((String process) -> -counts.get(process)));
    return processes;
  }
}
