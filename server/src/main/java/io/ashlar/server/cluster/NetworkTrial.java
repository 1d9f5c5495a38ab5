package io.ashlar.server.cluster;

import io.ashlar.embedded.ClusterStatus;
import io.ashlar.server.Json;
import io.ashlar.simulation.check.Violations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Five hosts with triple replication, so that two may be lost: some are cut off in both directions
 * or one, and processes are stopped and continued. Those that are left go on; no client that
 * reaches nobody but those that are cut off gets an answer; and what all clients saw is one
 * history.
 */
final class NetworkTrial implements Trial {
  private static final int HOSTS = 5;
  private static final int COORDINATORS = 5;

  /** What gives versions and acknowledges commits. */
  private static final List<String> PIPELINE =
      List.of("sequencer", "commit-proxy", "read-version-proxy", "resolver", Victims.CONTROLLER);

  private static final int PORT = 4500;
  private static final double BUSY_SECONDS = 2;
  private static final double CUT_SECONDS = 15;
  private static final double STOPPED_SECONDS = 10;

  private static final long WITNESS_SECONDS_MAX = 120;
  private static final double LOOK_SECONDS = 0.2;

  /** Until then it may seem as if nothing had happened. */
  private static final double NOTICED_SECONDS = 3;

  @Override
  public String name() {
    return "network";
  }

  @Override
  public void run(TrialGround ground) throws IOException, InterruptedException {
    HostNetwork network = new HostNetwork(HOSTS);
    ground.atEnd(network::takeDown);
    List<LocalCluster.Seat> seats = new ArrayList<>();
    for (int host = 1; host <= HOSTS; host++) {
      seats.add(
          new LocalCluster.Seat(
              network.address(host) + ":" + PORT, LocalCluster.Seat.ANY, network.on(host)));
    }
    ground.start(LocalCluster.plan(ground.folder(), "triple", COORDINATORS, seats));
    ground.beginCheck(true);
    Witnesses witnesses = new Witnesses(network, ground.cluster());
    ground.atEnd(witnesses::end);
    Scenes scenes = new Scenes(ground, network, witnesses);
    scenes.awaitAnswers();
    scenes.all();
  }

  /** What happens, one after the other. */
  private static final class Scenes {
    private final TrialGround ground;
    private final HostNetwork network;
    private final Witnesses witnesses;
    private final List<Json> told = new ArrayList<>();

    Scenes(TrialGround ground, HostNetwork network, Witnesses witnesses) {
      this.ground = ground;
      this.network = network;
      this.witnesses = witnesses;
    }

    /** Waits until each client has had an answer. */
    void awaitAnswers() throws IOException, InterruptedException {
      long begunNanos = System.nanoTime();
      while (!network.hosts().stream().allMatch(this::hasAnswered)) {
        ground.require(
            System.nanoTime() - begunNanos < TimeUnit.SECONDS.toNanos(WITNESS_SECONDS_MAX),
            "a client on one of the hosts gets no answer from the start: see " + ground.folder());
        ground.watch().pause(LOOK_SECONDS);
      }
    }

    private boolean hasAnswered(int host) {
      return witnesses.history().within(host, 0, Long.MAX_VALUE) > 0;
    }

    void all() throws IOException, InterruptedException {
      ground.fact("scenes", told);
      cut("a minority of the coordinators is cut off", Scenes::minority, network::around);
      cut("the leader is cut off", Scenes::leader, network::around);
      cut("the pipeline is cut off", Scenes::pipeline, network::around);
      cut("nobody hears the leader", Scenes::leader, network::out);
      cut("the leader hears nobody", Scenes::leader, network::into);
      cut("nobody hears the pipeline", Scenes::pipeline, network::out);
      stop("the leader is stopped and continued", Scenes::leader);
      stop("the sequencer is stopped and continued", Scenes::sequencer);
    }

    /** Loses what goes some ways for a while. */
    private void cut(
        String what,
        Function<ClusterStatus, List<Integer>> choice,
        Function<List<Integer>, List<HostNetwork.Cut>> ways)
        throws IOException, InterruptedException {
      ClusterStatus before = ground.watch().awaitBusy(BUSY_SECONDS);
      List<Integer> hosts = choice.apply(before);
      ground.check().mark();
      network.cut(ways.apply(hosts));
      long cutNanos = System.nanoTime();
      ClusterStatus during = awaitOthers(hosts, cutNanos, CUT_SECONDS);
      long gapNanos = ground.check().longestGapSinceMarkNanos();
      long healedNanos = System.nanoTime();
      network.heal();
      ground.watch().awaitHealthy();
      RegisterHistory history = witnesses.history();
      long inside = 0;
      for (int host : hosts) {
        inside += history.within(host, cutNanos, healedNanos);
      }
      long outside = history.within(0, cutNanos, healedNanos);
      tell(what, hosts, before, during, gapNanos)
          .put("answersInside", inside)
          .put("answersOutside", outside);
      ground.require(
          inside == 0, what + ", and " + inside + " answers were given to a client among them");
      ground.require(outside > 0, what + ", and a client of the others got no answer");
      check(what, history);
    }

    /** Stops processes for a while; their connections stay open. */
    private void stop(String what, Function<ClusterStatus, List<Integer>> choice)
        throws IOException, InterruptedException {
      ClusterStatus before = ground.watch().awaitBusy(BUSY_SECONDS);
      List<Integer> hosts = choice.apply(before);
      ground.check().mark();
      long stoppedNanos = System.nanoTime();
      for (int host : hosts) {
        ground.cluster().process(host).signal(Signal.STOP);
      }
      ClusterStatus during;
      try {
        during = awaitOthers(hosts, stoppedNanos, STOPPED_SECONDS);
      } finally {
        for (int host : hosts) {
          ground.cluster().process(host).signal(Signal.CONT);
        }
      }
      long gapNanos = ground.check().longestGapSinceMarkNanos();
      ground.watch().awaitHealthy();
      tell(what, hosts, before, during, gapNanos);
      check(what, witnesses.history());
    }

    /**
     * Waits until those that are left serve, for the rest of the time, and whether they still do.
     */
    private ClusterStatus awaitOthers(List<Integer> hosts, long begunNanos, double seconds)
        throws InterruptedException {
      ground.watch().pause(NOTICED_SECONDS);
      awaitOthers(hosts);
      double left = seconds - (System.nanoTime() - begunNanos) / 1e9;
      if (left > 0) {
        ground.watch().pause(left);
      }
      return awaitOthers(hosts);
    }

    private ClusterStatus awaitOthers(List<Integer> hosts) throws InterruptedException {
      return ground
          .watch()
          .await(
              "the others serve without " + hosts,
              look -> !hosts.contains(host(look.leader().process())) && serves(look));
    }

    private boolean serves(ClusterStatus look) {
      return ground.watch().serves(look);
    }

    private Json tell(
        String what,
        List<Integer> hosts,
        ClusterStatus before,
        ClusterStatus during,
        long gapNanos) {
      long epochBefore = ClusterWatch.epoch(before);
      long epochAfter = ClusterWatch.epoch(during);
      TreeSet<String> roles = new TreeSet<>();
      for (int host : hosts) {
        roles.addAll(Victims.rolesOf(address(host), before));
      }
      ground.say(
          String.format(
              Locale.ROOT,
              "  %s: hosts %s (%s): gap %.2f s, epoch %d to %d",
              what,
              hosts,
              String.join(", ", roles),
              gapNanos / 1e9,
              epochBefore,
              epochAfter));
      Json scene =
          Json.object()
              .put("scene", what)
              .put("hosts", hosts)
              .put("roles", List.copyOf(roles))
              .put("gapMillis", gapNanos / 1_000_000)
              .put("epochBefore", epochBefore)
              .put("epochAfter", epochAfter);
      told.add(scene);
      return scene;
    }

    private void check(String what, RegisterHistory history) {
      ground.fact("answers", history.size());
      Violations found = history.check();
      ground.require(found.isEmpty(), what + ", and the witnesses contradict each other: " + found);
    }

    // Whom it happens to

    private String address(int host) {
      return ground.cluster().process(host).address();
    }

    /** The host of an address; −1 for none. */
    private static int host(String address) {
      int colon = address.indexOf(':');
      return colon < 0
          ? -1
          : Integer.parseInt(address.substring(address.lastIndexOf('.', colon) + 1, colon));
    }

    private static List<Integer> hosts(String role, ClusterStatus look) {
      return Victims.with(role, look).stream().map(Scenes::host).toList();
    }

    private static List<Integer> leader(ClusterStatus look) {
      return hosts(Victims.CONTROLLER, look);
    }

    private static List<Integer> sequencer(ClusterStatus look) {
      return hosts("sequencer", look);
    }

    /** As many as can be without taking the majority, the leader not among them. */
    private static List<Integer> minority(ClusterStatus look) {
      List<Integer> all = new ArrayList<>(hosts(Victims.COORDINATOR, look));
      int most = (all.size() - 1) / 2;
      all.removeAll(leader(look));
      return List.copyOf(all.subList(0, most));
    }

    /** Two hosts with as much of it as there is on two. */
    private static List<Integer> pipeline(ClusterStatus look) {
      List<Integer> best = List.of();
      long most = -1;
      for (int one = 1; one <= HOSTS; one++) {
        for (int other = one + 1; other <= HOSTS; other++) {
          List<Integer> pair = List.of(one, other);
          long whole =
              PIPELINE.stream().filter(role -> pair.containsAll(hosts(role, look))).count();
          if (whole > most) {
            most = whole;
            best = pair;
          }
        }
      }
      return best;
    }
  }
}
