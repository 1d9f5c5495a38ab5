package io.ashlar.embedded;

import io.ashlar.log.LogServerOptions;
import io.ashlar.proxy.CommitProxyOptions;
import io.ashlar.proxy.ReadVersionProxyOptions;
import io.ashlar.resolver.ResolverOptions;
import io.ashlar.sequencer.SequencerOptions;
import io.ashlar.storage.StorageServerOptions;

/** The options of every role a worker may host. */
public record RoleSettings(
    SequencerOptions sequencer,
    ReadVersionProxyOptions readVersionProxy,
    CommitProxyOptions commitProxy,
    ResolverOptions resolver,
    LogServerOptions logServer,
    StorageServerOptions storageServer) {
  public static RoleSettings defaults() {
    return new RoleSettings(
        SequencerOptions.defaults(),
        ReadVersionProxyOptions.defaults(),
        CommitProxyOptions.defaults(),
        ResolverOptions.defaults(),
        LogServerOptions.defaults(),
        StorageServerOptions.defaults());
  }

  /** For a worker that hosts every role: waiting for more to batch gains nothing there. */
  public static RoleSettings singleProcess() {
    RoleSettings defaults = defaults();
    return new RoleSettings(
        defaults.sequencer,
        defaults.readVersionProxy,
        defaults.commitProxy.withBatchIntervalMaxNanos(0),
        defaults.resolver,
        defaults.logServer,
        defaults.storageServer);
  }
}
