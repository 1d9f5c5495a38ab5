package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Disk;
import io.ashlar.host.Host;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a worker has on its disk: the manifest, and a folder for each role with files. The manifest
 * is written before a role is made, and before its files are deleted: so a file of a role that it
 * does not know means that files were lost, and is not overlooked.
 */
final class WorkerFiles {
  private static final String MANIFEST = "worker";
  private static final String LOGS = "logs";
  private static final String STORAGES = "storages";
  private static final String LAST_DELETED = "deleted";

  private final Host host;
  private final Membership membership;
  private WorkerManifest manifest;

  WorkerFiles(Host host, Membership membership) {
    this.host = host;
    this.membership = membership;
  }

  /**
   * Reads the manifest, or makes it.
   *
   * @param onOpen runs when it is durable and fits the files that are there
   */
  void open(Runnable onOpen) {
    host.disk().read(MANIFEST, content -> host.disk().list(names -> open(content, names, onOpen)));
  }

  /**
   * A worker without a manifest is a new one, unless files of roles say otherwise. They do so as
   * well when there is a manifest which does not have them.
   */
  private void open(Bytes content, List<String> files, Runnable onOpen) {
    manifest =
        content == null
            ? new WorkerManifest(Uid.draw(host.random()), membership.databaseId())
            : WorkerManifest.decode(MANIFEST, content);
    checkDatabase();
    for (String file : files) {
      String[] path = file.split("/", 3);
      boolean isUnknown =
          path.length == 3
              && ((path[0].equals(LOGS) && !isKnownLog(path[1]))
                  || (path[0].equals(STORAGES) && !isKnownStorage(path[1])));
      if (isUnknown) {
        throw new AshlarException(
            ErrorCode.FILE_CORRUPT,
            "the file "
                + MANIFEST
                + (content == null ? " is missing" : " does not know its roles")
                + ", and "
                + file
                + " is there: restore it from a copy");
      }
    }
    if (content == null) {
      writeManifest(onOpen);
    } else {
      onOpen.run();
    }
  }

  /** What another database no longer needs may be all there is of this one. */
  private void checkDatabase() {
    if (!manifest.databaseId.equals(membership.databaseId())) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT,
          "the file "
              + MANIFEST
              + " belongs to a node of database "
              + manifest.databaseId
              + ", and this one is started as a node of database "
              + membership.databaseId()
              + ": files of two nodes were exchanged; restore them");
    }
  }

  private boolean isKnownLog(String folder) {
    return has(manifest.logs.keySet(), folder) || has(manifest.dropped, folder);
  }

  private boolean isKnownStorage(String folder) {
    return has(manifest.storages.keySet(), folder) || has(manifest.droppedStorages, folder);
  }

  private static boolean has(Collection<Uid> ids, String folder) {
    for (Uid id : ids) {
      if (id.toString().equals(folder)) {
        return true;
      }
    }
    return false;
  }

  /** The manifest, from {@link #open} on; whoever changes it has it written. */
  WorkerManifest manifest() {
    return manifest;
  }

  void writeManifest(Runnable onDurable) {
    host.disk().replace(MANIFEST, manifest.encode(), onDurable);
  }

  /** Where the files of a log server are. */
  static String logFolder(Uid logId) {
    return LOGS + "/" + logId;
  }

  /** Where the files of a storage server are. */
  static String storageFolder(Uid storageId) {
    return STORAGES + "/" + storageId;
  }

  /** Deletes the files of log servers that nobody needs any more. */
  void deleteLogs(List<Uid> logIds, Runnable onDeleted) {
    delete(LOGS, logIds, onDeleted);
  }

  /** Deletes the files of a storage server that nobody needs any more. */
  void deleteStorage(Uid storageId, Runnable onDeleted) {
    delete(STORAGES, List.of(storageId), onDeleted);
  }

  /**
   * In each folder one name more is deleted, there or not: what an earlier life deleted may be gone
   * to see and still come back when the power fails, until a later change in its folder is durable.
   */
  private void delete(String kind, List<Uid> gone, Runnable onDeleted) {
    Disk folders = host.disk().under(kind);
    folders.list(
        names -> {
          List<String> theirs = new ArrayList<>();
          for (String name : names) {
            int slash = name.indexOf('/');
            if (slash > 0 && has(gone, name.substring(0, slash))) {
              host.probes().hit("worker.orphan-deleted");
              theirs.add(name);
            }
          }
          gone.forEach(id -> theirs.add(id + "/" + LAST_DELETED));
          int[] left = {theirs.size()};
          for (String name : theirs) {
            folders.delete(
                name,
                () -> {
                  left[0]--;
                  if (left[0] == 0) {
                    onDeleted.run();
                  }
                });
          }
        });
  }
}
