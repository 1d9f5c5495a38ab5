package io.ashlar.simulation.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.simulation.faults.FaultDriver.Happened;
import io.ashlar.simulation.world.SimWorld;
import io.ashlar.simulation.world.WorldConditions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultDriverTest {
  private static final long SEED = 7;
  private static final long NANOS = 40_000_000_000L;

  private static List<Happened> happened(FaultEvents allowed, int variation) {
    SimWorld world = new SimWorld(SEED, variation, WorldConditions.calm());
    world.boot(world.machine("a"), "a", process -> {});
    FaultPlan plan = FaultPlan.draw(new SeededRandom(SEED), kind -> true, 1);
    FaultDriver driver =
        new FaultDriver(
            world,
            plan,
            new FaultDriver.Cluster() {
              @Override
              public boolean isClient(String process) {
                return false;
              }

              @Override
              public CoordinatorSet coordinators() {
                return CoordinatorSet.NONE;
              }

              @Override
              public long leaseNanos() {
                return 1_500_000_000L;
              }

              @Override
              public void reboot(String process) {
                world.boot(world.machine(process), process, booted -> {});
              }

              @Override
              public void changeOptions(String process, SeededRandom draws) {}

              @Override
              public List<String> moveCoordinators(SeededRandom draws) {
                return List.of("others");
              }

              @Override
              public String changeConfiguration(SeededRandom draws) {
                return "another";
              }

              @Override
              public String changeCopies(int turn) {
                return "others";
              }

              @Override
              public String join() {
                return null;
              }

              @Override
              public String exclude(SeededRandom draws) {
                return null;
              }

              @Override
              public boolean move(String process) {
                return false;
              }
            });
    driver.letHappenOnly(allowed);
    driver.start();
    world.runFor(NANOS);
    return driver.happened();
  }

  @Test
  void whatIsLeftOutChangesNeitherTheTimesNorTheNumbersOfTheOthers() {
    List<Happened> all = happened(FaultEvents.all(), 0);
    assertThat(all).hasSizeGreaterThan(10);
    List<FaultEvent> everyThird = new ArrayList<>();
    List<Happened> expected = new ArrayList<>();
    for (int i = 0; i < all.size(); i += 3) {
      everyThird.add(all.get(i).event());
      expected.add(all.get(i));
    }
    assertThat(happened(FaultEvents.only(everyThird), 0)).isEqualTo(expected);
    assertThat(happened(FaultEvents.only(List.of()), 0)).isEmpty();
  }

  @Test
  void aVariationHasTheSameFaultsAtTheSameTimes() {
    assertThat(happened(FaultEvents.all(), 5)).isEqualTo(happened(FaultEvents.all(), 0));
  }
}
