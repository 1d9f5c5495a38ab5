package io.ashlar.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import io.ashlar.log.VersionChain.Offer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class VersionChainTest {
  private final VersionChain<String> chain = new VersionChain<>(2, 100);

  @Test
  void parksEverythingUntilItIsOpen() {
    assertThat(chain.offer(10, 20, 1, "a")).isEqualTo(Offer.PARKED);
    assertThat(chain.offer(5, 10, 1, "b")).isEqualTo(Offer.PARKED);
    assertThat(chain.takeReady()).isNull();
    chain.open(10);
    // Both wait no longer: one is the next, one was there before the chain began.
    assertThat(chain.takeReady()).isEqualTo("b");
    assertThat(chain.offer(5, 10, 1, "b")).isEqualTo(Offer.DUPLICATE);
    assertThat(chain.takeReady()).isEqualTo("a");
    assertThat(chain.offer(10, 20, 1, "a")).isEqualTo(Offer.NEXT);
  }

  @Test
  void tellsRepeatedFromForked() {
    chain.open(10);
    chain.advance(20);
    assertThat(chain.offer(10, 20, 1, "")).isEqualTo(Offer.DUPLICATE);
    assertThat(chain.offer(10, 30, 1, "")).isEqualTo(Offer.FORKED);
    assertThat(chain.offer(20, 20, 1, "")).isEqualTo(Offer.FORKED);
    assertThat(chain.offer(30, 25, 1, "")).isEqualTo(Offer.FORKED);
    assertThat(chain.offer(30, 40, 1, "")).isEqualTo(Offer.PARKED);
    assertThat(chain.offer(30, 40, 1, "")).isEqualTo(Offer.DUPLICATE);
    assertThat(chain.offer(30, 41, 1, "")).isEqualTo(Offer.FORKED);
  }

  @Test
  void boundsWhatIsParkedByCountAndByBytes() {
    chain.open(0);
    assertThat(chain.offer(10, 20, 60, "a")).isEqualTo(Offer.PARKED);
    assertThat(chain.offer(20, 30, 60, "b")).isEqualTo(Offer.FULL);
    assertThat(chain.offer(20, 30, 40, "b")).isEqualTo(Offer.PARKED);
    assertThat(chain.offer(30, 40, 0, "c")).isEqualTo(Offer.FULL);
    assertThat(chain.offer(0, 10, 1_000, "next")).isEqualTo(Offer.NEXT);
    assertThat(chain.dropParked()).containsExactly("a", "b");
    assertThat(chain.parkedCount()).isZero();
    chain.checkInvariants();
  }

  @Test
  void thePushesThatComeLastLeaveForAnEarlierOne() {
    chain.open(0);
    assertThat(chain.offer(20, 30, 40, "b")).isEqualTo(Offer.PARKED);
    assertThat(chain.offer(30, 40, 40, "c")).isEqualTo(Offer.PARKED);
    assertThat(chain.takeDisplaced()).isEmpty();
    assertThat(chain.offer(10, 20, 40, "a")).isEqualTo(Offer.PARKED);
    assertThat(chain.takeDisplaced()).containsExactly("c");
    assertThat(chain.takeDisplaced()).isEmpty();
    assertThat(chain.offer(5, 10, 100, "large")).isEqualTo(Offer.PARKED);
    assertThat(chain.takeDisplaced()).containsExactly("b", "a");
    chain.checkInvariants();
  }

  @Test
  void nothingLeavesForOneThatHasNoRoomEvenSo() {
    chain.open(0);
    assertThat(chain.offer(1, 5, 60, "a")).isEqualTo(Offer.PARKED);
    assertThat(chain.offer(7, 9, 30, "c")).isEqualTo(Offer.PARKED);
    assertThat(chain.offer(5, 7, 50, "b")).isEqualTo(Offer.FULL);
    assertThat(chain.takeDisplaced()).isEmpty();
    assertThat(chain.dropParked()).containsExactly("a", "c");
  }

  @Property(tries = 300, seed = "31", shrinking = ShrinkingMode.OFF)
  void takesEveryVersionOnceAndInOrderWhateverTheOrderOfArrival(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    VersionChain<long[]> any = new VersionChain<>(1 + random.nextInt(5), 1 << 20);
    any.open(0);
    List<long[]> left = new ArrayList<>();
    long end = 0;
    for (int i = 0; i < 40; i++) {
      long version = end + 1 + random.nextInt(3);
      left.add(new long[] {end, version});
      end = version;
    }
    List<Long> taken = new ArrayList<>();
    while (any.end() < end) {
      // Whoever was told FULL sends again.
      long[] push = left.get(random.nextInt(left.size()));
      for (long[] now = push; now != null; now = any.takeReady()) {
        if (any.offer(now[0], now[1], 1, now) == Offer.NEXT) {
          any.advance(now[1]);
          taken.add(now[1]);
        }
      }
      any.checkInvariants();
    }
    assertThat(taken).hasSize(40).isSorted().doesNotHaveDuplicates();
  }
}
