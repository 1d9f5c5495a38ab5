package io.ashlar.simulation;

import io.ashlar.core.Limits;
import io.ashlar.core.SeededRandom;
import io.ashlar.embedded.RoleSettings;
import io.ashlar.log.LogServerOptions;
import io.ashlar.proxy.CommitProxyOptions;
import io.ashlar.proxy.ReadVersionProxyOptions;
import io.ashlar.resolver.ResolverOptions;
import io.ashlar.sequencer.SequencerOptions;
import io.ashlar.storage.StorageServerOptions;

/**
 * Draws the options of every role: each is its default in most runs and hostile in some, so that
 * limits are met, batches are tiny, and what is rare happens often. None makes progress impossible.
 */
final class HostileOptions {
  private static final long MILLIS = 1_000_000;
  private static final long SECONDS = 1_000 * MILLIS;
  private static final int HOSTILE_PER_MILLION = 250_000;

  private final SeededRandom random;
  private final long idLifetimeVersions;

  HostileOptions(SeededRandom random, long idLifetimeVersions) {
    this.random = random;
    this.idLifetimeVersions = idLifetimeVersions;
  }

  RoleSettings draw() {
    return new RoleSettings(
        sequencer(), readVersionProxy(), commitProxy(), resolver(), logServer(), storageServer());
  }

  /** The default, or in some runs a draw from the range. */
  private long or(long normal, long min, long max) {
    return random.chance(HOSTILE_PER_MILLION) ? random.nextLong(min, max + 1) : normal;
  }

  private int or(int normal, int min, int max) {
    return (int) or((long) normal, min, max);
  }

  private SequencerOptions sequencer() {
    SequencerOptions normal = SequencerOptions.defaults();
    return new SequencerOptions(
        normal.stepVersionsMax(),
        // More than a window, or the commits of one could not be waited for.
        or(normal.leadVersionsMax(), 2 * Limits.WINDOW_VERSIONS, 4 * Limits.WINDOW_VERSIONS),
        normal.keptAnswersMax(),
        or(normal.waitingMax(), 1, 10),
        normal.proxiesMax());
  }

  private ReadVersionProxyOptions readVersionProxy() {
    ReadVersionProxyOptions normal = ReadVersionProxyOptions.defaults();
    return new ReadVersionProxyOptions(
        or(normal.queueCountMax(), 2, 100),
        or(normal.batchesUnderWayMax(), 1, 8),
        normal.riskyConfirmationAgeNanos(),
        or(normal.requestTimeoutNanos(), 300 * MILLIS, 3 * SECONDS),
        normal.retryDelayMinNanos(),
        normal.retryDelayMaxNanos());
  }

  private CommitProxyOptions commitProxy() {
    CommitProxyOptions normal = CommitProxyOptions.defaults();
    return new CommitProxyOptions(
        or(normal.queueCountMax(), 2, 100),
        or(normal.queueBytesMax(), 500, 10_000),
        or(normal.batchCountMax(), 1, 10),
        or(normal.batchBytesMax(), 100, 5_000),
        or(normal.batchesInFlightMax(), 1, 40),
        or(normal.eagerBatches(), 1, 8),
        or(normal.batchIntervalMaxNanos(), 0, 20 * MILLIS),
        or(normal.retainedBytesMax(), 1_000, 1_000_000),
        or(normal.laneBytesMax(), 1_000, 100_000),
        or(normal.idlePushDelayNanos(), MILLIS, 100 * MILLIS),
        or(normal.idlePushIntervalNanos(), 50 * MILLIS, 2 * SECONDS),
        or(normal.renewalIntervalNanos(), 100 * MILLIS, 10 * SECONDS),
        or(normal.renewalBytes(), 1, 10_000),
        idLifetimeVersions,
        or(normal.locationsMax(), 1, 3),
        or(normal.requestTimeoutNanos(), 300 * MILLIS, 3 * SECONDS),
        normal.retryDelayMinNanos(),
        normal.retryDelayMaxNanos());
  }

  /**
   * How long idempotency ids are kept. It is the same in all processes of a run; far below what is
   * usual, or no run would be long enough for any id to expire.
   */
  static long drawIdLifetime(SeededRandom random) {
    long millis =
        random.nextBoolean() ? random.nextLong(100, 3_000) : random.nextLong(6_000, 12_000);
    return millis * (Limits.VERSIONS_PER_SECOND / 1_000);
  }

  private ResolverOptions resolver() {
    ResolverOptions normal = ResolverOptions.defaults();
    return new ResolverOptions(
        // With room for less, several proxies do nothing but repeat what was refused.
        or(normal.parkedBatchesMax(), 6, 40),
        or(normal.parkedBytesMax(), 3_000, 30_000),
        or(normal.keptAnswersMax(), 50, 500),
        // Room for one step of a mover, with its lock: with less nothing could ever move.
        or(normal.metadataBytesMax(), 300, 2_000));
  }

  private LogServerOptions logServer() {
    LogServerOptions normal = LogServerOptions.defaults();
    // What is reserved on disk costs memory here: a file's size, not its content, may be default.
    int segmentBytes = or(256 << 10, 4_096, 64 << 10);
    return new LogServerOptions(
        segmentBytes,
        or(normal.groupBytesMax(), 1, 10_000),
        or(normal.memoryBytesMax(), 0, 20_000),
        or(normal.unflushedBytesMax(), 2_000, 200_000),
        or(normal.parkedPushesMax(), 1, 20),
        or(normal.parkedBytesMax(), 1_000, 50_000),
        or(normal.waitingAnswersMax(), 1, 100),
        or(normal.waitingPeeksMax(), 20, 100),
        or(normal.peekWaitNanosMax(), 1 * MILLIS, 200 * MILLIS),
        or(normal.peekBytesMax(), 100, 10_000),
        or(normal.readBytes(), 100, 10_000),
        or(normal.markBytes(), 100, 10_000),
        normal.tagsMax(),
        or(normal.copyPeeksMax(), 1, 4),
        or(normal.copyBytes(), 100, 10_000),
        or(normal.copyTimeoutNanos(), 300 * MILLIS, 2 * SECONDS),
        normal.copyRetryNanos());
  }

  private StorageServerOptions storageServer() {
    StorageServerOptions normal = StorageServerOptions.defaults();
    long peekWaitNanos = or(normal.peekWaitNanos(), 1 * MILLIS, 200 * MILLIS);
    SeededRandom watches = random.fork("watches");
    SeededRandom fetches = random.fork("fetches");
    boolean fewWatches = watches.chance(HOSTILE_PER_MILLION);
    boolean shortWatches = fewWatches || watches.chance(HOSTILE_PER_MILLION);
    return new StorageServerOptions(
        or(normal.storedStepNanos(), 10 * MILLIS, 2 * SECONDS),
        or(normal.storedStepBytes(), 1, 10_000),
        or(normal.flushBytes(), 1, 100_000),
        or(normal.flushNanos(), 10 * MILLIS, 10 * SECONDS),
        or(normal.popNanos(), 10 * MILLIS, 2 * SECONDS),
        or(normal.peekBytesMax(), 1, 10_000),
        peekWaitNanos,
        or(normal.peekTimeoutNanos(), peekWaitNanos + 200 * MILLIS, peekWaitNanos + 2 * SECONDS),
        normal.retryNanos(),
        or(normal.readWaitNanos(), 20 * MILLIS, SECONDS),
        or(normal.waitingReadsMax(), 5, 50),
        or(normal.readsInFlightMax(), 5, 50),
        fewWatches ? watches.nextInt(30, 100) : normal.watchesMax(),
        fewWatches ? watches.nextLong(10_000, 100_000) : normal.watchBytesMax(),
        // Where there is no room for all of them they must take turns.
        shortWatches ? watches.nextLong(200 * MILLIS, 2 * SECONDS) : normal.watchNanos(),
        // Holds a window of versions: with less, a slow run becomes one that does nothing.
        or(normal.memoryBytesMax(), 30_000, 150_000),
        fetches.chance(HOSTILE_PER_MILLION) ? fetches.nextInt(1, 2_000) : normal.fetchBytes(),
        normal.fetchTimeoutNanos(),
        fetches.chance(HOSTILE_PER_MILLION)
            ? fetches.nextInt(1, 2_000)
            : normal.fetchKeptBytesMax(),
        or(normal.forgetEntriesMax(), 1, 100));
  }
}
