package io.ashlar.server.exclude;

import static java.util.stream.Collectors.joining;

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

/** {@code ashlar include}. */
@Command(
    name = "include",
    mixinStandardHelpOptions = true,
    description =
        "Takes processes back that were excluded: they get roles, and their part of the data.",
    footer = {"", "Example: ashlar include all --cluster ashlar.cluster"})
public final class IncludeCommand extends ExclusionChange {
  @Parameters(
      paramLabel = "PROCESS",
      arity = "1..*",
      description = "Where a process listens, the identity of its worker, or `all`.")
  private List<String> words = new ArrayList<>();

  @Override
  int run(StatusProbe probe, ClusterStatus before) {
    List<Exclusion> named = new ArrayList<>();
    for (String word : words) {
      List<Exclusion> meant = new ArrayList<>(Exclusion.excluded(before));
      meant.removeIf(each -> !word.equals("all") && !each.isNamed(word));
      if (meant.isEmpty() && !word.equals("all")) {
        throw new CommandFailedException(word + " is not excluded", ExitCodes.FAILED);
      }
      named.addAll(meant);
    }
    commit(
        transaction ->
            named.forEach(
                each -> transaction.clear(Keys.excluded(Uid.parse(each.workerId())).toArray())));
    tell(
        named.isEmpty()
            ? "nobody is excluded"
            : "included: " + named.stream().map(Exclusion::process).collect(joining(", ")));
    return ExitCodes.OK;
  }
}
