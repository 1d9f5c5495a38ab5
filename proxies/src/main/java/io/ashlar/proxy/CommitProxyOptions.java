package io.ashlar.proxy;

import io.ashlar.core.Limits;

/**
 * What can be set of a commit proxy.
 *
 * @param queueCountMax transactions waiting for a batch; at the limit new ones are refused. Default
 *     50,000, range 1 to 1,000,000
 * @param queueBytesMax bytes of transactions waiting for a batch; at the limit new ones are
 *     refused. Default 64 MiB, range 1 byte to 4 GiB. A transaction always finds room in an empty
 *     queue
 * @param batchCountMax transactions of a batch. Default 4,096, range 1 to 65,535, the largest batch
 *     index and one
 * @param batchBytesMax a batch closes before a transaction that would take it above this many bytes
 *     of push. Default 1 MiB, range 1 byte to 16 MiB; a single larger transaction is a batch alone
 * @param batchesInFlightMax batches between their closing and their answer. Default 16, range 1 to
 *     512: enough to keep the log busy over a slow network, and fewer than the answers that the
 *     sequencer keeps for repeated requests
 * @param eagerBatches while fewer batches are in flight, the next one closes without delay. Default
 *     2, range 1 to 512: at low load nothing waits, at high load batches grow
 * @param batchIntervalMaxNanos longest wait of a batch for more transactions when {@code
 *     eagerBatches} are in flight; the actual one follows the latency of commits. Default 2 ms,
 *     range 0 to 1 s; 0 where all roles share a process
 * @param retainedBytesMax no batch is closed while log servers have not acknowledged this many
 *     bytes of pushes. Default 256 MiB, range 1 byte to 64 GiB
 * @param laneBytesMax pushes on their way to one log server; more wait here. Default 32 MiB, range
 *     1 byte to 64 MiB: the network gives a connection up that has too much to send
 * @param idlePushDelayNanos from the last commit to the first empty push, which tells readers that
 *     it is committed. Default 5 ms, range 100 µs to 1 s
 * @param idlePushIntervalNanos between later empty pushes. Default 1 s, range 1 ms to 2 s
 * @param renewalIntervalNanos proxy 0 copies the metadata into the log again after this time with
 *     commits. Default 60 s, range 1 ms to 1 day
 * @param renewalBytes and earlier after this many bytes of metadata mutations. Default 1 MiB, range
 *     1 byte to 1 GiB
 * @param idLifetimeVersions how long an idempotency id is kept after the last moment at which its
 *     commit can happen: so long a client may ask. Default 60,000,000, a minute of store time,
 *     range 1 to a day. What is kept costs storage: some 14 bytes for each commit
 * @param locationsMax shards in one answer about locations. Default 1,000, range 1 to 100,000
 * @param requestTimeoutNanos how long a peer may take before a request is sent again. Default 1 s,
 *     range 1 ms to 60 s: the time after which silence counts as failure
 * @param retryDelayMinNanos before the first repetition. Default 10 ms, range 100 µs to 10 s
 * @param retryDelayMaxNanos the delay doubles up to here. Default 200 ms, range from the minimum to
 *     10 s
 */
public record CommitProxyOptions(
    int queueCountMax,
    long queueBytesMax,
    int batchCountMax,
    int batchBytesMax,
    int batchesInFlightMax,
    int eagerBatches,
    long batchIntervalMaxNanos,
    long retainedBytesMax,
    long laneBytesMax,
    long idlePushDelayNanos,
    long idlePushIntervalNanos,
    long renewalIntervalNanos,
    long renewalBytes,
    long idLifetimeVersions,
    int locationsMax,
    long requestTimeoutNanos,
    long retryDelayMinNanos,
    long retryDelayMaxNanos) {
  /** No push to a log server is larger: half a frame, so that it never fails to be sent. */
  public static final int PUSH_BYTES_MAX = Limits.FRAME_BYTES_MAX / 2;

  /**
   * What one proxy asks resolvers at a time, if more than one batch of it: what all that is on its
   * way to one process adds up to stays below what the network takes for it, or it would be cut off
   * again and again before the first of them has arrived.
   */
  static final int QUESTION_BYTES_MAX = 16 << 20;

  /**
   * No transaction is admitted that would make a copy of the metadata larger: each recovery sends
   * it, in one frame, to whom it recruits.
   */
  static final int METADATA_BYTES_MAX = 8 << 20;

  /**
   * A whole copy of the metadata is only made when it is not larger. That is more than is admitted,
   * since each proxy knows only of what comes through itself, and several may go beyond together.
   */
  static final int RENEWAL_BYTES_MAX = PUSH_BYTES_MAX / 2;

  /** More than what clears idempotency ids has, without its tags. */
  static final int EXPIRY_BYTES_MAX = 200;

  /**
   * What a single transaction may add to a push, tags included. What is left over is for tags that
   * its shards have got since it was checked.
   */
  static final int TRANSACTION_PUSH_BYTES_MAX = PUSH_BYTES_MAX - (2 << 20);

  public CommitProxyOptions {
    range("queueCountMax", queueCountMax, 1, 1_000_000);
    range("queueBytesMax", queueBytesMax, 1, 4L << 30);
    range("batchCountMax", batchCountMax, 1, Limits.BATCH_TRANSACTIONS_MAX);
    range("batchBytesMax", batchBytesMax, 1, 16 << 20);
    range("batchesInFlightMax", batchesInFlightMax, 1, 512);
    range("eagerBatches", eagerBatches, 1, 512);
    range("batchIntervalMaxNanos", batchIntervalMaxNanos, 0, 1_000_000_000L);
    range("retainedBytesMax", retainedBytesMax, 1, 64L << 30);
    range("laneBytesMax", laneBytesMax, 1, 64 << 20);
    range("idlePushDelayNanos", idlePushDelayNanos, 100_000, 1_000_000_000L);
    range("idlePushIntervalNanos", idlePushIntervalNanos, 1_000_000, 2_000_000_000L);
    range("renewalIntervalNanos", renewalIntervalNanos, 1_000_000, 86_400_000_000_000L);
    range("renewalBytes", renewalBytes, 1, 1 << 30);
    range("idLifetimeVersions", idLifetimeVersions, 1, 86_400 * Limits.VERSIONS_PER_SECOND);
    range("locationsMax", locationsMax, 1, 100_000);
    range("requestTimeoutNanos", requestTimeoutNanos, 1_000_000, 60_000_000_000L);
    range("retryDelayMinNanos", retryDelayMinNanos, 100_000, 10_000_000_000L);
    range("retryDelayMaxNanos", retryDelayMaxNanos, retryDelayMinNanos, 10_000_000_000L);
  }

  static void range(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " is " + value + ", its range is " + min + " to " + max);
    }
  }

  public static CommitProxyOptions defaults() {
    return new CommitProxyOptions(
        50_000,
        64L << 20,
        4_096,
        1 << 20,
        16,
        2,
        2_000_000L,
        256L << 20,
        32 << 20,
        5_000_000L,
        1_000_000_000L,
        60_000_000_000L,
        1 << 20,
        60 * Limits.VERSIONS_PER_SECOND,
        1_000,
        1_000_000_000L,
        10_000_000L,
        200_000_000L);
  }

  /** The same with another {@link #retainedBytesMax}. */
  public CommitProxyOptions withRetainedBytesMax(long bytes) {
    return new CommitProxyOptions(
        queueCountMax,
        queueBytesMax,
        batchCountMax,
        batchBytesMax,
        batchesInFlightMax,
        eagerBatches,
        batchIntervalMaxNanos,
        bytes,
        laneBytesMax,
        idlePushDelayNanos,
        idlePushIntervalNanos,
        renewalIntervalNanos,
        renewalBytes,
        idLifetimeVersions,
        locationsMax,
        requestTimeoutNanos,
        retryDelayMinNanos,
        retryDelayMaxNanos);
  }

  /** The same with another {@link #batchIntervalMaxNanos}. */
  public CommitProxyOptions withBatchIntervalMaxNanos(long nanos) {
    return new CommitProxyOptions(
        queueCountMax,
        queueBytesMax,
        batchCountMax,
        batchBytesMax,
        batchesInFlightMax,
        eagerBatches,
        nanos,
        retainedBytesMax,
        laneBytesMax,
        idlePushDelayNanos,
        idlePushIntervalNanos,
        renewalIntervalNanos,
        renewalBytes,
        idLifetimeVersions,
        locationsMax,
        requestTimeoutNanos,
        retryDelayMinNanos,
        retryDelayMaxNanos);
  }
}
