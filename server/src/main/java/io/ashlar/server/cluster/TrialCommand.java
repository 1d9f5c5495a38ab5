package io.ashlar.server.cluster;

import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Failures;
import io.ashlar.server.Json;
import io.ashlar.server.Trees;
import io.ashlar.server.check.CheckReport;
import io.ashlar.server.sim.Interruption;
import io.ashlar.simulation.workload.Workloads;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ashlar cluster trial}. */
@Command(
    name = "trial",
    mixinStandardHelpOptions = true,
    description = {
      "Puts a cluster of its own through something, while clients of `ashlar check` are busy, and tells"
          + " whether all that must hold did. Everything that it makes is gone at the end, also after"
          + " Ctrl-C. The last line is one JSON object.",
      "The trials:",
      "network: hosts with a network of their own are cut off in one direction or both, and processes"
          + " are stopped and continued; needs Linux, root and iproute2",
      "stopped-log: one of four log servers with triple replication is stopped, with an anti-quorum of"
          + " 1 and without one",
      "reconfiguration: a store in a directory becomes a cluster of five processes, and its copies,"
          + " proxies and coordinators are changed",
      "disks: the disk of a log server gets full, logs are removed and a coordinator's file is damaged;"
          + " needs Linux and root"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all that must hold did",
      "1:not so; the cluster's folder stays as it is",
      "2:the command line is wrong",
      "3:the trial cannot be made on this machine"
    })
final class TrialCommand implements Callable<Integer> {
  private static final List<Trial> TRIALS =
      List.of(
          new NetworkTrial(), new StoppedLogTrial(), new ReconfigurationTrial(), new DiskTrial());

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "TRIAL", arity = "1..*", description = "Which, in this order.")
  private List<String> names;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "ashlar-trial",
      description =
          "The folder of the clusters; there must be none yet, and they are deleted at the end."
              + " Default: ashlar-trial")
  private Path dir;

  @Option(
      names = "--workload",
      paramLabel = "W",
      defaultValue = "serializability",
      description = "As `ashlar check` takes it. Default: serializability")
  private String workload;

  @Option(
      names = "--clients",
      paramLabel = "C",
      defaultValue = "20",
      description = "How many are busy all the time. Default: 20")
  private int clients;

  @Option(names = "--keep", description = "Does not delete the folders at the end.")
  private boolean keep;

  @Option(
      names = "--json",
      description = "Prints the JSON object alone, and does not tell how it goes.")
  private boolean json;

  private final AtomicBoolean isEnding = new AtomicBoolean();
  private boolean isStopped;

  @Override
  public Integer call() throws IOException {
    List<Trial> wanted = new ArrayList<>();
    for (String name : names) {
      wanted.add(trial(name));
    }
    if (clients < 1) {
      throw wrong("--clients must be 1 or more");
    }
    if (!Workloads.CHECKS.contains(workload)) {
      throw wrong("--workload must be one of " + String.join(", ", Workloads.CHECKS));
    }
    Path folder = dir.toAbsolutePath().normalize();
    for (Trial trial : wanted) {
      if (LocalCluster.isIn(folder.resolve(trial.name()))) {
        throw wrong("there is a cluster in " + folder + " already; name another --dir");
      }
    }
    boolean isNew = Files.notExists(folder);
    List<Json> results = new ArrayList<>();
    int code = ExitCodes.OK;
    for (Trial trial : wanted) {
      if (!isStopped) {
        code = Math.max(code, run(trial, folder, results));
      }
    }
    if (isNew && isEmpty(folder)) {
      Files.delete(folder);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(Json.object().put("passed", code == ExitCodes.OK).put("trials", results));
    out.flush();
    return code;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  private static Trial trial(String name) {
    return TRIALS.stream()
        .filter(trial -> trial.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    "there is no trial "
                        + name
                        + "; they are "
                        + TRIALS.stream().map(Trial::name).collect(Collectors.joining(", "))));
  }

  private static CommandFailedException wrong(String what) {
    return new CommandFailedException(what, ExitCodes.USAGE);
  }

  private int run(Trial trial, Path folder, List<Json> results) throws IOException {
    String failure = "";
    int code = ExitCodes.FAILED;
    Path own = folder.resolve(trial.name());
    Thread here = Thread.currentThread();
    isEnding.set(false);
    try (Interruption interruption =
        new Interruption(
            () -> {
              if (!isEnding.get()) {
                here.interrupt();
              }
            })) {
      TrialGround ground = new TrialGround(own, workload, clients, this::say);
      try {
        say("Trial: " + trial.name());
        failure = outcome(trial, ground);
        code = failure.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
      } catch (CommandFailedException impossible) {
        failure = impossible.getMessage();
        code = impossible.exitCode();
      } catch (InterruptedException asked) {
        failure = "stopped before its end";
      } finally {
        isEnding.set(true);
        endQuietly(ground);
      }
      say(failure.isEmpty() ? "Passed: " + trial.name() : "WRONG: " + failure);
      results.add(
          Json.object()
              .put("trial", trial.name())
              .put("passed", failure.isEmpty())
              .put("failure", failure)
              .putAll(ground.json()));
      isStopped = interruption.isThere();
      boolean isWorthNothing = isStopped || code == ExitCodes.UNAVAILABLE;
      if (Files.exists(own) && (isWorthNothing || (failure.isEmpty() && !keep))) {
        Trees.delete(own);
      }
    }
    return code;
  }

  /** Runs it and judges what its clients did; empty when all that must hold did. */
  private static String outcome(Trial trial, TrialGround ground)
      throws IOException, InterruptedException {
    String failure = "";
    try {
      trial.run(ground);
    } catch (CommandFailedException failed) {
      if (failed.exitCode() == ExitCodes.UNAVAILABLE && ground.check() == null) {
        throw failed; // It has not begun.
      }
      failure = failed.getMessage();
    }
    CheckReport report = ground.judge();
    if (report != null && !report.isSound()) {
      String found =
          report.isJudged()
              ? "the check found " + report.violations()
              : "the cluster did not come back to be judged";
      failure = failure.isEmpty() ? found : failure + "\n" + found;
    }
    return failure;
  }

  /** All processes end, whatever came before. */
  private static void endQuietly(TrialGround ground) throws IOException {
    try {
      // An interruption that has come too late for anything else is over with this.
      Thread.interrupted();
      ground.end();
    } catch (InterruptedException again) {
      throw new IOException("processes were not ended: " + Failures.line(again), again);
    }
  }

  private void say(String line) {
    if (!json) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(line);
      err.flush();
    }
  }
}
