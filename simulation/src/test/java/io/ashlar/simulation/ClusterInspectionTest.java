package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.Uid;
import io.ashlar.embedded.ClusterStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who looks at a cluster sees what is there, and is not kept waiting by what is not. */
final class ClusterInspectionTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void everythingOfAHealthyClusterAnswers() {
    try (Scene scene = new Scene(1, 3, 3, 2, 3)) {
      ClusterStatus status = scene.look();
      assertThat(status.coordinators()).hasSize(1).allMatch(ClusterStatus.Answer::isThere);
      assertThat(status.controller().field("phase")).isEqualTo("accepting commits");
      assertThat(status.noView()).isEmpty();
      assertThat(status.readVersionNanos()).isPositive();
      assertThat(status.shards()).isNotEmpty();
      assertThat(status.processes()).hasSize(3).allMatch(ClusterStatus.ProcessAnswer::isThere);
      assertThat(status.roles()).allMatch(ClusterStatus.Role::isThere);
      assertThat(kinds(status))
          .containsOnlyOnce("sequencer", "resolver", "commit-proxy", "read-version-proxy");
      assertThat(kinds(status)).filteredOn("log-server"::equals).hasSize(3);
      assertThat(kinds(status)).filteredOn("storage-server"::equals).hasSize(3);
      // What each role says of itself is of the kind that the controller said it is.
      assertThat(status.roles())
          .allMatch(role -> role.kind().endsWith(role.answer().status().role()));
      assertThat(status.controller().number("clients", -1)).isPositive();
    }
  }

  @Test
  void aProcessThatIsAwayIsNamedWithItsRoles() {
    try (Scene scene = new Scene(2, 3, 3, 2, 3)) {
      String gone = scene.process(2).name();
      scene.kill(2, false);
      scene.run(20 * SECOND);
      ClusterStatus status = scene.look();
      assertThat(status.controller().field("phase")).isEqualTo("accepting commits");
      assertThat(status.processes())
          .filteredOn(process -> !process.isThere())
          .extracting(ClusterStatus.ProcessAnswer::name)
          .containsExactly(gone);
      assertThat(status.roles())
          .filteredOn(role -> !role.isThere())
          .isNotEmpty()
          .allMatch(role -> role.process().equals(gone))
          .extracting(ClusterStatus.Role::kind)
          .contains("storage-server");
    }
  }

  @Test
  void withoutItsCoordinatorAClusterTellsAsMuchAsItCan() {
    try (Scene scene = new Scene(3, 3, 3, 2, 3)) {
      scene.kill(0, false);
      scene.run(20 * SECOND);
      ClusterStatus status = scene.look();
      assertThat(status.coordinators()).hasSize(1).noneMatch(ClusterStatus.Answer::isThere);
      assertThat(status.controller().isThere()).isFalse();
      assertThat(status.view()).isNull();
      assertThat(status.noView()).isNotEmpty();
      assertThat(status.readVersionNanos()).isNegative();
    }
  }

  @Test
  void aRecoveryThatCannotGoOnTellsWhatItWaitsFor() {
    try (Scene scene = new Scene(4, 3, 3, 2, 3)) {
      scene.kill(1, false);
      scene.kill(2, false);
      scene.run(20 * SECOND);
      ClusterStatus status = scene.look();
      assertThat(status.controller().field("phase")).isEqualTo("LOCKING_LOGS");
      assertThat(status.controller().field("waits-for")).contains("log server");
      assertThat(status.readVersionNanos()).isNegative();
      assertThat(status.roles())
          .filteredOn(role -> role.kind().equals("old-log-server"))
          .hasSize(3)
          .filteredOn(role -> !role.isThere())
          .hasSize(2);
      assertThat(status.roles()).noneMatch(role -> role.kind().equals("sequencer"));
    }
  }

  /** Where the coordinators name a leader another database's process may be by now. */
  @Test
  void whatAnotherDatabaseTellsIsPassedOver() {
    try (Scene scene = new Scene(5, 3, 3, 2, 3)) {
      ClusterStatus status = scene.look(new Uid(99, 99));
      assertThat(status.controller().isThere()).isFalse();
      assertThat(status.controller().failure())
          .contains("is of database " + scene.look().controller().field("database"));
      assertThat(status.view()).isNull();
      assertThat(status.noView()).contains("is of database");
      assertThat(status.roles()).isEmpty();
    }
  }

  @Test
  void aCoordinatorWhoseFileIsCorruptIsToldOfAndNothingBeginsAnew() {
    try (Scene scene = new Scene(6, 3, 3, 2, 3)) {
      String file =
          scene.disk(0).names().stream()
              .filter(name -> name.startsWith("coordinator/register-"))
              .findFirst()
              .orElseThrow();
      scene.kill(0, true);
      scene.disk(0).flip(file, 40, 3);
      Bytes damaged = scene.disk(0).content(file);
      scene.boot(0);
      scene.run(30 * SECOND);
      ClusterStatus status = scene.look();
      assertThat(status.coordinators())
          .singleElement()
          .matches(coordinator -> !coordinator.isThere())
          .satisfies(
              coordinator ->
                  assertThat(coordinator.failure())
                      .contains("its register is lost", "register-", "is not what was written"));
      // Its process is there, and has what it had besides.
      assertThat(status.processes())
          .filteredOn(process -> process.name().equals(scene.process(0).name()))
          .singleElement()
          .matches(ClusterStatus.ProcessAnswer::isThere);
      assertThat(status.view()).isNull();
      assertThat(scene.disk(0).content(file)).isEqualTo(damaged);
      scene.kill(0, true);
      scene.disk(0).flip(file, 40, 3);
      scene.boot(0);
      assertThat(scene.get("the first key")).isEqualTo("value");
    }
  }

  private static List<String> kinds(ClusterStatus status) {
    return status.roles().stream().map(ClusterStatus.Role::kind).toList();
  }
}
