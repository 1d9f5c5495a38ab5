package io.ashlar.server.coordinators;

import io.ashlar.core.Bytes;
import io.ashlar.core.MalformedException;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.ClusterStatus.ProcessAnswer;
import io.ashlar.message.CoordinatorPlaces;
import io.ashlar.message.CoordinatorSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Which processes can be the coordinators of a cluster, from what it tells. Pure. */
final class CoordinatorChoice {
  private CoordinatorChoice() {}

  /**
   * Why these cannot be the coordinators: a reason for each thing that is wrong, none when they
   * can.
   *
   * @param status of the cluster, with the answers of {@code wanted}
   * @param wanted {@code host:port} of each
   */
  static List<String> refusals(ClusterStatus status, List<String> wanted) {
    try {
      CoordinatorPlaces.decode(Bytes.utf8(String.join(",", wanted)));
    } catch (MalformedException malformed) {
      return List.of(malformed.getMessage());
    }
    List<String> refusals = new ArrayList<>();
    if (wanted.size() % 2 == 0) {
      refusals.add(
          "of "
              + wanted.size()
              + " coordinators no more may fail than of "
              + (wanted.size() - 1)
              + ": name 1, 3 or 5");
    }
    Map<String, String> zones = new LinkedHashMap<>();
    for (String process : wanted) {
      String reason = refusal(status, process);
      if (reason != null) {
        refusals.add(process + " cannot be a coordinator: " + reason);
        continue;
      }
      String zone = find(status, process).zone();
      String other = zones.putIfAbsent(zone, process);
      if (other != null) {
        refusals.add(
            other + " and " + process + " are both in zone " + zone + ", and would fail together");
      }
    }
    return refusals;
  }

  /** Why a process cannot be a coordinator, or null. */
  private static String refusal(ClusterStatus status, String process) {
    ProcessAnswer found = find(status, process);
    if (found == null || !found.isThere()) {
      return found == null ? "it was not asked" : found.worker().failure();
    }
    if (found.silentMillis() < 0) {
      return "the database has no process of that name; start one with its cluster file, and name"
          + " it as `status` does";
    }
    if (found.process().field("directory").isEmpty()) {
      return "it keeps nothing on a disk, and would forget what it promised";
    }
    return null;
  }

  private static ProcessAnswer find(ClusterStatus status, String process) {
    return status.processes().stream()
        .filter(each -> each.name().equals(process))
        .findFirst()
        .orElse(null);
  }

  /**
   * The best there are: each in a zone of its own, those that are coordinators now first. So many
   * that as many may fail as zones of the log, where there are zones enough.
   */
  static List<String> best(ClusterStatus status) {
    List<ProcessAnswer> able = new ArrayList<>();
    for (boolean isPresent : List.of(true, false)) {
      for (ProcessAnswer process : status.processes()) {
        if (isCoordinator(status, process) == isPresent
            && takesPart(status, process)
            && refusal(status, process.name()) == null) {
          able.add(process);
        }
      }
    }
    List<String> chosen = new ArrayList<>();
    TreeSet<String> zones = new TreeSet<>();
    for (ProcessAnswer process : able) {
      if (zones.add(process.zone())) {
        chosen.add(process.name());
      }
    }
    long copies = Math.max(1, status.controller().number("replication", 1));
    int count = (int) Math.min(CoordinatorSet.COORDINATORS_MAX, 2 * copies - 1);
    count = Math.min(count, chosen.size());
    return List.copyOf(chosen.subList(0, count - (count % 2 == 0 && count > 0 ? 1 : 0)));
  }

  private static boolean isCoordinator(ClusterStatus status, ProcessAnswer process) {
    return places(status.set()).contains(process.name());
  }

  /** Not one of the present ones that is corrupt: that ends only when others have the state. */
  private static boolean takesPart(ClusterStatus status, ProcessAnswer process) {
    return status.coordinators().stream()
        .noneMatch(each -> each.address().process().equals(process.name()) && !each.isThere());
  }

  /** {@code host:port} of each. */
  static TreeSet<String> places(CoordinatorSet set) {
    TreeSet<String> places = new TreeSet<>();
    set.coordinators().forEach(each -> places.add(each.process()));
    return places;
  }
}
