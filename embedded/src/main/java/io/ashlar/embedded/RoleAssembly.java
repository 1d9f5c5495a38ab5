package io.ashlar.embedded;

import io.ashlar.control.RoleFactory;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Role;
import io.ashlar.log.LogServer;
import io.ashlar.message.RecruitCommitProxy;
import io.ashlar.message.RecruitLog;
import io.ashlar.message.RecruitReadVersionProxy;
import io.ashlar.message.RecruitResolver;
import io.ashlar.message.RecruitSequencer;
import io.ashlar.proxy.CommitProxy;
import io.ashlar.proxy.ReadVersionProxy;
import io.ashlar.resolver.Resolver;
import io.ashlar.sequencer.Sequencer;
import io.ashlar.storage.ReadView;
import io.ashlar.storage.StorageServer;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * The one place that knows every role's class. Production and simulation use it alike and differ in
 * the hosts, the options and the engines they give it.
 */
public final class RoleAssembly implements RoleFactory {
  private final RoleSettings settings;
  private final Engines engines;
  private final LongFunction<Consumer<ReadView>> views;

  public RoleAssembly(RoleSettings settings, Engines engines) {
    this(settings, engines, endpoint -> view -> {});
  }

  /**
   * As the other one.
   *
   * @param views gives whoever wants the views of the storage server at an endpoint
   */
  RoleAssembly(RoleSettings settings, Engines engines, LongFunction<Consumer<ReadView>> views) {
    this.settings = settings;
    this.engines = engines;
    this.views = views;
  }

  @Override
  public Role sequencer(Host host, RecruitSequencer recruit) {
    return new Sequencer(host, recruit, settings.sequencer());
  }

  @Override
  public Role readVersionProxy(Host host, RecruitReadVersionProxy recruit) {
    return new ReadVersionProxy(host, recruit, settings.readVersionProxy());
  }

  @Override
  public Role commitProxy(Host host, RecruitCommitProxy recruit) {
    return new CommitProxy(host, recruit, settings.commitProxy());
  }

  @Override
  public Role resolver(Host host, RecruitResolver recruit) {
    return new Resolver(host, recruit, settings.resolver());
  }

  @Override
  public Role logServer(Host host, RecruitLog recruit, Runnable onReady) {
    return LogServer.recruit(host, recruit, settings.logServer(), onReady);
  }

  @Override
  public Role restartedLogServer(Host host, Uid logId, Runnable onReady) {
    return LogServer.restart(host, logId, settings.logServer(), onReady);
  }

  @Override
  public HostedStorageServer storageServer(
      Host host, Uid storageId, int tag, long created, Runnable onReady) {
    StorageServer server =
        new StorageServer(
            host,
            storageId,
            tag,
            created,
            engines.engine(storageId),
            settings.storageServer(),
            onReady,
            views.apply(storageId.low()));
    return new HostedStorageServer(server, server::close);
  }

  @Override
  public void deleteStorage(Uid storageId, Runnable onDeleted) {
    engines.delete(storageId, onDeleted);
  }
}
