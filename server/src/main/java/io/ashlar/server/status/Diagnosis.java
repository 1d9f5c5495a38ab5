package io.ashlar.server.status;

import static io.ashlar.server.status.Health.DEGRADED;
import static io.ashlar.server.status.Health.UNAVAILABLE;

import io.ashlar.embedded.ClusterStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What the answers of a cluster mean, in words, and what to do. Pure. */
final class Diagnosis {
  private static final String ACCEPTING = "accepting commits";

  /** How the failure of a coordinator begins whose file is not what was written. */
  private static final String CORRUPT = "its register is lost";

  private static final double LAG_SECONDS_MAX = 5;
  private static final long SILENT_MILLIS_MAX = 2_000;
  private static final long FREE_BYTES_MIN = 1L << 30;
  private static final int GENERATIONS_MAX = 100;

  private final ClusterStatus status;
  private final Reserve reserve;
  private final List<Finding> findings = new ArrayList<>();

  private Diagnosis(ClusterStatus status) {
    this.status = status;
    this.reserve = Reserve.of(status);
  }

  /** All there is to say, in the order in which it should be read. */
  static List<Finding> of(ClusterStatus status) {
    Diagnosis diagnosis = new Diagnosis(status);
    diagnosis.coordinators();
    diagnosis.controller();
    diagnosis.roles();
    diagnosis.logTroubles();
    diagnosis.links();
    diagnosis.shards();
    diagnosis.generations();
    diagnosis.processes();
    diagnosis.wishes();
    return List.copyOf(diagnosis.findings);
  }

  static Health health(List<Finding> findings) {
    Health worst = Health.HEALTHY;
    for (Finding finding : findings) {
      worst = worst.worseOf(finding.health());
    }
    return worst;
  }

  private void add(Health health, String what, String remedy) {
    findings.add(new Finding(health, what, remedy));
  }

  // Coordinators and controller

  private void coordinators() {
    List<ClusterStatus.Answer> away =
        status.coordinators().stream().filter(each -> !each.isThere()).toList();
    if (away.isEmpty()) {
      return;
    }
    int all = status.coordinators().size();
    String who =
        away.stream()
            .map(each -> each.address().process() + " (" + each.failure() + ")")
            .collect(Collectors.joining(", "));
    boolean isCorrupt = away.stream().anyMatch(each -> each.failure().startsWith(CORRUPT));
    if (reserve.coordinatorsToSpare() < 0) {
      add(
          UNAVAILABLE,
          (all - away.size())
              + " of "
              + all
              + " coordinator"
              + (all == 1 ? "" : "s")
              + " answer"
              + ", and a majority is needed; away: "
              + who,
          isCorrupt
              ? "put the file back as it was when its process ended last: no other has what is in it,"
                  + " and nothing is made up in its place"
              : "start the processes there, or see why they cannot be reached");
    } else {
      String more =
          reserve.coordinatorsToSpare() == 0 ? ": one more, and the database stands still" : "";
      add(
          DEGRADED,
          (isCorrupt ? "a coordinator takes no part: " : "a coordinator does not answer: ") + who,
          isCorrupt
              ? "choose others with `coordinators auto` or `coordinators set`; it can be one again"
                  + " after that"
                  + more
              : "start it again, or choose others" + more);
    }
  }

  private void controller() {
    if (reserve.coordinatorsToSpare() < 0) {
      return;
    }
    ClusterStatus.Answer controller = status.controller();
    if (!controller.isThere()) {
      add(
          UNAVAILABLE,
          status.leader().process().isEmpty()
              ? "no controller is elected"
              : "the controller at " + status.leader().process() + " " + controller.failure(),
          "one is elected within seconds after a failure; look again");
      return;
    }
    String phase = controller.field("phase");
    String waitsFor = controller.field("waits-for");
    if (!phase.equals(ACCEPTING)) {
      String because = controller.field("last-failure");
      add(
          UNAVAILABLE,
          "recovery is under way, in phase "
              + phase
              + (waitsFor.isEmpty() ? "" : ", and waits for " + waitsFor)
              + (because.isEmpty() ? "" : "; the reason: " + because),
          waitsFor.isEmpty()
              ? "it takes seconds; look again"
              : "if that lasts, start the processes that are away; nothing is lost meanwhile");
    } else if (status.readVersionNanos() < 0) {
      add(
          UNAVAILABLE,
          "no read version is given" + (status.noView().isEmpty() ? "" : ": " + status.noView()),
          "recovery begins within a second when a role is away; look again");
    }
  }

  // Roles

  private void roles() {
    for (ClusterStatus.Role role : status.roles()) {
      String where = role.process().isEmpty() ? "" : " at " + role.process();
      if (!role.isThere()) {
        if (role.kind().equals("storage-server")) {
          continue; // Told of by what it means for the shards.
        }
        add(
            DEGRADED,
            "the " + role.kind() + where + " does not answer: " + role.answer().failure(),
            role.kind().equals("old-log-server")
                ? "start its process again: what it has is still needed"
                : "recovery replaces it");
      } else if (role.kind().endsWith("log-server") && !role.answer().field("detail").isEmpty()) {
        add(
            DEGRADED,
            "the " + role.kind() + where + " says: " + role.answer().field("detail"),
            "see what is the matter with its disk");
      }
    }
    lags();
  }

  private void lags() {
    for (ClusterStatus.Role role : status.roles()) {
      double lag = Lag.seconds(status, role);
      if (lag > LAG_SECONDS_MAX) {
        add(
            DEGRADED,
            String.format(
                java.util.Locale.ROOT,
                "the storage server at %s is %.0f s behind",
                role.process(),
                lag),
            "reads there wait and then fail until it has caught up; if it does not, its disk or"
                + " processor is too slow for what is written");
      }
    }
  }

  /**
   * {@code log-trouble}: where a log server is, what is the matter, whether the epoch goes on
   * without it, and for how many milliseconds.
   */
  private void logTroubles() {
    for (String trouble : status.controller().fields("log-trouble")) {
      String[] words = trouble.split(" ", 4);
      boolean isTolerated = words[2].equals("tolerated");
      long seconds = Long.parseLong(words[3]) / 1_000;
      String what =
          switch (words[1]) {
            case "silent" -> " has been missing for ";
            case "given_up" -> " could not keep up and was given up ";
            default -> " has acknowledged nothing in time for ";
          };
      add(
          isTolerated ? DEGRADED : UNAVAILABLE,
          "the log server at "
              + words[0]
              + what
              + seconds
              + (words[1].equals("given_up") ? " s ago" : " s")
              + (isTolerated ? "; commits go on without it" : "; commits wait for it"),
          isTolerated
              ? "start its process, or see whether its disk hangs or is too slow; it is replaced"
                  + " after a time of grace, if there are processes for that"
              : "see whether its disk hangs or is too slow, and start its process again or end it;"
                  + " recovery goes on without it when enough other log servers and processes are"
                  + " there");
    }
  }

  /** {@code degraded}: two processes, and how long a message and its answer take. */
  private void links() {
    for (String link : status.controller().fields("degraded")) {
      String[] words = link.split(" ", 3);
      add(
          DEGRADED,
          words[2].equals("unreachable")
              ? words[0]
                  + " and "
                  + words[1]
                  + " do not reach each other; the controller reaches both"
              : "a message from "
                  + words[0]
                  + " to "
                  + words[1]
                  + " and its answer take "
                  + words[2]
                  + ", much longer than between others",
          "see what is the matter with the network between them; roles are put elsewhere where they"
              + " can be");
    }
  }

  // What is stored

  private void shards() {
    String away =
        status.roles().stream()
            .filter(role -> role.kind().equals("storage-server") && !role.isThere())
            .map(
                role ->
                    role.id().substring(0, Math.min(8, role.id().length()))
                        + (role.process().isEmpty() ? "" : " at " + role.process()))
            .collect(Collectors.joining(", "));
    if (away.isEmpty()) {
      return;
    }
    int all = status.shards().size();
    if (reserve.shardsUnreadable() > 0) {
      add(
          UNAVAILABLE,
          reserve.shardsUnreadable()
              + " of "
              + all
              + " shards cannot be read: all their storage servers are away: "
              + away,
          "start their processes again; nothing is lost while their directories are there");
    } else if (all == 0) {
      add(
          DEGRADED,
          "storage servers are away: " + away,
          "start their processes again; what only they have cannot be read");
    } else {
      add(
          DEGRADED,
          reserve.shardsShort()
              + " of "
              + all
              + " shards have fewer copies that answer than they should; storage servers away: "
              + away,
          "start their processes again");
    }
  }

  /** Each has to be remembered by the coordinators, who have room for some thousands. */
  private void generations() {
    int kept = status.view() == null ? 0 : status.view().generations().size();
    if (kept > GENERATIONS_MAX) {
      add(
          DEGRADED,
          "the log keeps what " + kept + " epochs have written",
          "start the storage servers that are away, which have not read it, or exclude their"
              + " processes; with thousands of them no other epoch could begin");
    }
  }

  // Processes

  private void processes() {
    for (ClusterStatus.ProcessAnswer process : status.processes()) {
      boolean isCoordinator =
          status.coordinators().stream()
              .anyMatch(each -> each.address().process().equals(process.name()));
      if (!process.isThere() && !isCoordinator) {
        add(
            DEGRADED,
            "process " + process.name() + " does not answer: " + process.worker().failure(),
            "start it again");
      } else if (process.isThere() && process.silentMillis() > SILENT_MILLIS_MAX) {
        add(
            DEGRADED,
            "process "
                + process.name()
                + " has not been heard of by the controller for "
                + process.silentMillis() / 1_000
                + " s",
            "see whether its network or its disk hangs");
      }
      long free = process.process().number("disk-bytes-free", Long.MAX_VALUE);
      if (free >= 0 && free < FREE_BYTES_MIN) {
        add(
            DEGRADED,
            "the disk of process " + process.name() + " has " + Amounts.bytes(free) + " left",
            "make room: a process that cannot write stops");
      }
    }
  }

  private void wishes() {
    String configuration = status.controller().field("configuration-waits");
    if (!configuration.isEmpty()) {
      add(
          DEGRADED,
          "the configuration that was asked for is not there yet: " + configuration,
          "start more processes, or ask for another configuration");
    }
    String coordinators = status.controller().field("coordinators-wanted");
    if (!coordinators.isEmpty()) {
      add(
          DEGRADED,
          "the coordinators are to be " + coordinators + " and are not yet",
          "see that processes listen there; they move when all of them answer");
    }
  }
}
