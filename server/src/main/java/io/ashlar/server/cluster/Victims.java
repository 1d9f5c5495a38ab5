package io.ashlar.server.cluster;

import io.ashlar.embedded.ClusterStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Which processes have a role just now, and which of them is to be killed for it. Pure. */
final class Victims {
  static final String CONTROLLER = "controller";
  static final String COORDINATOR = "coordinator";

  /** All that a process may be killed for. */
  static final List<String> ROLES =
      List.of(
          "sequencer",
          "commit-proxy",
          "read-version-proxy",
          "resolver",
          "log-server",
          "storage-server",
          COORDINATOR,
          CONTROLLER);

  private Victims() {}

  /** Where the processes with {@code role} listen; none twice. */
  static List<String> with(String role, ClusterStatus status) {
    TreeSet<String> found = new TreeSet<>();
    switch (role) {
      case CONTROLLER -> found.add(status.leader().process());
      case COORDINATOR ->
          status.coordinators().forEach(each -> found.add(each.address().process()));
      default ->
          status.roles().stream()
              .filter(each -> each.kind().equals(role))
              .forEach(each -> found.add(each.process()));
    }
    found.remove("");
    return List.copyOf(found);
  }

  /** The kinds of all roles of a process, each once. */
  static List<String> rolesOf(String process, ClusterStatus status) {
    return ROLES.stream().filter(role -> with(role, status).contains(process)).toList();
  }

  /**
   * Those of which one is to be killed for {@code role}: not where the controller is, if there are
   * others, since the election of another one comes on top then; and among these, those with the
   * fewest roles besides.
   */
  static List<String> candidates(String role, ClusterStatus status) {
    List<String> all = with(role, status);
    List<String> best = new ArrayList<>();
    int fewest = Integer.MAX_VALUE;
    for (String process : all) {
      List<String> roles = rolesOf(process, status);
      boolean isControllerToo = !role.equals(CONTROLLER) && roles.contains(CONTROLLER);
      int weight = roles.size() + (isControllerToo ? ROLES.size() : 0);
      if (weight < fewest) {
        best.clear();
        fewest = weight;
      }
      if (weight == fewest) {
        best.add(process);
      }
    }
    return best;
  }
}
