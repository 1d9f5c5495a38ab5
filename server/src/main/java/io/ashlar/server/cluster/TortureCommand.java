package io.ashlar.server.cluster;

import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.CreationOptions.Replication;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Json;
import io.ashlar.server.Trees;
import io.ashlar.server.check.CheckReport;
import io.ashlar.server.check.ClusterCheck;
import io.ashlar.simulation.workload.Workloads;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ashlar cluster torture}. */
@Command(
    name = "torture",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a cluster of its own, keeps it busy with the clients of `ashlar check`, and kills one"
          + " process after another with SIGKILL, each for a role that it has just then; the next one"
          + " when all is as before.",
      "Tells how long nothing was acknowledged, by role, and whether anything was lost. The last line"
          + " is one JSON object."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all kills were survived, nothing was lost, no rule was broken",
      "1:not so; the cluster's folder stays as it is",
      "2:the command line is wrong"
    })
final class TortureCommand implements Callable<Integer> {
  private static final long UP_SECONDS_MAX = 180;
  private static final long CONNECT_SECONDS_MAX = 60;
  private static final long RECOVERY_SECONDS_MAX = 120;
  private static final int COORDINATORS = 3;

  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "ashlar-torture",
      description =
          "The folder of the cluster; there must be none yet, and it is deleted at the end. Default:"
              + " ashlar-torture")
  private Path dir;

  @Option(
      names = "--processes",
      paramLabel = "N",
      defaultValue = "5",
      description = "3 to 64. Default: 5")
  private int processes;

  @Option(
      names = "--replication",
      paramLabel = "double|triple",
      defaultValue = "double",
      description = "In how many processes everything is kept. Default: double")
  private Replication replication;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "2",
      description = "How often for each role. Default: 2")
  private int kills;

  @Option(
      names = "--roles",
      paramLabel = "R",
      split = ",",
      description = {
        "For which roles: sequencer, commit-proxy, read-version-proxy, resolver, log-server,",
        "storage-server, coordinator, controller. Default: all"
      })
  private List<String> roles = Victims.ROLES;

  @Option(
      names = "--all-at-once",
      paramLabel = "N",
      defaultValue = "0",
      description = "How often all processes are killed at once and started again. Default: 0")
  private int allAtOnce;

  @Option(
      names = "--workload",
      paramLabel = "W",
      defaultValue = "counter",
      description = "As `ashlar check` takes it. Default: counter")
  private String workload;

  @Option(
      names = "--clients",
      paramLabel = "C",
      defaultValue = "50",
      description = "How many are busy all the time. Default: 50")
  private int clients;

  @Option(
      names = "--busy",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description =
          "How long the clients go on, without anything to complain of, before each kill. Default: 1")
  private double busySeconds;

  @Option(names = "--keep", description = "Does not delete the cluster's folder at the end.")
  private boolean keep;

  @Option(
      names = "--json",
      description = "Prints the JSON object alone, and does not tell how it goes.")
  private boolean json;

  private final List<Kill> done = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    checkArguments();
    Path folder = dir.toAbsolutePath().normalize();
    if (LocalCluster.isIn(folder)) {
      throw wrong("there is a cluster in " + folder + " already; name another --dir");
    }
    LocalCluster cluster =
        LocalCluster.plan(folder, replication.toString(), COORDINATORS, processes);
    try {
      int code = torture(cluster);
      if (code == ExitCodes.OK && !keep) {
        killAll(cluster);
        Trees.delete(folder);
      }
      return code;
    } finally {
      killAll(cluster);
    }
  }

  private static void killAll(LocalCluster cluster) throws IOException, InterruptedException {
    for (LocalProcess process : cluster.processes()) {
      process.kill();
    }
  }

  private void checkArguments() {
    if (processes < COORDINATORS || processes > UpCommand.PROCESSES_MAX) {
      throw wrong("--processes must be 3 to " + UpCommand.PROCESSES_MAX + ", not " + processes);
    }
    if (replication.copies() < 2) {
      throw wrong("--replication must be double or triple: a killed process is to be survived");
    }
    for (String role : roles) {
      if (!Victims.ROLES.contains(role)) {
        throw wrong("--roles: one of " + String.join(", ", Victims.ROLES) + ", not " + role);
      }
    }
    if (kills < 0 || allAtOnce < 0 || clients < 1) {
      throw wrong("--kills and --all-at-once must be 0 or more, --clients at least 1");
    }
    if (!(busySeconds >= 0 && busySeconds <= TimeUnit.DAYS.toSeconds(1))) {
      throw wrong("--busy must be 0 or more, and a day at most");
    }
    if (!Workloads.CHECKS.contains(workload)) {
      throw wrong("--workload must be one of " + String.join(", ", Workloads.CHECKS));
    }
  }

  private static CommandFailedException wrong(String what) {
    return new CommandFailedException(what, ExitCodes.USAGE);
  }

  private int torture(LocalCluster cluster) throws IOException, InterruptedException {
    say("Cluster of " + processes + " processes in " + cluster.folder());
    Availability availability = new Availability(cluster, spec.commandLine().getErr());
    List<Availability.Started> started = new ArrayList<>();
    for (LocalProcess process : cluster.processes()) {
      started.add(new Availability.Started(process, process.start(ProcessHandle.current().pid())));
    }
    availability.await(started, UP_SECONDS_MAX);
    String failure = "";
    CheckReport report;
    try (ClusterCheck check =
        new ClusterCheck(cluster.clusterFile(), workload, clients, Bytes.EMPTY)) {
      check.begin(CONNECT_SECONDS_MAX, true);
      try {
        killOneAfterAnother(cluster, check);
      } catch (CommandFailedException failed) {
        failure = failed.getMessage();
      }
      report = check.end(CONNECT_SECONDS_MAX);
    }
    tell(report, failure);
    return failure.isEmpty() ? report.exitCode() : ExitCodes.FAILED;
  }

  private void killOneAfterAnother(LocalCluster cluster, ClusterCheck check)
      throws IOException, InterruptedException {
    SeededRandom random = new SeededRandom(System.nanoTime());
    try (ClusterWatch watch = new ClusterWatch(cluster, check, RECOVERY_SECONDS_MAX)) {
      KillRun run = new KillRun(cluster, check, watch, random, busySeconds);
      for (int i = 0; i < kills; i++) {
        for (String role : roles) {
          killed(run.kill(role));
        }
      }
      for (int i = 0; i < allAtOnce; i++) {
        killed(run.killAll());
      }
      watch.awaitBusy(busySeconds);
    }
  }

  private void killed(Kill kill) {
    done.add(kill);
    say(done.size() + ": " + kill);
  }

  private void say(String line) {
    if (!json) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(line);
      err.flush();
    }
  }

  private void tell(CheckReport report, String failure) {
    PrintWriter out = spec.commandLine().getOut();
    KillGaps gaps = new KillGaps(done);
    if (!json) {
      out.print(gaps.text());
      report.violations().kept().forEach(what -> out.println("WRONG: " + what));
      if (!failure.isEmpty()) {
        out.println("WRONG: " + failure);
      }
    }
    out.println(
        Json.object()
            .put("gaps", gaps.json())
            .put("kills", done.stream().map(Kill::json).toList())
            .put("failure", failure)
            .put("check", report.json()));
    out.flush();
  }
}
