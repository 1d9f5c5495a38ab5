package io.ashlar.control;

import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.HostedStorage;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Who lives and hosts what, as the workers' registrations say. Pure; time is given. */
final class WorkerRegistry {
  /**
   * A worker's last registration.
   *
   * @param registration what it said
   * @param seenNanos when
   */
  private record Seen(RegisterWorker registration, long seenNanos) {}

  private final long silenceNanos;
  private final TreeMap<Uid, Seen> workers = new TreeMap<>();

  /** Where each storage server was last: its disk may have come into another zone. */
  private final TreeMap<Uid, String> storageZones = new TreeMap<>();

  /** Until when each process is to have roles only where there is no other. */
  private final TreeMap<String, Long> avoidedUntil = new TreeMap<>();

  /**
   * @param silenceNanos a worker not heard of for so long is away
   */
  WorkerRegistry(long silenceNanos) {
    this.silenceNanos = silenceNanos;
  }

  /**
   * Takes a registration; true when it changes where something is. Another worker that was at its
   * address is not there any more.
   */
  boolean register(RegisterWorker registration, long nowNanos) {
    workers
        .values()
        .removeIf(
            seen ->
                seen.registration.process().equals(registration.process())
                    && !seen.registration.workerId().equals(registration.workerId()));
    registration
        .storages()
        .forEach(hosted -> storageZones.put(hosted.storageId(), registration.zone()));
    Seen before = workers.put(registration.workerId(), new Seen(registration, nowNanos));
    boolean wasAway = before == null || nowNanos - before.seenNanos > silenceNanos;
    return wasAway || !before.registration.equals(registration);
  }

  /** The connection to a process broke: its worker is away until it registers again. */
  void lost(String process, long nowNanos) {
    long away = nowNanos - silenceNanos - 1;
    workers.replaceAll(
        (id, seen) ->
            seen.registration.process().equals(process)
                ? new Seen(seen.registration, Math.min(seen.seenNanos, away))
                : seen);
  }

  /** A process that lives does badly: others are to have the roles for a while, if they can. */
  void avoid(String process, long untilNanos) {
    avoidedUntil.merge(process, untilNanos, Math::max);
  }

  /** The processes that are to have roles only where there is no other. */
  TreeSet<String> avoided(long nowNanos) {
    avoidedUntil.values().removeIf(until -> until <= nowNanos);
    return new TreeSet<>(avoidedUntil.keySet());
  }

  /** The highest epoch of which a worker has had a view; 0 when none has. */
  long viewEpoch() {
    long highest = 0;
    for (Seen seen : workers.values()) {
      highest = Math.max(highest, seen.registration.viewEpoch());
    }
    return highest;
  }

  /** Every worker that was ever heard of in this term, with how long ago that was; by identity. */
  Map<RegisterWorker, Long> silences(long nowNanos) {
    Map<RegisterWorker, Long> silences = new LinkedHashMap<>();
    for (Seen seen : workers.values()) {
      silences.put(seen.registration, nowNanos - seen.seenNanos);
    }
    return silences;
  }

  /** The workers heard of lately, by identity. */
  List<RegisterWorker> live(long nowNanos) {
    List<RegisterWorker> live = new ArrayList<>();
    for (Seen seen : workers.values()) {
      if (nowNanos - seen.seenNanos <= silenceNanos) {
        live.add(seen.registration);
      }
    }
    return live;
  }

  /** Whether a worker there has been heard of within the time of silence. */
  boolean isLive(String process, long nowNanos) {
    for (Seen seen : workers.values()) {
      if (seen.registration.process().equals(process)
          && nowNanos - seen.seenNanos <= silenceNanos) {
        return true;
      }
    }
    return false;
  }

  /** Where a log server is, or {@link Address#NONE}. */
  Address logAddress(Uid logId) {
    for (Seen seen : workers.values()) {
      if (seen.registration.logIds().contains(logId)) {
        return new Address(seen.registration.process(), logId.low());
      }
    }
    return Address.NONE;
  }

  /** In which zone a storage server was last, or null: for as long as this term. */
  String storageZone(Uid storageId) {
    return storageZones.get(storageId);
  }

  /** Where a storage server is, or {@link Address#NONE}. */
  Address storageAddress(Uid storageId) {
    for (Seen seen : workers.values()) {
      for (HostedStorage hosted : seen.registration.storages()) {
        if (hosted.storageId().equals(storageId)) {
          return new Address(seen.registration.process(), storageId.low());
        }
      }
    }
    return Address.NONE;
  }
}
