package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Uid;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a worker has on its disk: its identity, and the roles to start again. Written before a role
 * is made, and before its files are deleted.
 */
final class WorkerManifest {
  private static final int ENCODING = 5;

  /** Of manifests that do not tell of storage servers that were dropped. */
  private static final int ENCODING_WITHOUT_DROPPED_STORAGES = 4;

  /** Of manifests whose storage servers were all created with the database. */
  private static final int ENCODING_OF_FIRST_STORAGES = 3;

  /**
   * A storage server.
   *
   * @param created the version at which it was created
   */
  record Storage(int tag, long created) {}

  final Uid workerId;

  /** The database its roles belong to. */
  final Uid databaseId;

  /**
   * The highest epoch of a view of it, 0 before the first: that epoch has begun, and none before it
   * comes again.
   */
  long viewEpoch;

  /** Log servers and the epoch each was recruited for. */
  final TreeMap<Uid, Long> logs = new TreeMap<>();

  final TreeMap<Uid, Storage> storages = new TreeMap<>();

  /** Log servers that nobody needs any more, whose files may still be there. */
  final TreeSet<Uid> dropped = new TreeSet<>();

  /** The same of storage servers. */
  final TreeSet<Uid> droppedStorages = new TreeSet<>();

  WorkerManifest(Uid workerId, Uid databaseId) {
    this.workerId = workerId;
    this.databaseId = databaseId;
  }

  /** Who tells of an epoch before {@link #viewEpoch}, or begins one there, has an older state. */
  AshlarException olderState(String what) {
    return new AshlarException(
        ErrorCode.FILE_CORRUPT,
        what
            + ", and epoch "
            + viewEpoch
            + " had begun: the coordinators' files register-* are older copies; restore them from"
            + " newer ones");
  }

  Bytes encode() {
    ByteWriter to = new ByteWriter(256).putByte(ENCODING).putUid(workerId);
    to.putUid(databaseId).putLong(viewEpoch);
    to.putVarint(logs.size());
    for (Map.Entry<Uid, Long> log : logs.entrySet()) {
      to.putUid(log.getKey()).putLong(log.getValue());
    }
    to.putVarint(storages.size());
    for (Map.Entry<Uid, Storage> storage : storages.entrySet()) {
      to.putUid(storage.getKey()).putVarint(storage.getValue().tag());
      to.putLong(storage.getValue().created());
    }
    to.putVarint(dropped.size());
    dropped.forEach(to::putUid);
    to.putVarint(droppedStorages.size());
    droppedStorages.forEach(to::putUid);
    return SealedFile.seal(to.toBytes());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param file its name, for errors
   * @throws AshlarException when the bytes are something else
   */
  static WorkerManifest decode(String file, Bytes content) {
    return SealedFile.open(file, content, WorkerManifest::decodeBody);
  }

  private static WorkerManifest decodeBody(Bytes encoded) {
    ByteReader from = new ByteReader(encoded);
    int encoding = from.getByte();
    if (encoding < ENCODING_OF_FIRST_STORAGES || encoding > ENCODING) {
      throw new MalformedException("unknown encoding of a worker's manifest: " + encoding);
    }
    WorkerManifest manifest = new WorkerManifest(from.getUid(), from.getUid());
    manifest.viewEpoch = from.getLong();
    for (int left = from.getCount(); left > 0; left--) {
      manifest.logs.put(from.getUid(), from.getLong());
    }
    for (int left = from.getCount(); left > 0; left--) {
      Uid storageId = from.getUid();
      int tag = from.getCount();
      manifest.storages.put(
          storageId, new Storage(tag, encoding == ENCODING_OF_FIRST_STORAGES ? 0 : from.getLong()));
    }
    for (int left = from.getCount(); left > 0; left--) {
      manifest.dropped.add(from.getUid());
    }
    if (encoding > ENCODING_WITHOUT_DROPPED_STORAGES) {
      for (int left = from.getCount(); left > 0; left--) {
        manifest.droppedStorages.add(from.getUid());
      }
    }
    from.expectEnd();
    return manifest;
  }
}
