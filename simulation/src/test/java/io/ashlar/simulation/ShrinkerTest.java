package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.simulation.Shrinker.Shrunk;
import io.ashlar.simulation.faults.FaultDriver;
import io.ashlar.simulation.faults.FaultEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Runs that fail for a known reason, and what is left of them. */
class ShrinkerTest {
  private static final SimOptions MANY_FAULTS =
      SimOptions.defaults().withBusySeconds(4).withFaultFactor(8).withCommitsMin(0);

  private final List<String> progress = new ArrayList<>();

  private Shrunk shrink(Runs runs, long seed, SimOptions options) {
    return new Shrinker(runs, () -> false, progress::add).shrink(seed, options);
  }

  /** Runs that have failed when the faults that happened are such. */
  private static Runs failingWhen(Predicate<List<FaultEvent>> fails) {
    return (seed, options, watcher) -> {
      Simulation[] seen = new Simulation[1];
      SimResult result =
          Runs.REAL.run(
              seed,
              options,
              simulation -> {
                watcher.accept(simulation);
                seen[0] = simulation;
              });
      List<FaultEvent> happened =
          seen[0].faultsHappened().stream().map(FaultDriver.Happened::event).toList();
      return fails.test(happened) ? result.failedBecause("planted") : result;
    };
  }

  private static List<FaultEvent> faults(long seed) {
    List<FaultEvent> happened = new ArrayList<>();
    failingWhen(
            events -> {
              happened.addAll(events);
              return false;
            })
        .run(seed, MANY_FAULTS);
    return happened;
  }

  @Test
  void aWorkloadThatIsWrongIsLeftAloneWithAFewSteps() {
    SimOptions options =
        SimOptions.defaults()
            .withBusySeconds(6)
            .withWorkloads(Selection.only(List.of("canary", "cycle", "append")));
    Shrunk shrunk = shrink(Runs.REAL, 3, options);
    assertThat(shrunk.result().failureKind()).isEqualTo(FailureKind.WRONG_ANSWER);
    assertThat(shrunk.complete()).isTrue();
    assertThat(shrunk.options().workloads()).hasToString("canary");
    assertThat(shrunk.options().busySeconds()).isEqualTo(1);
    assertThat(shrunk.steps()).isBetween(2L, 4L);
    assertThat(shrunk.result().cluster().get(SimResult.CLIENTS)).isLessThanOrEqualTo(2);
    assertThat(progress).isNotEmpty();

    SimResult again = Simulation.run(3, shrunk.options());
    assertThat(again.digest()).isEqualTo(shrunk.result().digest());
    assertThat(again.failure()).isEqualTo(shrunk.result().failure());
    Shrunk twice = shrink(Runs.REAL, 3, options);
    assertThat(twice.options()).isEqualTo(shrunk.options());
    assertThat(twice.tried()).isEqualTo(shrunk.tried());
  }

  @Test
  void ofManyFaultsTheTwoThatMatterAreLeft() {
    List<FaultEvent> all = faults(11);
    assertThat(all).hasSizeGreaterThan(12);
    FaultEvent first = all.get(all.size() / 3);
    FaultEvent second = all.get(2 * all.size() / 3);
    Shrunk shrunk =
        shrink(
            failingWhen(happened -> happened.containsAll(List.of(first, second))), 11, MANY_FAULTS);
    assertThat(shrunk.result().failure()).isEqualTo("planted");
    assertThat(shrunk.options().faultEvents().includes(first)).isTrue();
    assertThat(shrunk.options().faultEvents().includes(second)).isTrue();
    for (FaultEvent other : all) {
      if (!other.equals(first) && !other.equals(second)) {
        assertThat(shrunk.options().faultEvents().includes(other)).as("%s", other).isFalse();
      }
    }
    assertThat(shrunk.result().replay())
        .contains(" --fault-events ")
        .contains(first.toString())
        .contains("--clients 1 ")
        .contains("--steps 1");
  }

  @Test
  void aFailureThatNeedsNoFaultIsLeftWithoutAny() {
    Shrunk shrunk = shrink(failingWhen(happened -> true), 11, MANY_FAULTS);
    assertThat(shrunk.options().faults().isNone()).isTrue();
    assertThat(shrunk.result().workloads()).hasSize(2).containsKey(Simulation.REPLICAS);
    assertThat(shrunk.result().replay())
        .startsWith("./ashlar sim --seed 11 --seconds 1 --no-faults --fault-factor 8");
  }

  @Test
  void anotherFailureIsNotTakenForTheSame() {
    Runs runs =
        (seed, options, watcher) -> {
          SimResult result = Runs.REAL.run(seed, options, watcher);
          return options.busySeconds() == 4
              ? result.failedBecause("planted")
              : Simulation.brokenDown(seed, options, new IllegalStateException("another"));
        };
    Shrunk shrunk = shrink(runs, 11, MANY_FAULTS);
    assertThat(shrunk.options().busySeconds()).isEqualTo(4);
    assertThat(shrunk.result().failure()).isEqualTo("planted");
  }

  @Test
  void whatPassesStaysAsItIs() {
    Shrunk shrunk = shrink(Runs.REAL, 11, MANY_FAULTS.withoutFaults());
    assertThat(shrunk.result().passed()).isTrue();
    assertThat(shrunk.tried()).isEqualTo(1);
  }

  @Test
  void whenTimeIsOverTheSmallestUpToThenIsTold() {
    int[] asked = new int[1];
    Shrinker shrinker =
        new Shrinker(failingWhen(happened -> true), () -> ++asked[0] > 3, progress::add);
    Shrunk shrunk = shrinker.shrink(11, MANY_FAULTS);
    assertThat(shrunk.complete()).isFalse();
    assertThat(shrunk.tried()).isLessThanOrEqualTo(4);
    assertThat(shrunk.options().busySeconds()).isLessThan(4);
    assertThat(shrunk.result().failure()).isEqualTo("planted");
  }
}
