package io.ashlar.control;

import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Chooses workers for roles. Of those made for a kind of role all are used before any of another
 * class, unless they are too few or in too few zones; those to be avoided come after all others,
 * where zones are too few. Roles of one kind are spread over zones, in these over machines, and
 * there over workers; what is still equal goes to the worker that fits better, then to the one with
 * fewer roles so far. Pure.
 */
final class WorkerChoice {
  private final List<RegisterWorker> live;
  private final Set<String> avoided;
  private final Map<RegisterWorker, Integer> roles = new HashMap<>();

  /**
   * @param live the order decides between equals
   * @param avoided processes that do badly
   */
  WorkerChoice(List<RegisterWorker> live, Set<String> avoided) {
    this.live = List.copyOf(live);
    this.avoided = avoided;
  }

  /** The zones of workers that may have roles of a kind. */
  static TreeSet<String> zones(RoleKind kind, List<RegisterWorker> live) {
    TreeSet<String> zones = new TreeSet<>();
    for (RegisterWorker worker : live) {
      if (kind.mayBeOn(worker.workerClass())) {
        zones.add(worker.zone());
      }
    }
    return zones;
  }

  /** The workers that a kind of role lacks to be in so many zones, for people; empty for none. */
  static String missing(RoleKind kind, int zones, List<RegisterWorker> live) {
    TreeSet<String> found = zones(kind, live);
    if (found.size() >= zones) {
      return "";
    }
    return "workers of class "
        + kind.classes()
        + (zones == 1 ? "" : " in " + zones + " zones")
        + " for "
        + kind.roles()
        + ", of which there "
        + (found.isEmpty() ? "is none" : "are only those in " + String.join(", ", found));
  }

  /**
   * Chooses as many workers as there are roles, one for each, perhaps the same several times.
   *
   * @param zones in how many the roles must be, if there are as many of them; there are workers for
   *     them in so many
   */
  List<RegisterWorker> choose(RoleKind kind, int count, int zones) {
    List<RegisterWorker> pool = pool(kind, count, zones);
    Map<Object, Integer> near = new HashMap<>();
    Comparator<RegisterWorker> best =
        Comparator.<RegisterWorker>comparingInt(worker -> near.getOrDefault(worker.zone(), 0))
            .thenComparing(worker -> avoided.contains(worker.process()))
            .thenComparingInt(worker -> near.getOrDefault(machineOf(worker), 0))
            .thenComparingInt(worker -> near.getOrDefault(worker, 0))
            .thenComparingInt(worker -> kind.fitness(worker.workerClass()))
            .thenComparingInt(worker -> roles.getOrDefault(worker, 0));
    List<RegisterWorker> chosen = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RegisterWorker next = pool.stream().min(best).orElseThrow();
      near.merge(next.zone(), 1, Integer::sum);
      near.merge(machineOf(next), 1, Integer::sum);
      near.merge(next, 1, Integer::sum);
      roles.merge(next, 1, Integer::sum);
      chosen.add(next);
    }
    return chosen;
  }

  /** The workers that fit best, and more as long as these are too few or in too few zones. */
  private List<RegisterWorker> pool(RoleKind kind, int count, int zones) {
    List<RegisterWorker> pool = new ArrayList<>();
    addTo(pool, kind, count, zones, false);
    if (pool.isEmpty() || zones(kind, pool).size() < zones) {
      addTo(pool, kind, count, zones, true);
    }
    return pool;
  }

  private void addTo(
      List<RegisterWorker> pool, RoleKind kind, int count, int zones, boolean isAvoided) {
    for (int tier = 0; tier < RoleKind.TIERS; tier++) {
      boolean isEnough = pool.size() >= count && zones(kind, pool).size() >= zones;
      for (RegisterWorker worker : live) {
        if (!isEnough
            && avoided.contains(worker.process()) == isAvoided
            && kind.fitness(worker.workerClass()) == tier) {
          pool.add(worker);
        }
      }
    }
  }

  /** Machines of different zones may have the same name. */
  private static List<String> machineOf(RegisterWorker worker) {
    return List.of(worker.zone(), worker.machine());
  }
}
