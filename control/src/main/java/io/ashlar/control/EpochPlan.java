package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.LogMember;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.RegisterWorker;
import io.ashlar.message.ResolverShare;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which worker runs which role of an epoch. Addresses follow from it before anything is recruited.
 *
 * @param sequencer one
 * @param resolvers in key order
 * @param commitProxies by index
 * @param readVersionProxies in no special order
 * @param logs in the order of the generation's members
 */
record EpochPlan(
    Placed sequencer,
    List<Placed> resolvers,
    List<Placed> commitProxies,
    List<Placed> readVersionProxies,
    List<Placed> logs) {
  /**
   * A role and its worker.
   *
   * @param roleId the role's identity; its endpoint is the low half
   * @param process where the worker listens
   * @param zone of the worker
   */
  record Placed(Uid roleId, String process, String zone) {
    Address address() {
      return new Address(process, roleId.low());
    }
  }

  /**
   * Deals the roles over the zones in turn, and in each over its workers: those of one kind are in
   * different zones, and then on different workers, as far as there are enough.
   *
   * @param live workers, at least one
   * @return the plan, or null when the workers' zones are fewer than the log's replication needs
   */
  static EpochPlan deal(
      ClusterConfiguration configuration, List<RegisterWorker> live, SeededRandom random) {
    if (!isPossible(configuration, live)) {
      return null;
    }
    List<RegisterWorker> turns = inTurnsOverZones(live);
    List<Placed> logs = place(configuration.logs(), turns, 0, random);
    return new EpochPlan(
        place(1, turns, 1, random).get(0),
        place(configuration.resolvers(), turns, 2, random),
        place(configuration.commitProxies(), turns, 3, random),
        place(configuration.readVersionProxies(), turns, 4, random),
        logs);
  }

  /** Whether there are workers, in as many zones as the log's replication needs. */
  static boolean isPossible(ClusterConfiguration configuration, List<RegisterWorker> live) {
    // In turns over the zones, so that the log servers are in as many as there are.
    return !live.isEmpty() && zones(live) >= configuration.replication();
  }

  /** In how many zones they are. */
  static int zones(List<RegisterWorker> live) {
    TreeSet<String> zones = new TreeSet<>();
    for (RegisterWorker worker : live) {
      zones.add(worker.zone());
    }
    return zones.size();
  }

  /**
   * The workers in another order: the first of every zone, then the second of every zone that has
   * one, and so on. So any few in a row are in as many zones as there can be.
   */
  static List<RegisterWorker> inTurnsOverZones(List<RegisterWorker> workers) {
    Map<String, Deque<RegisterWorker>> byZone = new LinkedHashMap<>();
    for (RegisterWorker worker : workers) {
      byZone.computeIfAbsent(worker.zone(), absent -> new ArrayDeque<>()).add(worker);
    }
    List<RegisterWorker> turns = new ArrayList<>();
    while (turns.size() < workers.size()) {
      for (Deque<RegisterWorker> ofZone : byZone.values()) {
        if (!ofZone.isEmpty()) {
          turns.add(ofZone.poll());
        }
      }
    }
    return turns;
  }

  private static List<Placed> place(
      int count, List<RegisterWorker> turns, int offset, SeededRandom random) {
    List<Placed> placed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RegisterWorker worker = turns.get((i + offset) % turns.size());
      placed.add(new Placed(Uid.draw(random), worker.process(), worker.zone()));
    }
    return placed;
  }

  List<LogMember> logMembers() {
    List<LogMember> members = new ArrayList<>();
    for (Placed log : logs) {
      members.add(new LogMember(log.roleId, log.zone));
    }
    return members;
  }

  static List<Address> addresses(List<Placed> placed) {
    List<Address> addresses = new ArrayList<>();
    for (Placed one : placed) {
      addresses.add(one.address());
    }
    return addresses;
  }

  /** The key space cut evenly by first byte among the resolvers. */
  List<ResolverShare> resolverShares() {
    List<ResolverShare> shares = new ArrayList<>();
    int count = resolvers.size();
    for (int i = 0; i < count; i++) {
      Bytes begin = i == 0 ? Keys.FIRST : Bytes.of(256 * i / count);
      // The last one also takes ends of ranges beyond the key space.
      Bytes end = i == count - 1 ? Bytes.of(0xff, 0xff, 0xff) : Bytes.of(256 * (i + 1) / count);
      shares.add(new ResolverShare(resolvers.get(i).address(), new KeyRange(begin, end)));
    }
    return shares;
  }

  /** Every role of the pipeline, whose failure ends the epoch. */
  List<Placed> all() {
    List<Placed> all = new ArrayList<>();
    all.add(sequencer);
    all.addAll(resolvers);
    all.addAll(commitProxies);
    all.addAll(readVersionProxies);
    all.addAll(logs);
    return all;
  }
}
