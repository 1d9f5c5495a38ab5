package io.ashlar.control;

import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.RoleHosts;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.HostedStorage;
import io.ashlar.message.LogSet;
import io.ashlar.message.RecruitStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The storage servers of a worker. Each is in the manifest before it is made, and started again
 * with every later life of the worker; it hears of each view; and it is closed and dropped, all
 * that it has stored with it, once no view needs it any more.
 */
final class HostedStorageServers {
  /** A storage server and the requests that wait for it. */
  private static final class Storage {
    RoleFactory.HostedStorageServer hosted;
    boolean ready;
    final List<Inbound> waiting = new ArrayList<>();
  }

  private final Host host;
  private final RoleHosts hosts;
  private final RoleFactory factory;
  private final WorkerFiles files;
  private final RecruitReplies replies;
  private final Runnable onChange;
  private final TreeMap<Uid, Storage> storages = new TreeMap<>();

  /** The newest; null before the first. */
  private ClusterView view;

  /** Those that are being closed, or deleted. */
  private int toClose;

  private Runnable onClosed;

  /**
   * @param onChange runs whenever one is ready, or is dropped: then there is something else to
   *     register
   */
  HostedStorageServers(
      Host host, RoleHosts hosts, RoleFactory factory, WorkerFiles files, Runnable onChange) {
    this.host = host;
    this.hosts = hosts;
    this.factory = factory;
    this.files = files;
    this.replies = new RecruitReplies(host.network());
    this.onChange = onChange;
  }

  int count() {
    return storages.size();
  }

  /** Those that can be asked. */
  List<HostedStorage> ready() {
    List<HostedStorage> ready = new ArrayList<>();
    for (Map.Entry<Uid, Storage> storage : storages.entrySet()) {
      if (storage.getValue().ready) {
        int tag = files.manifest().storages.get(storage.getKey()).tag();
        ready.add(new HostedStorage(storage.getKey(), tag));
      }
    }
    return ready;
  }

  /** Starts again all that the manifest has. */
  void startAgain() {
    for (Map.Entry<Uid, WorkerManifest.Storage> known : files.manifest().storages.entrySet()) {
      start(known.getKey(), known.getValue());
    }
  }

  /** Makes a storage server, unless it was taken away before; answers once it is ready. */
  void recruit(Inbound inbound, RecruitStorage recruit) {
    WorkerManifest manifest = files.manifest();
    if (manifest.droppedStorages.contains(recruit.storageId())) {
      replies.refuse(inbound, "storage server " + recruit.storageId() + " was taken away");
      return;
    }
    Storage known = storages.get(recruit.storageId());
    if (known != null && known.ready) {
      replies.recruited(inbound, recruit.storageId());
      return;
    }
    if (known != null) {
      known.waiting.add(inbound);
      return;
    }
    Storage storage = new Storage();
    storage.waiting.add(inbound);
    storages.put(recruit.storageId(), storage);
    WorkerManifest.Storage created = new WorkerManifest.Storage(recruit.tag(), recruit.version());
    manifest.storages.put(recruit.storageId(), created);
    files.writeManifest(
        () -> {
          if (manifest.storages.containsKey(recruit.storageId())) {
            start(recruit.storageId(), created);
          }
        });
  }

  private void start(Uid storageId, WorkerManifest.Storage known) {
    Storage storage = storages.computeIfAbsent(storageId, id -> new Storage());
    Host storageHost =
        hosts.host("storage-server", storageId.low(), WorkerFiles.storageFolder(storageId));
    storage.hosted =
        factory.storageServer(
            storageHost,
            storageId,
            known.tag(),
            known.created(),
            () -> {
              storage.ready = true;
              replies.recruitedAll(storage.waiting, storageId);
              tell(storageId);
              onChange.run();
            });
    hosts.start(storageId.low(), storage.hosted.role());
  }

  /** Hands on a view, which those that are not ready yet get once they are. */
  void tell(ClusterView newer) {
    view = newer;
    for (Uid storageId : storages.keySet()) {
      tell(storageId);
    }
  }

  private void tell(Uid storageId) {
    if (view != null) {
      host.network().send(new Address(host.network().self().process(), storageId.low()), view);
    }
  }

  /** Deletes what those have stored that an earlier life has dropped, and forgets them. */
  void forgetDropped() {
    WorkerManifest manifest = files.manifest();
    for (Uid storageId : List.copyOf(manifest.droppedStorages)) {
      host.probes().hit("worker.dropped-storage-found");
      delete(
          storageId,
          () -> {
            manifest.droppedStorages.remove(storageId);
            files.writeManifest(() -> {});
          });
    }
  }

  /**
   * A storage server that was made before the newest view's epoch began and that the view does not
   * list is needed by nobody any more: it has been taken from the coordinated state, which happens
   * when all that it had is elsewhere, or never came in and never will, since who would have
   * written it there writes no more. One that is made in this epoch may be about to come in.
   */
  void dropUnlisted() {
    List<LogSet> generations = view.generations();
    long begun = generations.get(generations.size() - 1).generation().recoveryTransactionVersion();
    TreeSet<Uid> needed = new TreeSet<>();
    view.storages().forEach(storage -> needed.add(storage.storageId()));
    WorkerManifest manifest = files.manifest();
    List<Uid> gone = new ArrayList<>();
    for (Map.Entry<Uid, WorkerManifest.Storage> storage : manifest.storages.entrySet()) {
      if (storage.getValue().created() < begun && !needed.contains(storage.getKey())) {
        gone.add(storage.getKey());
      }
    }
    if (gone.isEmpty()) {
      return;
    }
    Map<Uid, Storage> dropped = new TreeMap<>();
    for (Uid storageId : gone) {
      host.probes().hit("worker.storage-dropped");
      host.trace().event("StorageServerDropped", "storageId", storageId);
      manifest.storages.remove(storageId);
      manifest.droppedStorages.add(storageId);
      dropped.put(storageId, storages.remove(storageId));
      toClose++;
    }
    // First it is known that they are not to be started again.
    files.writeManifest(() -> dropped.forEach(this::closeDropped));
    onChange.run();
  }

  private void closeDropped(Uid storageId, Storage storage) {
    for (Inbound request : storage.waiting) {
      replies.refuse(request, "the storage server is of an epoch before");
    }
    storage.waiting.clear();
    if (storage.hosted == null) {
      // The manifest that had it was not durable yet.
      delete(storageId, this::closedOne);
      return;
    }
    storage
        .hosted
        .close()
        .accept(
            () -> {
              hosts.stop(storageId.low());
              delete(storageId, this::closedOne);
            });
  }

  private void delete(Uid storageId, Runnable onDeleted) {
    factory.deleteStorage(storageId, () -> files.deleteStorage(storageId, onDeleted));
  }

  /**
   * Closes all that are ready, which store and flush what they may. Called at most once.
   *
   * @param onClosed runs, as a later event, when nothing of them is left to wait for
   */
  void close(Runnable onClosed) {
    List<Storage> open = new ArrayList<>();
    for (Storage storage : storages.values()) {
      if (storage.hosted != null && storage.ready) {
        open.add(storage);
      }
    }
    this.onClosed = onClosed;
    toClose += open.size();
    if (toClose == 0) {
      host.timers().schedule(0, onClosed);
      return;
    }
    for (Storage storage : open) {
      storage.hosted.close().accept(this::closedOne);
    }
  }

  private void closedOne() {
    toClose--;
    if (toClose == 0 && onClosed != null) {
      onClosed.run();
    }
  }
}
