package io.ashlar.embedded.kill;

import io.ashlar.control.ClusterConfiguration;
import io.ashlar.embedded.NodeOptions;
import io.ashlar.embedded.RoleSettings;
import io.ashlar.log.LogServerOptions;
import io.ashlar.sequencer.SequencerOptions;
import io.ashlar.storage.StorageServerOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Options with which a store does all the time what it else does rarely: begins segments, deletes
 * them, moves the stored version, flushes, reads back from the log.
 */
final class SmallStores {
  private static final long WINDOW_VERSIONS = 100_000;

  private SmallStores() {}

  static NodeOptions on(Path directory) {
    return NodeOptions.on(directory).withConfiguration(configuration()).withRoles(roles());
  }

  static ClusterConfiguration configuration() {
    return new ClusterConfiguration(1, 1, 1, 1, 1, 1, 0, WINDOW_VERSIONS);
  }

  static RoleSettings roles() {
    RoleSettings single = RoleSettings.singleProcess();
    SequencerOptions sequencer = SequencerOptions.defaults();
    LogServerOptions log = LogServerOptions.defaults();
    StorageServerOptions storage = StorageServerOptions.defaults();
    return new RoleSettings(
        new SequencerOptions(
            WINDOW_VERSIONS,
            sequencer.leadVersionsMax(),
            sequencer.keptAnswersMax(),
            sequencer.waitingMax(),
            sequencer.proxiesMax()),
        single.readVersionProxy(),
        single.commitProxy(),
        single.resolver(),
        new LogServerOptions(
            32 << 10,
            8 << 10,
            16 << 10,
            log.unflushedBytesMax(),
            log.parkedPushesMax(),
            log.parkedBytesMax(),
            log.waitingAnswersMax(),
            log.waitingPeeksMax(),
            TimeUnit.MILLISECONDS.toNanos(10),
            8 << 10,
            8 << 10,
            2 << 10,
            log.tagsMax(),
            log.copyPeeksMax(),
            4 << 10,
            log.copyTimeoutNanos(),
            log.copyRetryNanos()),
        new StorageServerOptions(
            TimeUnit.MILLISECONDS.toNanos(5),
            4 << 10,
            32 << 10,
            TimeUnit.MILLISECONDS.toNanos(30),
            TimeUnit.MILLISECONDS.toNanos(20),
            8 << 10,
            TimeUnit.MILLISECONDS.toNanos(10),
            storage.peekTimeoutNanos(),
            storage.retryNanos(),
            storage.readWaitNanos(),
            storage.waitingReadsMax(),
            storage.readsInFlightMax(),
            storage.watchesMax(),
            storage.watchBytesMax(),
            storage.watchNanos(),
            storage.memoryBytesMax(),
            storage.fetchBytes(),
            storage.fetchTimeoutNanos(),
            storage.fetchKeptBytesMax(),
            storage.forgetEntriesMax()));
  }
}
