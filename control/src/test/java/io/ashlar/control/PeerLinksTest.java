package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Uid;
import io.ashlar.message.PeerRoundTrip;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerLinksTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long UNREACHABLE = PeerRoundTrip.UNREACHABLE;
  private static final PeerLinks.Link AB = PeerLinks.Link.of("b", "a");

  private final PeerLinks links = new PeerLinks("c", SECOND, 2 * SECOND);

  private long second;

  /** In each second everybody answers the controller, and the proxy at a tells of b and d. */
  private void tell(int seconds, long nanosToB) {
    for (int i = 0; i < seconds; i++) {
      second++;
      for (String each : List.of("a", "b", "d")) {
        links.reached(each, MILLI, second * SECOND);
      }
      links.told(
          0,
          "a",
          List.of(new PeerRoundTrip("b", nanosToB), new PeerRoundTrip("d", MILLI)),
          second * SECOND);
    }
  }

  private List<PeerLinks.Link> degraded() {
    return links.degraded(second * SECOND);
  }

  @Test
  void twoThatDoNotReachEachOtherAreDegradedWhenThatIsSaidForAWhile() {
    tell(2, UNREACHABLE);
    assertThat(degraded()).isEmpty();
    tell(1, UNREACHABLE);
    assertThat(degraded()).containsExactly(AB);
    assertThat(links.inWords(AB)).isEqualTo("unreachable");
    tell(1, MILLI);
    assertThat(degraded()).isEmpty();
  }

  @Test
  void oneThatNobodyReachesIsNoMatterOfALink() {
    links.reached("a", MILLI, 0);
    links.reached("b", MILLI, 0);
    for (second = 0; second < 10; second++) {
      links.reached("a", MILLI, second * SECOND);
      links.told(0, "a", List.of(new PeerRoundTrip("b", UNREACHABLE)), second * SECOND);
      assertThat(degraded()).isEmpty();
    }
  }

  @Test
  void theControllersOwnProcessIsReachedByIt() {
    for (second = 0; second < 3; second++) {
      links.reached("a", MILLI, second * SECOND);
      links.told(0, "a", List.of(new PeerRoundTrip("c", UNREACHABLE)), second * SECOND);
    }
    assertThat(links.degraded(2 * SECOND)).containsExactly(PeerLinks.Link.of("a", "c"));
  }

  @Test
  void aSlowLinkIsDegradedUntilItIsClearlyFaster() {
    tell(5, PeerLinks.SLOW_NANOS_MIN - 1);
    assertThat(degraded()).isEmpty();
    tell(3, PeerLinks.SLOW_NANOS_MIN);
    assertThat(degraded()).containsExactly(AB);
    tell(1, PeerLinks.SLOW_NANOS_MIN / 2);
    assertThat(degraded()).containsExactly(AB);
    tell(1, PeerLinks.SLOW_NANOS_MIN / 2 - 1);
    assertThat(degraded()).isEmpty();
  }

  @Test
  void whereAllLinksAreSlowNoneIsDegraded() {
    for (second = 0; second < 10; second++) {
      long at = second * SECOND;
      for (String each : List.of("a", "b", "d")) {
        links.reached(each, 400 * MILLI, at);
      }
      links.told(
          0,
          "a",
          List.of(new PeerRoundTrip("b", 900 * MILLI), new PeerRoundTrip("d", 300 * MILLI)),
          at);
      assertThat(links.degraded(at)).isEmpty();
    }
  }

  private static List<RegisterWorker> workers(int count) {
    List<RegisterWorker> workers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      workers.add(
          new RegisterWorker(
              new Uid(0, i), Uid.NONE, process(i), "zone " + i, List.of(), List.of()));
    }
    return workers;
  }

  private static String process(int number) {
    return "10.0.0." + number + ":4500";
  }

  private static Set<String> around(int workers, int copies, PeerLinks.Link... degraded) {
    ClusterConfiguration configuration =
        new ClusterConfiguration(1, 1, 1, copies, copies, copies, 0, 5_000_000);
    return Detours.around(List.of(degraded), configuration, workers(workers), Set.of());
  }

  @Test
  void theOneProcessThatMostLinksAreOfIsLeftOut() {
    PeerLinks.Link first = PeerLinks.Link.of(process(2), process(0));
    PeerLinks.Link second = PeerLinks.Link.of(process(1), process(2));
    assertThat(around(5, 2, first, second)).containsExactly(process(2));
  }

  /** Each zone must have a log server, so the others are where all of these can be reached. */
  @Test
  void whereNeitherCanBeLeftOutTheProxiesAreElsewhere() {
    PeerLinks.Link link = PeerLinks.Link.of(process(0), process(1));
    assertThat(around(3, 3, link)).containsExactly(process(0), process(1));
  }

  @Test
  void whereNoChoiceHelpsNobodyIsLeftOut() {
    assertThat(around(2, 2, PeerLinks.Link.of(process(0), process(1)))).isEmpty();
  }

  @Test
  void detoursAreBounded() {
    Detours detours = new Detours();
    for (int i = 0; i < Detours.TAKEN_MAX; i++) {
      assertThat(detours.mayTake(i)).isTrue();
      detours.take(i);
    }
    assertThat(detours.mayTake(Detours.WITHIN_NANOS - 1)).isFalse();
    assertThat(detours.mayTake(Detours.WITHIN_NANOS)).isTrue();
  }
}
