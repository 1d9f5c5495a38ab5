package io.ashlar.control;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.MalformedException;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What must be known to recover: kept in the generation register, and changed only by recovery.
 *
 * @param databaseId drawn at creation
 * @param epoch the highest epoch that was tried; the last generation may be older
 * @param configuration how many of what
 * @param storages the storage servers, in the order of their tags
 * @param generations the log generations that are still needed, oldest first; empty until the first
 *     epoch has begun
 * @param storeTime of the epoch of the last generation
 * @param retired tags of storage servers that were taken away, as long as the log may have
 *     something of them
 */
record CoordinatedState(
    Uid databaseId,
    long epoch,
    ClusterConfiguration configuration,
    List<StorageMember> storages,
    List<LogGeneration> generations,
    StoreTime storeTime,
    List<RetiredTag> retired) {
  /** So much of a register is left for what an epoch adds: a generation, and those who join. */
  static final int ROOM_BYTES = 64 << 10;

  private static final int ENCODING = 3;

  /** Of states in which no tag is retired. */
  private static final int ENCODING_WITHOUT_RETIRED = 2;

  /** Of states whose generations do not say how tags are placed. */
  private static final int ENCODING_BEFORE_RINGS = 1;

  CoordinatedState {
    storages = List.copyOf(storages);
    generations = List.copyOf(generations);
    retired = List.copyOf(retired);
  }

  /** A new one, in which nothing is retired. */
  CoordinatedState(
      Uid databaseId,
      long epoch,
      ClusterConfiguration configuration,
      List<StorageMember> storages,
      List<LogGeneration> generations,
      StoreTime storeTime) {
    this(databaseId, epoch, configuration, storages, generations, storeTime, List.of());
  }

  /** Whether no epoch has begun yet: the database is being created. */
  boolean isNew() {
    return generations.isEmpty();
  }

  /** Why no other epoch can be written down beside what is here, for people; null when one can. */
  String noRoom() {
    int bytes = encode().length();
    return bytes <= Coordinator.VALUE_BYTES_MAX - ROOM_BYTES
        ? null
        : "the coordinated state has "
            + bytes
            + " bytes, too many for another epoch: it names "
            + generations.size()
            + " generations of the log, which storage servers that are away have not read";
  }

  LogGeneration lastGeneration() {
    return generations.get(generations.size() - 1);
  }

  CoordinatedState withEpoch(long higher) {
    return new CoordinatedState(
        databaseId, higher, configuration, storages, generations, storeTime, retired);
  }

  CoordinatedState withConfiguration(ClusterConfiguration other) {
    return new CoordinatedState(
        databaseId, epoch, other, storages, generations, storeTime, retired);
  }

  /** Of what is retired that is left of which one of the generations may have something. */
  CoordinatedState withGenerations(List<LogGeneration> others, StoreTime time) {
    List<RetiredTag> left = new ArrayList<>(retired);
    left.removeIf(tag -> others.isEmpty() || others.get(0).begin() >= tag.through());
    return new CoordinatedState(databaseId, epoch, configuration, storages, others, time, left);
  }

  CoordinatedState withStorage(StorageMember more) {
    List<StorageMember> all = new ArrayList<>(storages);
    all.add(more);
    all.sort(Comparator.comparing(StorageMember::tag));
    return with(all, retired);
  }

  /**
   * Without a storage server that has nothing.
   *
   * @param through a version above which nothing in the log is for it
   */
  CoordinatedState withoutStorage(StorageMember gone, long through) {
    List<StorageMember> others = new ArrayList<>(storages);
    List<RetiredTag> more = new ArrayList<>(retired);
    if (others.remove(gone)) {
      more.add(new RetiredTag(gone.tag(), through));
    }
    return with(others, more);
  }

  private CoordinatedState with(List<StorageMember> others, List<RetiredTag> tags) {
    return new CoordinatedState(
        databaseId, epoch, configuration, others, generations, storeTime, tags);
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
    to.putBytes(storeTime.encode()).putVarint(retired.size());
    for (RetiredTag tag : retired) {
      to.putVarint(tag.tag()).putLong(tag.through());
    }
    return to.toBytes();
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws MalformedException when the bytes are something else
   */
  static CoordinatedState decode(Bytes encoded) {
    ByteReader from = new ByteReader(encoded);
    int encoding = from.getByte();
    if (encoding < ENCODING_BEFORE_RINGS || encoding > ENCODING) {
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
    List<RetiredTag> retired = new ArrayList<>();
    for (int left = encoding > ENCODING_WITHOUT_RETIRED ? from.getCount() : 0; left > 0; left--) {
      retired.add(new RetiredTag(from.getCount(), from.getLong()));
    }
    from.expectEnd();
    return new CoordinatedState(
        databaseId, epoch, configuration, storages, generations, storeTime, retired);
  }
}
