package io.ashlar.server.status;

import io.ashlar.core.LogGeneration;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.message.ShardLocation;
import io.ashlar.message.StorageAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a cluster can still lose.
 *
 * @param coordinatorsToSpare may fail before nobody can be elected; negative when too few are there
 * @param logCopies in how many zones the log is kept
 * @param logCopiesLeft in how many of them its servers answer, of the worst generation
 * @param storageCopies on how many storage servers a shard is kept, the best one; 0 when unknown
 * @param storageCopiesLeft on how many of them that answer, the worst shard; −1 when unknown
 * @param shardsUnreadable shards of which no copy answers
 * @param shardsShort shards of which a copy does not answer
 * @param zonesThere zones in which a process answers
 * @param zonesNeeded zones that an epoch needs
 */
record Reserve(
    int coordinatorsToSpare,
    int logCopies,
    int logCopiesLeft,
    int storageCopies,
    int storageCopiesLeft,
    int shardsUnreadable,
    int shardsShort,
    int zonesThere,
    int zonesNeeded) {

  static Reserve of(ClusterStatus status) {
    int coordinators = status.coordinators().size();
    int there = (int) status.coordinators().stream().filter(ClusterStatus.Answer::isThere).count();
    int copies = 0;
    int copiesLeft = -1;
    int unreadable = 0;
    int tooFew = 0;
    Map<Integer, Boolean> answering = answeringTags(status);
    for (ShardLocation shard : status.shards()) {
      int left = 0;
      for (int tag : shard.tags()) {
        left += answering.getOrDefault(tag, false) ? 1 : 0;
      }
      copies = Math.max(copies, shard.tags().size());
      copiesLeft = copiesLeft < 0 ? left : Math.min(copiesLeft, left);
      unreadable += left == 0 ? 1 : 0;
      tooFew += left < shard.tags().size() ? 1 : 0;
    }
    int replication = (int) status.controller().number("replication", 0);
    return new Reserve(
        there - (coordinators / 2 + 1),
        replication,
        logCopiesLeft(status, replication),
        copies,
        copiesLeft,
        unreadable,
        tooFew,
        zonesThere(status),
        replication);
  }

  private static Map<Integer, Boolean> answeringTags(ClusterStatus status) {
    Map<Integer, Boolean> answering = new TreeMap<>();
    if (status.view() != null) {
      List<String> there = new ArrayList<>();
      for (ClusterStatus.Role role : status.roles()) {
        if (role.kind().equals("storage-server") && role.isThere()) {
          there.add(role.id());
        }
      }
      for (StorageAddress storage : status.view().storages()) {
        answering.put(storage.tag(), there.contains(storage.storageId().toString()));
      }
    }
    return answering;
  }

  /** Every tag is in F zones: with u of them gone, at least F − u copies are left of each. */
  private static int logCopiesLeft(ClusterStatus status, int otherwise) {
    if (status.view() == null) {
      return otherwise;
    }
    TreeSet<String> there = new TreeSet<>();
    for (ClusterStatus.Role role : status.roles()) {
      if (role.kind().endsWith("log-server") && role.isThere()) {
        there.add(role.id());
      }
    }
    int least = Integer.MAX_VALUE;
    for (var set : status.view().generations()) {
      LogGeneration generation = set.generation();
      TreeSet<String> gone = new TreeSet<>();
      generation.members().stream()
          .filter(member -> !there.contains(member.logId().toString()))
          .forEach(member -> gone.add(member.zone()));
      least = Math.min(least, Math.max(0, generation.replication() - gone.size()));
    }
    return least;
  }

  private static int zonesThere(ClusterStatus status) {
    TreeSet<String> zones = new TreeSet<>();
    for (ClusterStatus.ProcessAnswer process : status.processes()) {
      if (process.isThere() && process.silentMillis() >= 0) {
        zones.add(process.zone());
      }
    }
    return zones.size();
  }

  /** How many zones may be lost for ever and all that was acknowledged is still there. */
  int zonesUntilLoss() {
    int log = Math.max(0, logCopiesLeft - 1);
    return storageCopiesLeft < 0 ? log : Math.max(0, Math.min(log, storageCopiesLeft - 1));
  }

  /** How many zones may fail and the database comes back by itself. */
  int zonesUntilStandstill() {
    int most = Math.min(zonesUntilLoss(), Math.max(0, coordinatorsToSpare));
    return Math.max(0, Math.min(most, zonesThere - zonesNeeded));
  }
}
