package io.ashlar.server.exclude;

import static java.util.stream.Collectors.joining;

import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.Uid;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.StatusProbe;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ashlar exclude}. */
@Command(
    name = "exclude",
    mixinStandardHelpOptions = true,
    description = {
      "Takes everything away from processes, while the database serves, so that they can be ended for ever.",
      "Waits until that is safe. Without words it shows which are excluded."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:they may be ended",
      "1:they may not, and why",
      "3:the database takes no transactions",
      "2:the command line is wrong"
    },
    footer = {"", "Example: ashlar exclude 10.0.0.1:4500 --cluster ashlar.cluster"})
public final class ExcludeCommand extends ExclusionChange {
  @Parameters(
      paramLabel = "PROCESS",
      arity = "0..*",
      description = "Where a process listens, as `status` names it, or the identity of its worker.")
  private List<String> words = new ArrayList<>();

  @Override
  int run(StatusProbe probe, ClusterStatus before) throws InterruptedException {
    if (words.isEmpty()) {
      List<Exclusion> excluded = Exclusion.excluded(before);
      tell(
          excluded.isEmpty()
              ? "nobody is excluded"
              : excluded.stream().map(Exclusion::inWords).collect(joining("\n")));
      return ExitCodes.OK;
    }
    List<Exclusion> named = named(before);
    List<String> refusals = Exclusion.refusals(before, named);
    if (!refusals.isEmpty()) {
      throw new CommandFailedException(String.join("; ", refusals), ExitCodes.FAILED);
    }
    commit(
        transaction ->
            named.forEach(
                each ->
                    transaction.set(
                        Keys.excluded(Uid.parse(each.workerId())).toArray(),
                        Bytes.utf8(each.process()).toArray())));
    await(probe, named);
    List<String> coordinators = coordinators(before, named);
    if (!coordinators.isEmpty()) {
      tell(
          "do not end "
              + String.join(", ", coordinators)
              + " before the coordinators have moved: `coordinators set` takes others");
      return ExitCodes.FAILED;
    }
    tell("may be ended: " + named.stream().map(Exclusion::process).collect(joining(", ")));
    return ExitCodes.OK;
  }

  private List<Exclusion> named(ClusterStatus status) {
    List<Exclusion> named = new ArrayList<>();
    for (String word : words) {
      named.add(
          Exclusion.workers(status).stream()
              .filter(worker -> worker.isNamed(word))
              .findFirst()
              .orElseThrow(
                  () ->
                      new CommandFailedException(
                          "the database has no process " + word + "; `status` names them",
                          ExitCodes.FAILED)));
    }
    return named;
  }

  private void await(StatusProbe probe, List<Exclusion> named) throws InterruptedException {
    while (true) {
      ClusterStatus status = lookAgain(probe);
      List<Exclusion> now = new ArrayList<>();
      for (Exclusion excluded : Exclusion.excluded(status)) {
        if (named.stream().anyMatch(each -> each.workerId().equals(excluded.workerId()))) {
          now.add(excluded);
        }
      }
      if (now.size() == named.size() && now.stream().allMatch(Exclusion::isEmpty)) {
        return;
      }
      if (!now.isEmpty()) {
        tell(now.stream().map(Exclusion::inWords).collect(joining("; ")));
      }
      if (isTimeOver()) {
        throw new CommandFailedException(
            "after "
                + timeoutSeconds()
                + " s they still have something, and may not be ended; they stay excluded, until"
                + " `include` takes them back. `status` tells what holds it up",
            ExitCodes.FAILED);
      }
    }
  }

  /** Those among them that are coordinators. */
  private static List<String> coordinators(ClusterStatus status, List<Exclusion> named) {
    List<String> found = new ArrayList<>();
    for (Exclusion each : named) {
      boolean isCoordinator =
          status.set().coordinators().stream()
              .anyMatch(coordinator -> coordinator.process().equals(each.process()));
      if (isCoordinator) {
        found.add(each.process());
      }
    }
    return found;
  }
}
