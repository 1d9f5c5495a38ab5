package io.ashlar.server.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.sim.Interruption;
import io.ashlar.simulation.workload.Workloads;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ashlar check}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Drives one of the simulator's workloads against a running cluster, and tells what was lost and"
          + " which rules were broken.",
      "Harm the cluster meanwhile: that is what it is for. It writes keys of its own, below"
          + " `ashlar-check/`, and clears them at the end unless something was wrong with them.",
      "The last line is one JSON object."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing was lost, and no rule was broken",
      "1:something was",
      "2:the command line is wrong",
      "3:the cluster cannot be reached, or did not come back to be judged"
    },
    footer = {
      "",
      "Example: ashlar check --cluster ashlar-cluster/ashlar.cluster --seconds 30, and meanwhile",
      "         ashlar cluster kill --random"
    })
public final class CheckCommand implements Callable<Integer> {
  private static final int CLIENTS_MAX = 10_000;

  /** Later ends would not be told from earlier ones. */
  private static final long SECONDS_MAX = TimeUnit.DAYS.toSeconds(365);

  private static final String PREFIX = "ashlar-check/";

  @Spec private CommandSpec spec;

  @Option(
      names = "--cluster",
      paramLabel = "FILE",
      required = true,
      description = "The cluster file.")
  private Path cluster;

  /** What may be named; the canary must fail. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      List<String> names = new ArrayList<>(Workloads.CHECKS);
      names.add(Workloads.CANARY);
      return names.iterator();
    }
  }

  @Option(
      names = "--workload",
      paramLabel = "W",
      defaultValue = "cycle",
      completionCandidates = Names.class,
      description = {
        "One of:",
        "cycle: a ring of rows that every transaction turns; default",
        "counter: counters beside a log of what was counted",
        "serializability: random reads and writes, replayed one after the other",
        "append: lists that everybody appends to",
        "canary: loses money by itself, and must be found out"
      })
  private String workload;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "How long the clients are busy. Default: 10")
  private double seconds;

  @Option(
      names = "--clients",
      paramLabel = "C",
      defaultValue = "50",
      description = "How many are busy at a time. Default: 50")
  private int clients;

  @Option(
      names = "--spread",
      description =
          "Spreads the keys over the whole key space, so that all storage servers have some; only in a"
              + " database without other keys.")
  private boolean spread;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long to wait for a cluster that does not answer, at the beginning and at the end, when"
              + " all is to be judged. Default: 30")
  private long patienceSeconds;

  @Option(
      names = "--json",
      description = "Prints the JSON object alone, and does not tell how it goes.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    checkArguments();
    Bytes prefix = spread ? Bytes.EMPTY : Bytes.utf8(PREFIX + runId() + "/");
    try (ClusterCheck check = new ClusterCheck(cluster, workload, clients, prefix)) {
      check.begin(patienceSeconds, spread);
      CheckReport report;
      CountDownLatch interrupted = new CountDownLatch(1);
      try (Interruption interruption = new Interruption(interrupted::countDown)) {
        busy(check, interrupted);
        report = check.end(patienceSeconds);
        tell(report);
        if (interruption.isThere()) {
          spec.commandLine().getErr().println("stopped; what had been done was judged");
        }
      }
      return report.exitCode();
    }
  }

  private void checkArguments() {
    List<String> names = new ArrayList<>();
    new Names().forEach(names::add);
    if (!names.contains(workload)) {
      throw wrong("--workload must be one of " + String.join(", ", names) + ", not " + workload);
    }
    if (!(seconds > 0 && seconds <= SECONDS_MAX)) {
      throw wrong(
          String.format(
              Locale.ROOT, "--seconds must be more than 0, and at most %,d: a year", SECONDS_MAX));
    }
    if (clients < 1 || clients > CLIENTS_MAX) {
      throw wrong("--clients must be 1 to " + CLIENTS_MAX + ", not " + clients);
    }
    if (patienceSeconds < 1 || patienceSeconds > SECONDS_MAX) {
      throw wrong(
          String.format(
              Locale.ROOT, "--patience must be at least 1, and at most %,d: a year", SECONDS_MAX));
    }
  }

  private static CommandFailedException wrong(String what) {
    return new CommandFailedException(what, ExitCodes.USAGE);
  }

  /** Another one each time, so that nobody meets what a check before has left. */
  private static String runId() {
    return Uid.draw(new SeededRandom(System.nanoTime() ^ ProcessHandle.current().pid())).toString();
  }

  private void busy(ClusterCheck check, CountDownLatch interrupted) throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    long endNanos = System.nanoTime() + (long) (seconds * 1e9);
    CheckProgress before = null;
    long left = endNanos - System.nanoTime();
    while (left > 0
        && !interrupted.await(Math.min(left, TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS)) {
      CheckProgress now = check.progress();
      if (!json) {
        err.println(now.line(before));
        err.flush();
      }
      if (now.isStopping()) {
        return;
      }
      before = now;
      left = endNanos - System.nanoTime();
    }
  }

  private void tell(CheckReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      report.violations().kept().forEach(what -> out.println("WRONG: " + what));
      if (!report.violations().isEmpty() && !report.prefix().isEmpty()) {
        out.println("The keys are still there, below " + report.prefix());
      }
      if (!report.isJudged()) {
        out.println(
            "The cluster did not answer for "
                + patienceSeconds
                + " s: not all could be judged. `ashlar status --cluster "
                + cluster
                + "` tells why.");
      }
    }
    out.println(report.json());
    out.flush();
  }
}
