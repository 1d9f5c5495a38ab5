package io.ashlar.server.status;

import io.ashlar.core.Keys;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.ClusterStatus.Answer;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.LogSet;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.ShardLocation;
import io.ashlar.message.StatusField;
import io.ashlar.message.StorageAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Answers of a cluster of five processes, double, as a test wants them. */
public final class LookedAt {
  public static final int PROCESSES = 5;
  private static final int COORDINATORS = 3;
  private static final int LOGS = 3;
  private static final long COMMITTED = 100_000_000;

  private final TreeSet<Integer> away = new TreeSet<>();
  private final Map<String, String> controller = new TreeMap<>();
  private final Map<Integer, Long> behind = new TreeMap<>();
  private final Map<Integer, Long> free = new TreeMap<>();
  private final Map<Integer, String> zones = new TreeMap<>();
  private final TreeSet<Integer> corrupt = new TreeSet<>();
  private final TreeSet<Integer> inMemory = new TreeSet<>();
  private final TreeSet<Integer> unregistered = new TreeSet<>();
  private boolean hasController = true;
  private boolean hasView = true;
  private boolean hasShards = true;
  private int storageCopies = 2;
  private int generations = 1;

  /** All there, nothing wrong. */
  public LookedAt() {
    controller.put("phase", "accepting commits");
    controller.put("epoch", "7");
    controller.put("database", "db");
    controller.put("replication", "2");
    controller.put("logs", "3");
  }

  /** Process n, from 1: the first three are coordinators and have a log server each. */
  public static String process(int n) {
    return "10.0.0." + n + ":4500";
  }

  public LookedAt away(int... processes) {
    for (int process : processes) {
      away.add(process);
    }
    return this;
  }

  public LookedAt controllerSays(String field, String value) {
    controller.put(field, value);
    return this;
  }

  public LookedAt noController() {
    hasController = false;
    hasView = false;
    return this;
  }

  LookedAt recovering(String phase, String waitsFor) {
    hasView = false;
    return controllerSays("phase", phase).controllerSays("waits-for", waitsFor);
  }

  LookedAt storageBehind(int process, long versions) {
    behind.put(process, versions);
    return this;
  }

  LookedAt diskFree(int process, long bytes) {
    free.put(process, bytes);
    return this;
  }

  public LookedAt zone(int process, String zone) {
    zones.put(process, zone);
    return this;
  }

  /** Its process is there, and its coordinator takes no part. */
  public LookedAt corruptCoordinator(int process) {
    corrupt.add(process);
    return this;
  }

  public LookedAt inMemory(int process) {
    inMemory.add(process);
    return this;
  }

  /** Of no database, or of another. */
  public LookedAt unregistered(int process) {
    unregistered.add(process);
    return this;
  }

  LookedAt storageCopies(int copies) {
    storageCopies = copies;
    return this;
  }

  LookedAt generations(int count) {
    generations = count;
    return this;
  }

  LookedAt shardsUnknown() {
    hasShards = false;
    return this;
  }

  private Answer answer(int process, long endpoint, String role, Map<String, String> fields) {
    Address address = new Address(process(process), endpoint);
    if (away.contains(process)) {
      return new Answer(address, null, "nobody listens there");
    }
    List<StatusField> list = new ArrayList<>();
    fields.forEach((name, value) -> list.add(new StatusField(name, value)));
    return new Answer(address, new RoleStatus(role, list), "");
  }

  public ClusterStatus status() {
    List<Answer> coordinators = new ArrayList<>();
    for (int i = 1; i <= COORDINATORS; i++) {
      Answer told = answer(i, 3, "coordinator", Map.of());
      coordinators.add(
          corrupt.contains(i)
              ? new Answer(told.address(), null, "its register is lost: the file f")
              : told);
    }
    Answer leader =
        hasController
            ? answer(1, 1, "cluster-controller", controller)
            : new Answer(Address.NONE, null, "no majority of the coordinators names one");
    List<ClusterStatus.ProcessAnswer> processes = new ArrayList<>();
    for (int i = 1; i <= PROCESSES; i++) {
      boolean isRegistered = hasController && !unregistered.contains(i);
      Map<String, String> told = new TreeMap<>();
      told.put("disk-bytes-free", Long.toString(free.getOrDefault(i, 1L << 40)));
      if (!inMemory.contains(i)) {
        told.put("directory", "/data/" + i);
      }
      processes.add(
          new ClusterStatus.ProcessAnswer(
              process(i),
              isRegistered ? zones.getOrDefault(i, process(i)) : "",
              isRegistered ? 100 : -1,
              answer(i, 2, "worker", Map.of()),
              answer(i, 5, "process", told)));
    }
    return new ClusterStatus(
        new CoordinatorSet(new Uid(0, 9), coordinators.stream().map(Answer::address).toList()),
        coordinators,
        leader.address(),
        leader,
        hasView ? view() : null,
        hasView ? "" : "no epoch has begun yet",
        hasView ? 1_000_000 : -1,
        hasView && hasShards ? shards() : List.of(),
        processes,
        hasController ? roles() : List.of());
  }

  private List<ClusterStatus.Role> roles() {
    List<ClusterStatus.Role> roles = new ArrayList<>();
    for (int i = 1; i <= LOGS; i++) {
      roles.add(
          new ClusterStatus.Role(
              hasView ? "log-server" : "old-log-server",
              new Uid(1, i).toString(),
              process(i),
              answer(
                  i,
                  100 + i,
                  "log-server",
                  Map.of("known-committed-version", Long.toString(COMMITTED)))));
    }
    for (int i = 1; i <= PROCESSES; i++) {
      long latest = COMMITTED - behind.getOrDefault(i, 0L);
      roles.add(
          new ClusterStatus.Role(
              "storage-server",
              new Uid(2, i).toString(),
              "",
              answer(
                  i, 200 + i, "storage-server", Map.of("latest-version", Long.toString(latest)))));
    }
    return roles;
  }

  private ClusterView view() {
    List<LogMember> members = new ArrayList<>();
    List<Address> logs = new ArrayList<>();
    List<StorageAddress> storages = new ArrayList<>();
    for (int i = 1; i <= LOGS; i++) {
      members.add(new LogMember(new Uid(1, i), process(i)));
      logs.add(new Address(process(i), 100 + i));
    }
    for (int i = 1; i <= PROCESSES; i++) {
      storages.add(new StorageAddress(i, new Uid(2, i), new Address(process(i), 200 + i)));
    }
    LogGeneration generation = new LogGeneration(7, 0, 0, 0, members, 2, 0);
    return new ClusterView(
        new Uid(0, 1),
        7,
        1,
        List.of(new Address(process(4), 1)),
        List.of(new Address(process(5), 1)),
        java.util.Collections.nCopies(generations, new LogSet(generation, logs)),
        storages,
        new StoreTime(0, 0),
        5_000_000);
  }

  /** Five shards: the first on processes 1 and 2, the next on 2 and 3, and so on, in a ring. */
  private List<ShardLocation> shards() {
    List<ShardLocation> shards = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      List<Integer> tags = new ArrayList<>();
      for (int copy = 0; copy < storageCopies; copy++) {
        tags.add((i + copy) % PROCESSES + 1);
      }
      shards.add(new ShardLocation(Keys.ALL, tags));
    }
    return shards;
  }
}
