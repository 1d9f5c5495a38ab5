package io.ashlar.server.cluster;

import io.ashlar.embedded.ClusterStatus;
import io.ashlar.server.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A store in a directory becomes a cluster of five processes while clients are busy, and all that
 * can be asked for is changed: copies, proxies, coordinators. Nobody gets an error but those after
 * which a transaction is tried again.
 */
final class ReconfigurationTrial implements Trial {
  private static final int PROCESSES = 5;
  private static final int ROWS = 200;
  private static final double BUSY_SECONDS = 1;

  @Override
  public String name() {
    return "reconfiguration";
  }

  @Override
  public void run(TrialGround ground) throws IOException, InterruptedException {
    LocalCluster planned = LocalCluster.aroundEmbedded(ground.folder(), PROCESSES);
    ground.command(
        0,
        "shell",
        "--dir",
        planned.process(1).data().toString(),
        "--exec",
        "writemode on; " + rows("set %s it-%d"));
    ground.startFirst(planned);
    ground.beginCheck(false);
    new Steps(ground).all();
    ground.judge();
    String file = planned.clusterFile().toString();
    String found = ground.command(0, "shell", "--cluster", file, "--exec", rows("get %s"));
    for (int row = 0; row < ROWS; row++) {
      ground.require(
          found.contains("is `it-" + row + "'"), "what was stored before is not there: row " + row);
    }
  }

  /** A command for each row; no check writes below a zero byte. */
  private static String rows(String command) {
    return String.join(
        "; ",
        IntStream.range(0, ROWS)
            .mapToObj(
                row ->
                    command.replace("%s", "\\x00row/" + row).replace("%d", Integer.toString(row)))
            .toList());
  }

  /** What is changed, one after the other. */
  private static final class Steps {
    private final TrialGround ground;
    private final List<Json> told = new ArrayList<>();

    Steps(TrialGround ground) {
      this.ground = ground;
    }

    void all() throws IOException, InterruptedException {
      ground.fact("steps", told);
      List<LocalProcess> others = ground.cluster().processes().subList(1, PROCESSES);
      step("four processes join", () -> ground.start(others));
      configure("double", "logs=3");
      step("three coordinators", () -> coordinators("auto"));
      configure("proxies=3");
      configure("triple");
      step("three other coordinators", this::otherCoordinators);
      configure("double", "proxies=1");
      configure("logs=4", "resolvers=2");
    }

    /** What is done between two looks. */
    private interface Change {
      void make() throws IOException, InterruptedException;
    }

    private void configure(String... words) throws IOException, InterruptedException {
      List<String> command = new ArrayList<>(List.of("configure"));
      command.addAll(List.of(words));
      command.addAll(List.of("--cluster", file()));
      step(
          "configure " + String.join(" ", words),
          () -> ground.command(0, command.toArray(String[]::new)));
    }

    private String file() {
      return ground.cluster().clusterFile().toString();
    }

    private void coordinators(String... words) {
      List<String> command = new ArrayList<>(List.of("coordinators"));
      command.addAll(List.of(words));
      command.addAll(List.of("--cluster", file()));
      ground.command(0, command.toArray(String[]::new));
    }

    /** As many of those that are none as there are. */
    private void otherCoordinators() throws InterruptedException {
      List<String> before = Victims.with(Victims.COORDINATOR, ground.watch().look().status());
      TreeSet<String> chosen = new TreeSet<>();
      ground.cluster().processes().stream()
          .map(LocalProcess::address)
          .filter(address -> !before.contains(address))
          .forEach(chosen::add);
      for (String address : before) {
        if (chosen.size() < before.size()) {
          chosen.add(address);
        }
      }
      List<String> words = new ArrayList<>(List.of("set"));
      words.addAll(chosen);
      coordinators(words.toArray(String[]::new));
    }

    private void step(String what, Change change) throws IOException, InterruptedException {
      ground.check().mark();
      long acknowledged = ground.check().progress().tally().acknowledged();
      long begunNanos = System.nanoTime();
      change.make();
      double madeSeconds = (System.nanoTime() - begunNanos) / 1e9;
      ClusterStatus after =
          ground
              .watch()
              .await("after `" + what + "` everything is where it is to be", this::isAtRest);
      double restSeconds = (System.nanoTime() - begunNanos) / 1e9;
      ground.watch().awaitBusy(BUSY_SECONDS);
      long gapNanos = ground.check().longestGapSinceMarkNanos();
      long more = ground.check().progress().tally().acknowledged() - acknowledged;
      ground.say(
          String.format(
              Locale.ROOT,
              "  %s: there after %.1f s, everything moved after %.1f s, gap %.2f s, %d commits",
              what,
              madeSeconds,
              restSeconds,
              gapNanos / 1e9,
              more));
      told.add(
          Json.object()
              .put("step", what)
              .put("epoch", ClusterWatch.epoch(after))
              .put("thereMillis", Math.round(madeSeconds * 1e3))
              .put("movedMillis", Math.round(restSeconds * 1e3))
              .put("gapMillis", gapNanos / 1_000_000)
              .put("acknowledged", more));
    }

    private boolean isAtRest(ClusterStatus look) {
      return ground.watch().serves(look)
          && look.view() != null
          && look.view().storages().size() == PROCESSES
          && look.controller().number("ranges-to-move", 1) == 0
          && look.controller().number("ranges-moving", 1) == 0;
    }
  }
}
