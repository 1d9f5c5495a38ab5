package io.ashlar.runtime;

import io.ashlar.message.ClusterView;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.HostedStorage;
import io.ashlar.message.RecruitCommitProxy;
import io.ashlar.message.RecruitLog;
import io.ashlar.message.RecruitReadVersionProxy;
import io.ashlar.message.RecruitResolver;
import io.ashlar.message.RecruitSequencer;
import io.ashlar.message.RecruitStorage;
import io.ashlar.message.Recruited;
import io.ashlar.message.RegisterWorker;
import io.ashlar.message.ResolverShare;
import io.ashlar.message.StorageAddress;
import io.ashlar.message.WorkerClass;
import io.ashlar.message.WorkerRegistered;
import io.ashlar.runtime.wire.Wire;

/** The messages of workers and the controller. */
final class ControlWire {
  private ControlWire() {}

  static Wire.RegisterWorker toWire(RegisterWorker m) {
    return Wire.RegisterWorker.newBuilder()
        .setWorkerId(WireParts.toWire(m.workerId()))
        .setDatabaseId(WireParts.toWire(m.databaseId()))
        .setProcess(m.process())
        .setZone(m.zone())
        .addAllLogIds(WireParts.listToWire(m.logIds(), WireParts::toWire))
        .addAllStorages(WireParts.listToWire(m.storages(), ControlWire::toWire))
        .setMachine(m.machine())
        .setWorkerClass(toWire(m.workerClass()))
        .setViewEpoch(m.viewEpoch())
        .build();
  }

  private static Wire.WorkerClass toWire(WorkerClass workerClass) {
    return switch (workerClass) {
      case ANY -> Wire.WorkerClass.ANY;
      case STORAGE -> Wire.WorkerClass.STORAGE;
      case LOG -> Wire.WorkerClass.LOG;
      case STATELESS -> Wire.WorkerClass.STATELESS;
    };
  }

  private static WorkerClass fromWire(Wire.WorkerClass workerClass) {
    return switch (workerClass) {
      case ANY -> WorkerClass.ANY;
      case STORAGE -> WorkerClass.STORAGE;
      case LOG -> WorkerClass.LOG;
      case STATELESS -> WorkerClass.STATELESS;
    };
  }

  static RegisterWorker fromWire(Wire.RegisterWorker m) {
    return new RegisterWorker(
        WireParts.fromWire(m.getWorkerId()),
        WireParts.fromWire(m.getDatabaseId()),
        m.getProcess(),
        m.getZone(),
        WireParts.listFromWire(m.getLogIdsList(), WireParts::fromWire),
        WireParts.listFromWire(
            m.getStoragesList(),
            s -> new HostedStorage(WireParts.fromWire(s.getStorageId()), s.getTag())),
        m.hasMachine() ? m.getMachine() : m.getProcess(),
        fromWire(m.getWorkerClass()),
        m.getViewEpoch());
  }

  private static Wire.HostedStorage toWire(HostedStorage storage) {
    return Wire.HostedStorage.newBuilder()
        .setStorageId(WireParts.toWire(storage.storageId()))
        .setTag(storage.tag())
        .build();
  }

  static Wire.WorkerRegistered toWire(WorkerRegistered m) {
    return Wire.WorkerRegistered.newBuilder().setEpoch(m.epoch()).build();
  }

  static WorkerRegistered fromWire(Wire.WorkerRegistered m) {
    return new WorkerRegistered(m.getEpoch());
  }

  static Wire.GetClusterView toWire(GetClusterView m) {
    return Wire.GetClusterView.newBuilder().setEpoch(m.epoch()).setSequence(m.sequence()).build();
  }

  static GetClusterView fromWire(Wire.GetClusterView m) {
    return new GetClusterView(m.getEpoch(), m.getSequence());
  }

  static Wire.ClusterView toWire(ClusterView m) {
    return Wire.ClusterView.newBuilder()
        .setDatabaseId(WireParts.toWire(m.databaseId()))
        .setEpoch(m.epoch())
        .setSequence(m.sequence())
        .addAllReadVersionProxies(WireParts.listToWire(m.readVersionProxies(), WireParts::toWire))
        .addAllCommitProxies(WireParts.listToWire(m.commitProxies(), WireParts::toWire))
        .addAllGenerations(WireParts.listToWire(m.generations(), WireParts::toWire))
        .addAllStorages(WireParts.listToWire(m.storages(), ControlWire::toWire))
        .setStoreTime(WireParts.toWire(m.storeTime()))
        .setWindowVersions(m.windowVersions())
        .build();
  }

  static ClusterView fromWire(Wire.ClusterView m) {
    return new ClusterView(
        WireParts.fromWire(m.getDatabaseId()),
        m.getEpoch(),
        m.getSequence(),
        WireParts.listFromWire(m.getReadVersionProxiesList(), WireParts::fromWire),
        WireParts.listFromWire(m.getCommitProxiesList(), WireParts::fromWire),
        WireParts.listFromWire(m.getGenerationsList(), WireParts::fromWire),
        WireParts.listFromWire(m.getStoragesList(), ControlWire::fromWire),
        WireParts.fromWire(m.getStoreTime()),
        m.getWindowVersions());
  }

  private static Wire.StorageAddress toWire(StorageAddress storage) {
    return Wire.StorageAddress.newBuilder()
        .setTag(storage.tag())
        .setStorageId(WireParts.toWire(storage.storageId()))
        .setAddress(WireParts.toWire(storage.address()))
        .build();
  }

  private static StorageAddress fromWire(Wire.StorageAddress storage) {
    return new StorageAddress(
        storage.getTag(),
        WireParts.fromWire(storage.getStorageId()),
        WireParts.fromWire(storage.getAddress()));
  }

  static Wire.RecruitSequencer toWire(RecruitSequencer m) {
    return Wire.RecruitSequencer.newBuilder()
        .setDatabaseId(WireParts.toWire(m.databaseId()))
        .setEpoch(m.epoch())
        .setRoleId(WireParts.toWire(m.roleId()))
        .setRecoveryTransactionVersion(m.recoveryTransactionVersion())
        .setStoreTime(WireParts.toWire(m.storeTime()))
        .setWindowVersions(m.windowVersions())
        .build();
  }

  static RecruitSequencer fromWire(Wire.RecruitSequencer m) {
    return new RecruitSequencer(
        WireParts.fromWire(m.getDatabaseId()),
        m.getEpoch(),
        WireParts.fromWire(m.getRoleId()),
        m.getRecoveryTransactionVersion(),
        WireParts.fromWire(m.getStoreTime()),
        m.getWindowVersions());
  }

  static Wire.RecruitReadVersionProxy toWire(RecruitReadVersionProxy m) {
    return Wire.RecruitReadVersionProxy.newBuilder()
        .setDatabaseId(WireParts.toWire(m.databaseId()))
        .setEpoch(m.epoch())
        .setRoleId(WireParts.toWire(m.roleId()))
        .setSequencer(WireParts.toWire(m.sequencer()))
        .setLogs(WireParts.toWire(m.logs()))
        .setStoreTime(WireParts.toWire(m.storeTime()))
        .build();
  }

  static RecruitReadVersionProxy fromWire(Wire.RecruitReadVersionProxy m) {
    return new RecruitReadVersionProxy(
        WireParts.fromWire(m.getDatabaseId()),
        m.getEpoch(),
        WireParts.fromWire(m.getRoleId()),
        WireParts.fromWire(m.getSequencer()),
        WireParts.fromWire(m.getLogs()),
        WireParts.fromWire(m.getStoreTime()));
  }

  static Wire.RecruitCommitProxy toWire(RecruitCommitProxy m) {
    return Wire.RecruitCommitProxy.newBuilder()
        .setDatabaseId(WireParts.toWire(m.databaseId()))
        .setEpoch(m.epoch())
        .setRoleId(WireParts.toWire(m.roleId()))
        .setProxyIndex(m.proxyIndex())
        .setSequencer(WireParts.toWire(m.sequencer()))
        .addAllResolvers(WireParts.listToWire(m.resolvers(), ControlWire::toWire))
        .setLogs(WireParts.toWire(m.logs()))
        .setWindowVersions(m.windowVersions())
        .addAllMetadata(WireParts.listToWire(m.metadata(), WireParts::toWire))
        .build();
  }

  static RecruitCommitProxy fromWire(Wire.RecruitCommitProxy m) {
    return new RecruitCommitProxy(
        WireParts.fromWire(m.getDatabaseId()),
        m.getEpoch(),
        WireParts.fromWire(m.getRoleId()),
        m.getProxyIndex(),
        WireParts.fromWire(m.getSequencer()),
        WireParts.listFromWire(m.getResolversList(), ControlWire::fromWire),
        WireParts.fromWire(m.getLogs()),
        m.getWindowVersions(),
        WireParts.listFromWire(m.getMetadataList(), WireParts::fromWire));
  }

  private static Wire.ResolverShare toWire(ResolverShare share) {
    return Wire.ResolverShare.newBuilder()
        .setResolver(WireParts.toWire(share.resolver()))
        .setRange(WireParts.toWire(share.range()))
        .build();
  }

  private static ResolverShare fromWire(Wire.ResolverShare share) {
    return new ResolverShare(
        WireParts.fromWire(share.getResolver()), WireParts.fromWire(share.getRange()));
  }

  static Wire.RecruitResolver toWire(RecruitResolver m) {
    return Wire.RecruitResolver.newBuilder()
        .setDatabaseId(WireParts.toWire(m.databaseId()))
        .setEpoch(m.epoch())
        .setRoleId(WireParts.toWire(m.roleId()))
        .setRecoveryTransactionVersion(m.recoveryTransactionVersion())
        .setWindowVersions(m.windowVersions())
        .setCommitProxyCount(m.commitProxyCount())
        .build();
  }

  static RecruitResolver fromWire(Wire.RecruitResolver m) {
    return new RecruitResolver(
        WireParts.fromWire(m.getDatabaseId()),
        m.getEpoch(),
        WireParts.fromWire(m.getRoleId()),
        m.getRecoveryTransactionVersion(),
        m.getWindowVersions(),
        m.getCommitProxyCount());
  }

  static Wire.RecruitLog toWire(RecruitLog m) {
    return Wire.RecruitLog.newBuilder()
        .setDatabaseId(WireParts.toWire(m.databaseId()))
        .setEpoch(m.epoch())
        .setLogId(WireParts.toWire(m.logId()))
        .setGeneration(WireParts.toWire(m.generation()))
        .setOld(WireParts.toWire(m.old()))
        .addAllTags(m.tags())
        .build();
  }

  static RecruitLog fromWire(Wire.RecruitLog m) {
    return new RecruitLog(
        WireParts.fromWire(m.getDatabaseId()),
        m.getEpoch(),
        WireParts.fromWire(m.getLogId()),
        WireParts.fromWire(m.getGeneration()),
        WireParts.fromWire(m.getOld()),
        m.getTagsList());
  }

  static Wire.RecruitStorage toWire(RecruitStorage m) {
    return Wire.RecruitStorage.newBuilder()
        .setDatabaseId(WireParts.toWire(m.databaseId()))
        .setStorageId(WireParts.toWire(m.storageId()))
        .setTag(m.tag())
        .setWorkerId(WireParts.toWire(m.workerId()))
        .setVersion(m.version())
        .build();
  }

  static RecruitStorage fromWire(Wire.RecruitStorage m) {
    return new RecruitStorage(
        WireParts.fromWire(m.getDatabaseId()),
        WireParts.fromWire(m.getStorageId()),
        m.getTag(),
        WireParts.fromWire(m.getWorkerId()),
        m.getVersion());
  }

  static Wire.Recruited toWire(Recruited m) {
    return Wire.Recruited.newBuilder().setRoleId(WireParts.toWire(m.roleId())).build();
  }

  static Recruited fromWire(Wire.Recruited m) {
    return new Recruited(WireParts.fromWire(m.getRoleId()));
  }
}
