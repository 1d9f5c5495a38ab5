package io.ashlar.simulation;

import io.ashlar.simulation.diagnosis.Words;
import io.ashlar.simulation.faults.FaultDriver;
import io.ashlar.simulation.faults.FaultEvent;
import io.ashlar.simulation.faults.FaultEvents;
import io.ashlar.simulation.faults.FaultKinds;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Makes a run that fails smaller while it fails in the same way: shorter, with fewer steps, faults,
 * workloads and clients.
 *
 * <p>Some things can be cut off at the end: a run with fewer seconds, or with fewer steps, or with
 * the first faults alone, is the same up to there. What is taken out of the middle changes
 * everything after it, and a failure that needs luck may then need other luck. So several
 * variations of the plan are tried before it counts as needed, as one would repeat a test whose
 * schedule is not known (Claessen et al., "Finding Race Conditions in Erlang with QuickCheck and
 * PULSE", ICFP 2009). Sets are made smaller by {@link DeltaDebugging}.
 *
 * <p>With the same seed and enough time the outcome is the same each time.
 */
final class Shrinker {
  /** Variations that are tried of each scenario from whose middle something was taken. */
  private static final int VARIATIONS = 4;

  /** Rounds over everything; the second one mostly finds a little more. */
  private static final int ROUNDS_MAX = 5;

  private final Runs runs;
  private final BooleanSupplier outOfTime;
  private final Consumer<String> progress;
  private long seed;
  private SimOptions original;
  private String signature;
  private Scenario smallest;
  private int tried;

  /** A run that fails as it should. */
  private record Scenario(
      SimOptions options, SimResult result, List<FaultDriver.Happened> happened, long steps) {}

  /**
   * What is left.
   *
   * @param options with which the seed still fails
   * @param result of that run
   * @param steps that clients begin in it
   * @param tried how many runs that took
   * @param complete whether nothing more could be taken out; if not, there was no more time
   */
  record Shrunk(SimOptions options, SimResult result, long steps, int tried, boolean complete) {}

  /**
   * @param outOfTime asked before each run; once it says so the smallest scenario so far is it
   * @param progress gets a line whenever something could be taken out
   */
  Shrinker(Runs runs, BooleanSupplier outOfTime, Consumer<String> progress) {
    this.runs = runs;
    this.outOfTime = outOfTime;
    this.progress = progress;
  }

  /** The smallest scenario found for that seed; one that passes stays as it is. */
  Shrunk shrink(long failing, SimOptions options) {
    seed = failing;
    original = options;
    smallest = run(options);
    signature = FailureSignature.of(smallest.result());
    boolean changed = signature != null;
    for (int round = 0; changed && round < ROUNDS_MAX && !outOfTime.getAsBoolean(); round++) {
      SimOptions before = smallest.options();
      shorten();
      leaveOutFaults();
      leaveOutWorkloads();
      leaveOutClients();
      shorten();
      changed = !smallest.options().equals(before);
    }
    if (signature != null) {
      tidy();
    }
    return new Shrunk(
        smallest.options(), smallest.result(), smallest.steps(), tried, !outOfTime.getAsBoolean());
  }

  private Scenario run(SimOptions options) {
    tried++;
    Simulation[] seen = new Simulation[1];
    SimResult result = runs.run(seed, options, simulation -> seen[0] = simulation);
    return new Scenario(options, result, seen[0].faultsHappened(), seen[0].stepsBegun());
  }

  /** Whether it fails in the same way, as it is; then it is the smallest up to now. */
  private boolean fails(SimOptions options) {
    if (outOfTime.getAsBoolean()) {
      return false;
    }
    Scenario scenario = run(options);
    if (!signature.equals(FailureSignature.of(scenario.result()))) {
      return false;
    }
    smallest = scenario;
    progress.accept(tried + " runs: still fails with " + describe(scenario));
    return true;
  }

  /** Whether one of some variations of it fails in the same way. */
  private boolean failsSomehow(SimOptions options) {
    int first = smallest.options().variation();
    for (int i = 0; i < VARIATIONS; i++) {
      if (fails(options.withVariation(first + i))) {
        return true;
      }
    }
    return false;
  }

  private String describe(Scenario scenario) {
    return Words.count(scenario.options().busySeconds(), "second")
        + ", "
        + Words.count(scenario.steps(), "step")
        + ", "
        + Words.count(scenario.happened().size(), "fault")
        + ", "
        + Words.count(scenario.result().workloads().size(), "workload")
        + ", "
        + Words.count(scenario.result().cluster().get(SimResult.CLIENTS), "client");
  }

  private void shorten() {
    smallestNumber(smallest.options().busySeconds(), this::withSeconds);
    if (FailureSignature.isTooLittle(signature)) {
      return;
    }
    smallestNumber(
        smallest.steps(), steps -> smallest.options().withStepsMax(steps).withCommitsMin(0));
  }

  /** Asks for as many commits as the command does that replays it. */
  private SimOptions withSeconds(long seconds) {
    SimOptions shorter = smallest.options().withBusySeconds((int) seconds);
    return shorter.withCommitsMin(
        shorter.commitsMin() == 0 ? 0 : original.withBusySeconds((int) seconds).commitsMin());
  }

  /** Cuts at the end first, where all before stays as it is; then halves with other luck. */
  private void smallestNumber(long failing, LongFunction<SimOptions> with) {
    long low = 1;
    long high = failing;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (fails(with.apply(middle))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    while (high > 1 && failsSomehow(with.apply(high / 2))) {
      high /= 2;
    }
  }

  private void leaveOutFaults() {
    if (smallest.options().faults().isNone() || failsSomehow(smallest.options().withoutFaults())) {
      return;
    }
    leaveOutFaultsAtTheEnd();
    leaveOutConditions();
    DeltaDebugging.minimize(
        events(),
        events -> failsSomehow(smallest.options().withFaultEvents(FaultEvents.only(events))));
  }

  private List<FaultEvent> events() {
    return smallest.happened().stream().map(FaultDriver.Happened::event).toList();
  }

  private void leaveOutFaultsAtTheEnd() {
    List<FaultEvent> all = events();
    int low = 0;
    int high = all.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      List<FaultEvent> first = List.copyOf(all.subList(0, middle));
      if (fails(smallest.options().withFaultEvents(FaultEvents.only(first)))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
  }

  /** Kinds that happen go when none of them is left, the others when the failure stays. */
  private void leaveOutConditions() {
    List<String> needed = new ArrayList<>(new TreeSet<>(FaultEvents.only(events()).kinds()));
    List<String> others = new ArrayList<>();
    for (String name : FaultKinds.names()) {
      if (smallest.options().faults().includes(name) && !needed.contains(name)) {
        others.add(name);
      }
    }
    DeltaDebugging.minimize(
        others,
        some -> {
          List<String> kept = new ArrayList<>(needed);
          kept.addAll(some);
          return failsSomehow(smallest.options().withFaults(Selection.only(kept)));
        });
  }

  /** Leaves out of the command what changes nothing. */
  private void tidy() {
    Scenario before = smallest;
    boolean isListed = !before.options().faultEvents().isAll();
    if (isListed
        && fails(before.options().withFaultEvents(FaultEvents.all()))
        && !smallest.happened().equals(before.happened())) {
      smallest = before;
    }
  }

  private void leaveOutWorkloads() {
    List<String> all = List.copyOf(smallest.result().workloads().keySet());
    if (all.size() > 1) {
      DeltaDebugging.minimize(
          all,
          some ->
              !some.isEmpty()
                  && failsSomehow(smallest.options().withWorkloads(Selection.only(some))));
    }
  }

  private void leaveOutClients() {
    long clients = smallest.result().cluster().get(SimResult.CLIENTS);
    for (int fewer = 1; fewer < clients; fewer++) {
      if (failsSomehow(smallest.options().withClientsMax(fewer))) {
        return;
      }
    }
  }
}
