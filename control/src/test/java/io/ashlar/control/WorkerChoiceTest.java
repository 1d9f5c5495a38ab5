package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.message.RegisterWorker;
import io.ashlar.message.WorkerClass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WorkerChoiceTest {
  private static RegisterWorker worker(int number, String zone, String machine, WorkerClass of) {
    return new RegisterWorker(
        new Uid(0, number),
        Uid.NONE,
        "10.0.0." + number + ":4500",
        zone,
        List.of(),
        List.of(),
        machine,
        of,
        0);
  }

  private static RegisterWorker worker(int number, String zone, WorkerClass of) {
    return worker(number, zone, "machine-" + number, of);
  }

  private static List<Long> numbers(List<RegisterWorker> workers) {
    return workers.stream().map(worker -> worker.workerId().low()).toList();
  }

  @Test
  void workersMadeForARoleComeFirst() {
    List<RegisterWorker> live =
        List.of(
            worker(1, "a", WorkerClass.ANY),
            worker(2, "b", WorkerClass.STATELESS),
            worker(3, "c", WorkerClass.LOG),
            worker(4, "d", WorkerClass.STORAGE));
    WorkerChoice choice = new WorkerChoice(live, Set.of());
    assertThat(numbers(choice.choose(RoleKind.LOG, 1, 1))).containsExactly(3L);
    assertThat(numbers(choice.choose(RoleKind.STORAGE, 1, 1))).containsExactly(4L);
    assertThat(numbers(choice.choose(RoleKind.STATELESS, 1, 1))).containsExactly(2L);
  }

  @Test
  void othersThatMayHaveARoleHelpOutWhereThoseMadeForItAreTooFew() {
    List<RegisterWorker> live =
        List.of(
            worker(1, "a", WorkerClass.LOG),
            worker(2, "b", WorkerClass.ANY),
            worker(3, "c", WorkerClass.STATELESS),
            worker(4, "d", WorkerClass.STORAGE));
    WorkerChoice choice = new WorkerChoice(live, Set.of());
    assertThat(numbers(choice.choose(RoleKind.LOG, 2, 1))).containsExactly(1L, 2L);
    assertThat(numbers(choice.choose(RoleKind.STATELESS, 3, 1))).containsExactly(3L, 2L, 1L);
    // A worker for storage alone has no other role, however many there are to be.
    assertThat(numbers(choice.choose(RoleKind.STATELESS, 9, 1))).doesNotContain(4L);
  }

  /** Two log servers for two copies: the worker made for it, and one of another zone. */
  @Test
  void enoughZonesMatterMoreThanWhatAWorkerIsMadeFor() {
    List<RegisterWorker> live =
        List.of(
            worker(1, "a", WorkerClass.LOG),
            worker(2, "a", WorkerClass.LOG),
            worker(3, "b", WorkerClass.ANY));
    assertThat(numbers(new WorkerChoice(live, Set.of()).choose(RoleKind.LOG, 2, 2)))
        .containsExactly(1L, 3L);
  }

  @Test
  void rolesOfAKindAreOnDifferentMachinesOfAZone() {
    List<RegisterWorker> live =
        List.of(
            worker(1, "a", "one", WorkerClass.ANY),
            worker(2, "a", "one", WorkerClass.ANY),
            worker(3, "a", "other", WorkerClass.ANY));
    assertThat(numbers(new WorkerChoice(live, Set.of()).choose(RoleKind.LOG, 3, 1)))
        .containsExactly(1L, 3L, 2L);
  }

  @Test
  void rolesOfAnotherKindGoWhereThereAreNoneYet() {
    List<RegisterWorker> live =
        List.of(
            worker(1, "a", WorkerClass.ANY),
            worker(2, "b", WorkerClass.ANY),
            worker(3, "c", WorkerClass.ANY));
    WorkerChoice choice = new WorkerChoice(live, Set.of());
    assertThat(numbers(choice.choose(RoleKind.LOG, 2, 2))).containsExactly(1L, 2L);
    assertThat(numbers(choice.choose(RoleKind.STATELESS, 1, 1))).containsExactly(3L);
  }

  @Test
  void whoIsAvoidedHasRolesOnlyWhereZonesAreTooFew() {
    List<RegisterWorker> live =
        List.of(
            worker(1, "a", WorkerClass.LOG),
            worker(2, "b", WorkerClass.ANY),
            worker(3, "c", WorkerClass.ANY));
    Set<String> avoided = Set.of(live.get(0).process());
    assertThat(numbers(new WorkerChoice(live, avoided).choose(RoleKind.LOG, 4, 2)))
        .containsExactly(2L, 3L, 2L, 3L);
    assertThat(numbers(new WorkerChoice(live, avoided).choose(RoleKind.LOG, 3, 3)))
        .containsExactlyInAnyOrder(1L, 2L, 3L);
    List<RegisterWorker> one = live.subList(0, 1);
    assertThat(numbers(new WorkerChoice(one, avoided).choose(RoleKind.STATELESS, 1, 1)))
        .containsExactly(1L);
  }

  @Test
  void saysInWordsWhatIsMissing() {
    List<RegisterWorker> live =
        List.of(worker(1, "a", WorkerClass.LOG), worker(2, "b", WorkerClass.STORAGE));
    assertThat(WorkerChoice.missing(RoleKind.LOG, 1, live)).isEmpty();
    assertThat(WorkerChoice.missing(RoleKind.LOG, 3, live))
        .isEqualTo(
            "workers of class log or any in 3 zones for log servers, of which there are only"
                + " those in a");
    assertThat(WorkerChoice.missing(RoleKind.STATELESS, 1, live.subList(1, 2)))
        .isEqualTo(
            "workers of class stateless, any or log for sequencer, resolvers and proxies, of"
                + " which there is none");
  }

  @Test
  void whateverWorkersThereAreRolesAreOnThoseThatMayHaveThemAndSpreadOverZones() {
    for (long seed = 1; seed <= 500; seed++) {
      SeededRandom random = new SeededRandom(seed);
      List<RegisterWorker> live = new ArrayList<>();
      for (int i = random.nextInt(1, 10); i > 0; i--) {
        WorkerClass[] classes = WorkerClass.values();
        String zone = "zone-" + random.nextInt(4);
        WorkerClass of = classes[random.nextInt(classes.length)];
        live.add(worker(i, zone, zone + "-machine-" + random.nextInt(3), of));
      }
      WorkerChoice choice = new WorkerChoice(live, Set.of());
      for (RoleKind kind : RoleKind.values()) {
        int zones = random.nextInt(1, 4);
        if (WorkerChoice.missing(kind, zones, live) == null) {
          expectSpread(seed, kind, zones, choice.choose(kind, zones + random.nextInt(4), zones));
        }
      }
    }
  }

  private static void expectSpread(
      long seed, RoleKind kind, int zones, List<RegisterWorker> chosen) {
    Map<String, Integer> byZone = new TreeMap<>();
    for (RegisterWorker worker : chosen) {
      assertThat(kind.mayBeOn(worker.workerClass())).as("seed %d", seed).isTrue();
      byZone.merge(worker.zone(), 1, Integer::sum);
    }
    assertThat(byZone.size()).as("seed %d", seed).isGreaterThanOrEqualTo(zones);
    int least = Collections.min(byZone.values());
    int most = Collections.max(byZone.values());
    assertThat(most - least).as("seed %d: %s", seed, byZone).isLessThanOrEqualTo(1);
  }
}
