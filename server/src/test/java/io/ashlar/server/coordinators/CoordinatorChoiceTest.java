package io.ashlar.server.coordinators;

import static io.ashlar.server.status.LookedAt.process;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.server.status.LookedAt;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who can be a coordinator. */
final class CoordinatorChoiceTest {
  @Test
  void oneThreeOrFiveProcessesInZonesOfTheirOwnCanBe() {
    assertThat(refusals(new LookedAt(), 5)).isEmpty();
    assertThat(refusals(new LookedAt(), 1, 4, 5)).isEmpty();
    assertThat(refusals(new LookedAt(), 1, 2, 3, 4, 5)).isEmpty();
  }

  @Test
  void anEvenNumberIsRefusedSinceNoMoreMayFailThanOfOneLess() {
    assertThat(refusals(new LookedAt(), 1, 2))
        .singleElement()
        .asString()
        .contains("of 2 coordinators no more may fail than of 1");
    assertThat(refusals(new LookedAt(), 1, 2, 3, 4))
        .singleElement()
        .asString()
        .contains("than of 3");
  }

  @Test
  void oneThatDoesNotAnswerOrIsOfAnotherDatabaseIsRefused() {
    assertThat(refusals(new LookedAt().away(4), 1, 2, 4))
        .singleElement()
        .asString()
        .contains(process(4), "nobody listens there");
    assertThat(refusals(new LookedAt().unregistered(5), 5, 2, 3))
        .singleElement()
        .asString()
        .contains(process(5), "the database has no process of that name");
  }

  @Test
  void oneInMemoryIsRefused() {
    assertThat(refusals(new LookedAt().inMemory(2), 1, 2, 3))
        .singleElement()
        .asString()
        .contains(process(2), "would forget what it promised");
  }

  @Test
  void twoInOneZoneAreRefused() {
    assertThat(refusals(new LookedAt().zone(1, "rack").zone(3, "rack"), 1, 2, 3))
        .singleElement()
        .asString()
        .contains(process(1), process(3), "zone rack");
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    LookedAt cluster = new LookedAt().zone(1, "rack").zone(2, "rack").away(4);
    assertThat(refusals(cluster, 1, 2, 3, 4)).hasSize(3);
  }

  @Test
  void whatIsNoAddressIsRefused() {
    for (List<String> wrong :
        List.of(List.of("10.0.0.1"), List.of(process(1), process(1), process(2)))) {
      assertThat(CoordinatorChoice.refusals(new LookedAt().status(), wrong))
          .singleElement()
          .asString()
          .contains("one to five different host:port");
    }
  }

  @Test
  void theBestKeepThoseThatDo() {
    assertThat(best(new LookedAt())).containsExactly(process(1), process(2), process(3));
    assertThat(best(new LookedAt().away(2))).containsExactly(process(1), process(3), process(4));
    assertThat(best(new LookedAt().corruptCoordinator(1)))
        .containsExactly(process(2), process(3), process(4));
    assertThat(best(new LookedAt().zone(1, "rack").zone(2, "rack")))
        .containsExactly(process(1), process(3), process(4));
  }

  @Test
  void thereAreAsManyAsMayFailTogetherWithZonesOfTheLog() {
    assertThat(best(new LookedAt().controllerSays("replication", "1"))).hasSize(1);
    assertThat(best(new LookedAt().controllerSays("replication", "3"))).hasSize(5);
    // Four would be no better than three.
    assertThat(best(new LookedAt().controllerSays("replication", "3").away(5))).hasSize(3);
    assertThat(best(new LookedAt().away(1, 2, 3))).hasSize(1);
    assertThat(best(new LookedAt().away(1, 2, 3, 4, 5))).isEmpty();
  }

  private static List<String> refusals(LookedAt cluster, int... processes) {
    return CoordinatorChoice.refusals(
        cluster.status(), IntStream.of(processes).mapToObj(LookedAt::process).toList());
  }

  private static List<String> best(LookedAt cluster) {
    return CoordinatorChoice.best(cluster.status());
  }
}
