package io.ashlar.server.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.ashlar.embedded.ClusterStatus;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What answers of a cluster mean. */
final class DiagnosisTest {
  @Test
  void aClusterWithEverythingIsHealthyAndCanLoseOneZone() {
    ClusterReport report = report(new LookedAt());
    assertThat(report.health()).isEqualTo(Health.HEALTHY);
    assertThat(report.findings()).isEmpty();
    Reserve reserve = Reserve.of(report.status());
    assertThat(reserve.zonesUntilLoss()).isEqualTo(1);
    assertThat(reserve.zonesUntilStandstill()).isEqualTo(1);
    assertThat(reserve.coordinatorsToSpare()).isEqualTo(1);
  }

  @Test
  void aProcessThatIsAwayLeavesTheClusterWorkingWithoutReserve() {
    ClusterReport report = report(new LookedAt().away(4));
    assertThat(report.health()).isEqualTo(Health.DEGRADED);
    assertThat(words(report))
        .anySatisfy(
            words ->
                assertThat(words).contains("2 of 5 shards have fewer copies", LookedAt.process(4)))
        .anySatisfy(words -> assertThat(words).contains("does not answer", LookedAt.process(4)));
    assertThat(Reserve.of(report.status()).zonesUntilLoss()).isZero();
  }

  @Test
  void aShardWithoutAnyCopyMakesTheDatabaseUnavailable() {
    ClusterReport report = report(new LookedAt().away(4, 5));
    assertThat(report.health()).isEqualTo(Health.UNAVAILABLE);
    assertThat(words(report))
        .anySatisfy(words -> assertThat(words).contains("1 of 5 shards cannot be read"));
    // Of single storage every process has what no other has.
    assertThat(report(new LookedAt().storageCopies(1).away(4)).health())
        .isEqualTo(Health.UNAVAILABLE);
    // Whether that is so nobody knows when no proxy tells the shards.
    assertThat(report(new LookedAt().shardsUnknown().away(4)).health()).isEqualTo(Health.DEGRADED);
  }

  @Test
  void oneCoordinatorMayBeAwayButNotTwo() {
    ClusterReport one = report(new LookedAt().away(2));
    assertThat(one.health()).isEqualTo(Health.DEGRADED);
    assertThat(words(one))
        .anySatisfy(
            words -> assertThat(words).contains("coordinator", "one more", LookedAt.process(2)));
    ClusterReport two = report(new LookedAt().noController().away(2, 3));
    assertThat(two.health()).isEqualTo(Health.UNAVAILABLE);
    assertThat(words(two))
        .anySatisfy(words -> assertThat(words).contains("1 of 3 coordinators answer"));
    // That there is no controller follows from it and is not told besides.
    assertThat(words(two)).noneSatisfy(words -> assertThat(words).contains("no controller"));
  }

  @Test
  void aCoordinatorThatIsCorruptIsToBeReplacedByAnotherIfThereIsOne() {
    ClusterReport one = report(new LookedAt().corruptCoordinator(2));
    assertThat(one.health()).isEqualTo(Health.DEGRADED);
    assertThat(words(one))
        .singleElement()
        .asString()
        .contains(LookedAt.process(2), "the file f", "`coordinators auto`");
    ClusterReport two = report(new LookedAt().noController().corruptCoordinator(1).away(2));
    assertThat(two.health()).isEqualTo(Health.UNAVAILABLE);
    assertThat(words(two))
        .anySatisfy(
            words ->
                assertThat(words)
                    .contains("the file f", "put the file back", "nothing is made up"));
  }

  @Test
  void withoutAControllerNothingGoesOn() {
    ClusterReport report = report(new LookedAt().noController());
    assertThat(report.health()).isEqualTo(Health.UNAVAILABLE);
    assertThat(words(report))
        .singleElement()
        .asString()
        .contains("no controller is elected", "look again");
  }

  @Test
  void aRecoveryThatWaitsTellsForWhat() {
    ClusterReport report =
        report(new LookedAt().recovering("LOCKING_LOGS", "log server abc in zone x").away(2, 3));
    assertThat(report.health()).isEqualTo(Health.UNAVAILABLE);
    ClusterReport only =
        report(new LookedAt().recovering("LOCKING_LOGS", "log server abc in zone x"));
    assertThat(words(only))
        .singleElement()
        .asString()
        .contains("phase LOCKING_LOGS", "log server abc in zone x", "start the processes");
  }

  @Test
  void aStorageServerFarBehindIsTold() {
    assertThat(report(new LookedAt().storageBehind(3, 4_000_000)).health())
        .isEqualTo(Health.HEALTHY);
    ClusterReport report = report(new LookedAt().storageBehind(3, 9_000_000));
    assertThat(report.health()).isEqualTo(Health.DEGRADED);
    assertThat(words(report))
        .singleElement()
        .asString()
        .contains(LookedAt.process(3) + " is 9 s behind");
  }

  @Test
  void aLogThatKeepsWhatManyEpochsHaveWrittenIsTold() {
    assertThat(report(new LookedAt().generations(100)).health()).isEqualTo(Health.HEALTHY);
    ClusterReport report = report(new LookedAt().generations(101));
    assertThat(report.health()).isEqualTo(Health.DEGRADED);
    assertThat(words(report)).singleElement().asString().contains("what 101 epochs have written");
  }

  @Test
  void aDiskThatIsAlmostFullIsTold() {
    ClusterReport report = report(new LookedAt().diskFree(2, 300_000_000));
    assertThat(report.health()).isEqualTo(Health.DEGRADED);
    assertThat(words(report))
        .singleElement()
        .asString()
        .contains("300.0 MB left", LookedAt.process(2));
  }

  @Test
  void whatWasAskedForAndIsNotThereYetIsTold() {
    assertThat(
            words(
                report(new LookedAt().controllerSays("configuration-waits", "more zones please"))))
        .singleElement()
        .asString()
        .contains("more zones please");
    assertThat(words(report(new LookedAt().controllerSays("coordinators-wanted", "a:1,b:2"))))
        .singleElement()
        .asString()
        .contains("a:1,b:2");
  }

  @Test
  void textAndJsonSayTheSame() throws IOException {
    for (LookedAt cluster :
        List.of(
            new LookedAt(),
            new LookedAt().away(4),
            new LookedAt().noController().away(1, 2),
            new LookedAt().recovering("RECRUITING", ""))) {
      ClusterReport report = report(cluster);
      Map<String, Object> json = JSON.std.mapFrom(report.json().toString());
      assertThat(json.get("health")).isEqualTo(report.health().toString());
      assertThat(report.text()).startsWith(report.health().words());
      List<?> findings = (List<?>) json.get("findings");
      assertThat(findings).hasSize(report.findings().size());
      assertThat(report.text().lines().filter(line -> line.startsWith("  - ")))
          .hasSize(findings.size());
      assertThat((List<?>) json.get("processes")).hasSize(LookedAt.PROCESSES);
      assertThat(report.text()).contains(LookedAt.process(1)).doesNotContain("null", "NaN");
    }
  }

  @Test
  void howFarMovesAreIsToldAsLongAsThereAreAny() {
    LookedAt moving =
        new LookedAt().controllerSays("ranges-to-move", "7").controllerSays("ranges-moving", "2");
    assertThat(report(moving).text()).contains("7 ranges are to be on other", "2 under way");
    assertThat(report(moving).json().toString()).contains("\"rangesToMove\":7");
    assertThat(report(moving).health()).isEqualTo(Health.HEALTHY);
    assertThat(report(new LookedAt().controllerSays("ranges-to-move", "0")).text())
        .doesNotContain("Moves");
  }

  @Test
  void processesThatDoNotReachEachOtherAreToldWhileTheControllerReachesBoth() {
    ClusterReport dead =
        report(
            new LookedAt()
                .controllerSays("degraded", "here:1 there:2 unreachable")
                .controllerSays("left-out", "there:2"));
    assertThat(dead.health()).isEqualTo(Health.DEGRADED);
    assertThat(words(dead).toString()).contains("here:1 and there:2 do not reach each other");
    assertThat(dead.json().toString())
        .contains("\"one\":\"here:1\",\"other\":\"there:2\",\"millis\":-1", "[\"there:2\"]");
    ClusterReport slow = report(new LookedAt().controllerSays("degraded", "here:1 there:2 350 ms"));
    assertThat(words(slow).toString()).contains("take 350 ms");
    assertThat(slow.json().toString()).contains("\"millis\":350");
  }

  @Test
  void logServersThatCommitsWaitForOrGoOnWithoutAreTold() {
    ClusterReport waits =
        report(new LookedAt().controllerSays("log-trouble", "here:1/2a behind waited-for 12345"));
    assertThat(waits.health()).isEqualTo(Health.UNAVAILABLE);
    assertThat(words(waits).toString())
        .contains("here:1/2a has acknowledged nothing in time for 12 s; commits wait for it");
    assertThat(waits.json().toString())
        .contains("\"what\":\"behind\",\"tolerated\":false,\"millis\":12345");
    ClusterReport goesOn =
        report(new LookedAt().controllerSays("log-trouble", "here:1/2a given_up tolerated 3000"));
    assertThat(goesOn.health()).isEqualTo(Health.DEGRADED);
    assertThat(words(goesOn).toString()).contains("given up 3 s ago; commits go on without it");
    ClusterReport silent =
        report(new LookedAt().controllerSays("log-trouble", "here:1/2a silent tolerated 3000"));
    assertThat(words(silent).toString()).contains("has been missing for 3 s");
  }

  @Test
  void versionsBetweenEpochsAreNoTime() {
    // It has applied everything of this epoch but the last second.
    ClusterStatus status = new LookedAt().storageBehind(1, 1_000_000).status();
    assertThat(status.roles().stream().mapToDouble(role -> Lag.seconds(status, role)).max())
        .hasValue(1.0);
  }

  @Test
  void onlyWhatGrewCountsAsOperations() {
    Rates rates = Rates.between(new LookedAt().status(), new LookedAt().status(), 1);
    assertThat(rates.commits()).isZero();
    assertThat(Rates.between(new LookedAt().noController().status(), new LookedAt().status(), 1))
        .isEqualTo(Rates.UNKNOWN);
  }

  private static ClusterReport report(LookedAt cluster) {
    return new ClusterReport("file", cluster.status(), Rates.UNKNOWN, List.of());
  }

  private static List<String> words(ClusterReport report) {
    return report.findings().stream().map(each -> each.what() + ". " + each.remedy()).toList();
  }
}
