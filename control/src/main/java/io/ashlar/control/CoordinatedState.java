package io.ashlar.control;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.MalformedException;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import java.util.ArrayList;
import java.util.List;

/**
 * What must be known to recover: kept in the generation register, and changed only by recovery.
 *
 * @param databaseId drawn at creation
 * @param epoch the highest epoch that was tried; the last generation may be older
 * @param configuration how many of what
 * @param storages the storage servers, by tag
 * @param generations the log generations that are still needed, oldest first; empty until the first
 *     epoch has begun
 * @param storeTime of the epoch of the last generation
 */
record CoordinatedState(
    Uid databaseId,
    long epoch,
    ClusterConfiguration configuration,
    List<StorageMember> storages,
    List<LogGeneration> generations,
    StoreTime storeTime) {
  private static final int ENCODING = 2;

  /** Of states whose generations do not say how tags are placed. */
  private static final int ENCODING_BEFORE_RINGS = 1;

  CoordinatedState {
    storages = List.copyOf(storages);
    generations = List.copyOf(generations);
  }

  /** Whether no epoch has begun yet: the database is being created. */
  boolean isNew() {
    return generations.isEmpty();
  }

  LogGeneration lastGeneration() {
    return generations.get(generations.size() - 1);
  }

  CoordinatedState withEpoch(long higher) {
    return new CoordinatedState(
        databaseId, higher, configuration, storages, generations, storeTime);
  }

  CoordinatedState withConfiguration(ClusterConfiguration other) {
    return new CoordinatedState(databaseId, epoch, other, storages, generations, storeTime);
  }

  CoordinatedState withGenerations(List<LogGeneration> others, StoreTime time) {
    return new CoordinatedState(databaseId, epoch, configuration, storages, others, time);
  }

  CoordinatedState withStorages(List<StorageMember> others) {
    return new CoordinatedState(databaseId, epoch, configuration, others, generations, storeTime);
  }

  Bytes encode() {
    ByteWriter to = new ByteWriter(256).putByte(ENCODING).putUid(databaseId).putLong(epoch);
    configuration.encode(to);
    to.putVarint(storages.size());
    for (StorageMember storage : storages) {
      to.putUid(storage.storageId()).putVarint(storage.tag());
      to.putUid(storage.workerId()).putString(storage.zone());
    }
    to.putVarint(generations.size());
    for (LogGeneration generation : generations) {
      generation.encode(to);
    }
    return to.putBytes(storeTime.encode()).toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedException when the bytes are something else
   */
  static CoordinatedState decode(Bytes encoded) {
    ByteReader from = new ByteReader(encoded);
    int encoding = from.getByte();
    if (encoding != ENCODING && encoding != ENCODING_BEFORE_RINGS) {
      throw new MalformedException("unknown encoding of the coordinated state: " + encoding);
    }
    Uid databaseId = from.getUid();
    long epoch = from.getLong();
    ClusterConfiguration configuration = ClusterConfiguration.decode(from);
    List<StorageMember> storages = new ArrayList<>();
    for (int left = from.getCount(); left > 0; left--) {
      storages.add(
          new StorageMember(from.getUid(), from.getCount(), from.getUid(), from.getString()));
    }
    List<LogGeneration> generations = new ArrayList<>();
    for (int left = from.getCount(); left > 0; left--) {
      generations.add(
          encoding == ENCODING_BEFORE_RINGS
              ? LogGeneration.decodeBeforeRings(from)
              : LogGeneration.decode(from));
    }
    StoreTime storeTime = StoreTime.decode(from.getBytes());
    from.expectEnd();
    return new CoordinatedState(databaseId, epoch, configuration, storages, generations, storeTime);
  }
}
