package io.ashlar.server.cluster;

import io.ashlar.embedded.ClusterStatus;
import io.ashlar.server.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Triple replication with four processes for log servers alone, of which one is stopped. With an
 * anti-quorum of 1 commits and read versions go on in the same epoch for the time of grace, then
 * one recovery does without it; with 0 the epoch ends as soon as it is silent.
 */
final class StoppedLogTrial implements Trial {
  private static final int LOGS = 4;
  private static final int OTHERS = 3;
  private static final double BUSY_SECONDS = 2;

  /** What is surely within the time of grace, from the silence on. */
  private static final double GRACE_SECONDS_MIN = 8;

  /** Longer than silence, the time of grace and a recovery take. */
  private static final double WATCH_SECONDS = 20;

  private static final double LOOK_SECONDS = 0.1;

  /** With an anti-quorum nobody waits for it, and the recovery is a planned one. */
  private static final double TOLERATED_GAP_SECONDS_MAX = 3;

  @Override
  public String name() {
    return "stopped-log";
  }

  @Override
  public void run(TrialGround ground) throws IOException, InterruptedException {
    List<LocalCluster.Seat> seats = new ArrayList<>();
    for (LocalCluster.Seat seat : LocalCluster.freeSeats(OTHERS + LOGS, List.of())) {
      String workerClass = seats.size() < OTHERS ? LocalCluster.Seat.ANY : "log";
      seats.add(new LocalCluster.Seat(seat.address(), workerClass, List.of()));
    }
    ground.start(LocalCluster.plan(ground.folder(), "triple", OTHERS, seats));
    ground.beginCheck(true);
    Stop tolerated = stop(ground, 1);
    Stop refused = stop(ground, 0);
    ground.fact("stops", List.of(tolerated.json(), refused.json()));
    ground.require(
        tolerated.epochSeconds >= GRACE_SECONDS_MIN,
        "with an anti-quorum of 1 the epoch ended after " + tolerated.epochSeconds + " s already");
    ground.require(
        tolerated.wholeGapSeconds <= TOLERATED_GAP_SECONDS_MAX,
        "with an anti-quorum of 1 nothing was acknowledged for "
            + tolerated.wholeGapSeconds
            + " s");
    ground.require(
        tolerated.epochs == 1,
        "with an anti-quorum of 1 there were " + tolerated.epochs + " epochs instead of one more");
    ground.require(
        refused.epochSeconds < GRACE_SECONDS_MIN,
        "without an anti-quorum the epoch went on for " + refused.epochSeconds + " s");
  }

  /**
   * What came of it.
   *
   * @param epochSeconds after which another epoch was there
   * @param gapSeconds the longest time without an acknowledgement that a look found until then
   * @param wholeGapSeconds the longest of all, the recovery's included
   * @param epochs how many began
   * @param why the controller's words for the first of them; empty for none
   */
  private record Stop(
      int antiQuorum,
      double epochSeconds,
      double gapSeconds,
      double wholeGapSeconds,
      long epochs,
      String why) {
    Json json() {
      return Json.object()
          .put("antiQuorum", antiQuorum)
          .put("epochEndedAfterSeconds", rounded(epochSeconds))
          .put("gapBeforeSeconds", rounded(gapSeconds))
          .put("gapSeconds", rounded(wholeGapSeconds))
          .put("epochs", epochs)
          .put("why", why);
    }

    private static double rounded(double value) {
      return Math.round(value * 1e3) / 1e3;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "  anti-quorum %d: the epoch ended after %.1f s, gaps up to %.2f s before, %.2f s in all;"
              + " %d epochs began: %s",
          antiQuorum,
          epochSeconds,
          gapSeconds,
          wholeGapSeconds,
          epochs,
          why);
    }
  }

  private static Stop stop(TrialGround ground, int antiQuorum)
      throws IOException, InterruptedException {
    ClusterWatch watch = ground.watch();
    String file = ground.cluster().clusterFile().toString();
    ground.command(0, "configure", "logs=" + LOGS, "antiquorum=" + antiQuorum, "--cluster", file);
    ClusterStatus before = watch.awaitBusy(BUSY_SECONDS);
    List<String> logs = Victims.with("log-server", before);
    List<String> ofLogs =
        ground.cluster().processes().stream()
            .filter(process -> process.number() > OTHERS)
            .map(LocalProcess::address)
            .toList();
    // The one that was stopped before is left out for a minute, and another kind of process has it.
    List<String> alone = logs.stream().filter(ofLogs::contains).toList();
    ground.require(
        logs.size() == LOGS && !alone.isEmpty(),
        "the log servers are at " + logs + ", none at a process for logs alone");
    LocalProcess stopped = ground.cluster().at(alone.get(alone.size() - 1));
    ground.check().mark();
    long stoppedNanos = System.nanoTime();
    stopped.signal(Signal.STOP);
    Stop seen;
    try {
      seen = watchEpochs(ground, antiQuorum, ClusterWatch.epoch(before), stoppedNanos);
    } finally {
      stopped.signal(Signal.CONT);
    }
    ground.say(seen.toString());
    return seen;
  }

  private static Stop watchEpochs(
      TrialGround ground, int antiQuorum, long epochBefore, long stoppedNanos)
      throws InterruptedException {
    double epochSeconds = WATCH_SECONDS;
    double gapSeconds = 0;
    long epoch = epochBefore;
    double spent = 0;
    String why = "";
    while (spent < WATCH_SECONDS) {
      ClusterStatus status = ground.watch().look().status();
      if (epoch == epochBefore && ClusterWatch.epoch(status) > epochBefore) {
        why = status.controller().field("last-failure");
      }
      epoch = Math.max(epoch, ClusterWatch.epoch(status));
      spent = (System.nanoTime() - stoppedNanos) / 1e9;
      if (epoch == epochBefore) {
        gapSeconds = ground.check().longestGapSinceMarkNanos() / 1e9;
      } else {
        epochSeconds = Math.min(epochSeconds, spent);
      }
      ground.watch().pause(LOOK_SECONDS);
    }
    ground.require(
        ground.watch().serves(ground.watch().look().status()),
        "with an anti-quorum of " + antiQuorum + " the others do not serve");
    double wholeGap = ground.check().longestGapSinceMarkNanos() / 1e9;
    return new Stop(antiQuorum, epochSeconds, gapSeconds, wholeGap, epoch - epochBefore, why);
  }
}
