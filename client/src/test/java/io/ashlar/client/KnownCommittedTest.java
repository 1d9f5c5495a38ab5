package io.ashlar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.message.ClusterView;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownCommittedTest {
  private static final long SECOND = 1_000_000_000;
  private static final long JUMP = 100_000_000;
  private static final long RT = 5_000_000;

  private long nowNanos;
  private final KnownCommitted known = new KnownCommitted(() -> nowNanos);

  private void note(long version, long atNanos) {
    nowNanos = atNanos;
    known.note(version);
  }

  private void noteLive(long version, long atNanos) {
    nowNanos = atNanos;
    known.noteLive(version);
  }

  private long versionFor(long seen, long atNanos) {
    nowNanos = atNanos;
    return known.versionFor(seen);
  }

  private void view(long epoch, long begin, long beginMillis) {
    known.onView(
        new ClusterView(
            new Uid(1, 1),
            epoch,
            1,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            new StoreTime(begin, beginMillis),
            5_000_000),
        true);
  }

  /** A client that comes, or is heard of again, when the epoch has lasted for long. */
  @Test
  void knowsHowFarAnEpochOfManyMinutesReaches() {
    view(1, RT, 0);
    noteLive(RT + 3 * JUMP, SECOND);
    assertThat(known.storeTimeMillis(RT + 3 * JUMP)).isEqualTo(300_000);
    assertThat(known.storeTimeMillis(RT + 3 * JUMP - 5_000_000)).isEqualTo(295_000);
    assertThat(known.since(RT + 3 * JUMP - 5_000_000, 295_000).millisBehind()).isEqualTo(5_000);
  }

  @Test
  void givesWhatIsNewestForHalfTheWindow() {
    view(1, RT, 0);
    assertThat(versionFor(0, 0)).isEqualTo(KnownCommitted.NONE);
    note(RT + 10, SECOND);
    assertThat(versionFor(0, SECOND)).isEqualTo(RT + 10);
    assertThat(versionFor(RT + 20, SECOND)).as("seen elsewhere").isEqualTo(RT + 20);
    assertThat(versionFor(0, 3 * SECOND + SECOND / 2)).isEqualTo(RT + 10);
    assertThat(versionFor(0, 3 * SECOND + SECOND / 2 + 1)).isEqualTo(KnownCommitted.NONE);
  }

  @Test
  void whatIsHeardOnceMoreIsNotNewerUnlessItWasTheNewestAMomentAgo() {
    view(1, RT, 0);
    note(RT + 10, 0);
    note(RT + 10, 2 * SECOND);
    assertThat(versionFor(0, 3 * SECOND)).isEqualTo(KnownCommitted.NONE);
    noteLive(RT + 10, 3 * SECOND);
    assertThat(versionFor(0, 5 * SECOND)).isEqualTo(RT + 10);
    noteLive(RT + 9, 6 * SECOND);
    assertThat(versionFor(0, 6 * SECOND)).isEqualTo(KnownCommitted.NONE);
    assertThat(known.highest()).isEqualTo(RT + 10);
  }

  @Test
  void whatAnEpochThatIsOverTellsIsKnownButNotRecent() {
    view(1, RT, 0);
    note(RT + 10, 0);
    view(2, RT + 10 + JUMP, 9_000);
    assertThat(versionFor(0, 0)).isEqualTo(KnownCommitted.NONE);
    note(RT + 20, 0);
    assertThat(versionFor(0, 0)).isEqualTo(KnownCommitted.NONE);
    assertThat(known.highest()).isEqualTo(RT + 20);
    note(RT + 10 + JUMP, 0);
    assertThat(versionFor(0, 0)).isEqualTo(RT + 10 + JUMP);
  }

  @Test
  void keepsWhatItHasHeardOfANewEpochBeforeItsView() {
    view(1, RT, 0);
    note(RT + 20 + JUMP, 0);
    view(2, RT + 10 + JUMP, 9_000);
    assertThat(versionFor(0, 0)).isEqualTo(RT + 20 + JUMP);
  }

  @Test
  void tellsTheTimeOfVersionsWhoseEpochIsCertain() {
    assertThat(known.storeTimeMillis(RT)).isNegative();
    view(1, RT, 1_000);
    assertThat(known.storeTimeMillis(RT - 1)).isNegative();
    assertThat(known.storeTimeMillis(RT + 5_000)).isEqualTo(1_005);
    note(RT + 7_000_000, 0);
    assertThat(known.storeTimeMillis(RT + 7_000_000)).isEqualTo(8_000);
    assertThat(known.storeTimeMillis(RT + 7_000_000 + JUMP - 1)).isEqualTo(8_000 + 99_999);
    // The next epoch may begin there.
    assertThat(known.storeTimeMillis(RT + 7_000_000 + JUMP)).isNegative();
    view(2, RT + 7_000_000 + JUMP, 20_000);
    assertThat(known.storeTimeMillis(RT + 7_000_000 + JUMP + 2_000)).isEqualTo(20_002);
    assertThat(known.storeTimeMillis(RT + 2_000)).as("of the epoch before").isEqualTo(1_002);
  }

  @Test
  void remembersTheTimesOfTheLastEpochs() {
    for (int epoch = 1; epoch <= 12; epoch++) {
      view(epoch, epoch * JUMP, 1_000L * epoch);
    }
    assertThat(known.storeTimeMillis(4 * JUMP)).isNegative();
    assertThat(known.storeTimeMillis(5 * JUMP)).isEqualTo(5_000);
    assertThat(known.storeTimeMillis(12 * JUMP)).isEqualTo(12_000);
  }
}
