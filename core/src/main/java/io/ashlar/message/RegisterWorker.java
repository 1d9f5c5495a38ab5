package io.ashlar.message;

import io.ashlar.core.Uid;
import java.util.List;

/**
 * A worker tells the controller, twice a second, that it lives and what it hosts; repeatable.
 * Answer: {@link WorkerRegistered}.
 *
 * @param workerId its identity, for ever
 * @param databaseId the only database whose roles it hosts; a controller of another one refuses
 * @param process where it listens: the process of all its addresses
 * @param zone what it fails together with
 * @param logIds the log servers it hosts, each at the endpoint that is the low half of its id
 * @param storages the storage servers it hosts
 * @param machine what it shares disks and processors with
 * @param workerClass the roles it may have
 * @param viewEpoch the highest epoch of which it has had a view: it has begun. 0 for none
 */
public record RegisterWorker(
    Uid workerId,
    Uid databaseId,
    String process,
    String zone,
    List<Uid> logIds,
    List<HostedStorage> storages,
    String machine,
    WorkerClass workerClass,
    long viewEpoch)
    implements Message {
  public RegisterWorker {
    logIds = List.copyOf(logIds);
    storages = List.copyOf(storages);
  }

  /** A worker for any role, on a machine of its own, that has not heard of an epoch. */
  public RegisterWorker(
      Uid workerId,
      Uid databaseId,
      String process,
      String zone,
      List<Uid> logIds,
      List<HostedStorage> storages) {
    this(workerId, databaseId, process, zone, logIds, storages, process, WorkerClass.ANY, 0);
  }

  @Override
  public MessageKind kind() {
    return MessageKind.REGISTER_WORKER;
  }
}
