package io.ashlar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BatchQueueTest {
  private static final CommitProxyOptions DEFAULTS = CommitProxyOptions.defaults();

  private static BatchQueue queue(int countMax, long bytesMax, int batchCount, int batchBytes) {
    return new BatchQueue(
        new CommitProxyOptions(
            countMax,
            bytesMax,
            batchCount,
            batchBytes,
            DEFAULTS.batchesInFlightMax(),
            DEFAULTS.eagerBatches(),
            DEFAULTS.batchIntervalMaxNanos(),
            DEFAULTS.retainedBytesMax(),
            DEFAULTS.laneBytesMax(),
            DEFAULTS.idlePushDelayNanos(),
            DEFAULTS.idlePushIntervalNanos(),
            DEFAULTS.renewalIntervalNanos(),
            DEFAULTS.renewalBytes(),
            DEFAULTS.idLifetimeVersions(),
            DEFAULTS.locationsMax(),
            DEFAULTS.requestTimeoutNanos(),
            DEFAULTS.retryDelayMinNanos(),
            DEFAULTS.retryDelayMaxNanos()));
  }

  private static Submission of(int bytes) {
    return new Submission(null, null, bytes, bytes, false, false, 0);
  }

  @Test
  void cutsBatchesByCountAndByBytesInOrder() {
    BatchQueue queue = queue(100, 1_000, 3, 100);
    for (int bytes : new int[] {10, 20, 30, 40, 50, 60, 5}) {
      queue.add(of(bytes));
      queue.checkInvariants();
    }
    assertThat(queue.fillsBatch()).isTrue();
    assertThat(queue.takeBatch(99)).containsExactly(of(10), of(20), of(30));
    assertThat(queue.takeBatch(99)).containsExactly(of(40), of(50));
    assertThat(queue.takeBatch(1)).containsExactly(of(60));
    assertThat(queue.fillsBatch()).isFalse();
    assertThat(queue.takeBatch(99)).containsExactly(of(5));
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.takeBatch(99)).isEqualTo(List.of());
    queue.checkInvariants();
  }

  @Test
  void givesUpThoseThatCameBeforeATime() {
    BatchQueue queue = queue(100, 1_000, 3, 100);
    for (int at : new int[] {10, 20, 30}) {
      queue.add(of(at));
    }
    assertThat(queue.takeArrivedBefore(10)).isEmpty();
    assertThat(queue.takeArrivedBefore(30)).containsExactly(of(10), of(20));
    queue.checkInvariants();
    assertThat(queue.takeArrivedBefore(31)).containsExactly(of(30));
    assertThat(queue.takeArrivedBefore(99)).isEmpty();
    queue.checkInvariants();
  }

  @Test
  void aTransactionLargerThanABatchIsOneAlone() {
    BatchQueue queue = queue(100, 1_000, 3, 100);
    queue.add(of(500));
    queue.add(of(1));
    assertThat(queue.takeBatch(99)).containsExactly(of(500));
    assertThat(queue.takeBatch(99)).containsExactly(of(1));
  }

  @Test
  void isBoundedByCountAndBytesButNeverTooSmallForOne() {
    BatchQueue queue = queue(2, 100, 10, 100);
    assertThat(queue.hasRoom(5_000)).isTrue();
    queue.add(of(40));
    assertThat(queue.hasRoom(61)).isFalse();
    assertThat(queue.hasRoom(60)).isTrue();
    queue.add(of(1));
    assertThat(queue.hasRoom(1)).isFalse();
    queue.clear();
    assertThat(queue.hasRoom(5_000)).isTrue();
    queue.checkInvariants();
  }
}
