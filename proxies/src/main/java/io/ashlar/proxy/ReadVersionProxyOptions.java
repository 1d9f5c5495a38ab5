package io.ashlar.proxy;

/**
 * What can be set of a read-version proxy.
 *
 * @param queueCountMax requests waiting or under way; at the limit new ones are refused. Default
 *     100,000, range 1 to 10,000,000: a tenth of a second of a busy proxy, a few megabytes
 * @param batchesUnderWayMax batches at once. Default 2, range 1 to 64: one alone would make every
 *     request wait for the end of a round that began before it, and many make batches small
 * @param riskyConfirmationAgeNanos how old a confirmation of the epoch may be that satisfies a
 *     request that is causal read risky. Default 50 ms, range 0 to 80 ms: a recovery mostly takes
 *     longer from locking the log servers to accepting commits, but nothing makes it; where it does
 *     not, such a read can miss the newest commits, and that is the risk in its name
 * @param requestTimeoutNanos how long the sequencer and log servers may take before a request is
 *     sent again. Default 1 s, range 1 ms to 60 s: the time after which silence counts as failure
 * @param retryDelayMinNanos before the first repetition. Default 10 ms, range 100 µs to 10 s
 * @param retryDelayMaxNanos the delay doubles up to here. Default 200 ms, range from the minimum to
 *     10 s
 */
public record ReadVersionProxyOptions(
    int queueCountMax,
    int batchesUnderWayMax,
    long riskyConfirmationAgeNanos,
    long requestTimeoutNanos,
    long retryDelayMinNanos,
    long retryDelayMaxNanos) {
  public ReadVersionProxyOptions {
    CommitProxyOptions.range("queueCountMax", queueCountMax, 1, 10_000_000);
    CommitProxyOptions.range("batchesUnderWayMax", batchesUnderWayMax, 1, 64);
    CommitProxyOptions.range("riskyConfirmationAgeNanos", riskyConfirmationAgeNanos, 0, 80_000_000);
    CommitProxyOptions.range(
        "requestTimeoutNanos", requestTimeoutNanos, 1_000_000, 60_000_000_000L);
    CommitProxyOptions.range("retryDelayMinNanos", retryDelayMinNanos, 100_000, 10_000_000_000L);
    CommitProxyOptions.range(
        "retryDelayMaxNanos", retryDelayMaxNanos, retryDelayMinNanos, 10_000_000_000L);
  }

  public static ReadVersionProxyOptions defaults() {
    return new ReadVersionProxyOptions(
        100_000, 2, 50_000_000L, 1_000_000_000L, 10_000_000L, 200_000_000L);
  }
}
