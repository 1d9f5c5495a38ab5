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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
   * Deals the roles over the workers, as {@link WorkerChoice} says: log servers first, so that
   * others are beside them only where there is no worker left.
   *
   * @param avoided processes that have roles only where there is no other
   * @return the plan, or null when {@link #missing} says what it lacks
   */
  static EpochPlan deal(
      ClusterConfiguration configuration,
      List<RegisterWorker> live,
      Set<String> avoided,
      SeededRandom random) {
    if (!missing(configuration, live).isEmpty()) {
      return null;
    }
    WorkerChoice choice = new WorkerChoice(live, avoided);
    List<Placed> logs =
        placed(
            choice.choose(RoleKind.LOG, configuration.logs(), configuration.replication()), random);
    return new EpochPlan(
        placed(choice.choose(RoleKind.STATELESS, 1, 1), random).get(0),
        placed(choice.choose(RoleKind.STATELESS, configuration.resolvers(), 1), random),
        placed(choice.choose(RoleKind.STATELESS, configuration.commitProxies(), 1), random),
        placed(choice.choose(RoleKind.STATELESS, configuration.readVersionProxies(), 1), random),
        logs);
  }

  /** The workers that an epoch of that configuration lacks, for people; empty for none. */
  static String missing(ClusterConfiguration configuration, List<RegisterWorker> live) {
    String logs = WorkerChoice.missing(RoleKind.LOG, configuration.replication(), live);
    return !logs.isEmpty() ? logs : WorkerChoice.missing(RoleKind.STATELESS, 1, live);
  }

  private static List<Placed> placed(List<RegisterWorker> workers, SeededRandom random) {
    List<Placed> placed = new ArrayList<>();
    for (RegisterWorker worker : workers) {
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

  /** Whether roles on the two processes send each other requests. */
  boolean uses(PeerLinks.Link link) {
    return talk(commitProxies, List.of(sequencer), link)
        || talk(commitProxies, resolvers, link)
        || talk(commitProxies, logs, link)
        || talk(readVersionProxies, List.of(sequencer), link)
        || talk(readVersionProxies, logs, link);
  }

  private static boolean talk(List<Placed> askers, List<Placed> asked, PeerLinks.Link link) {
    for (Placed asker : askers) {
      for (Placed one : asked) {
        boolean isBetween =
            !asker.process.equals(one.process)
                && link.isOf(asker.process)
                && link.isOf(one.process);
        if (isBetween) {
          return true;
        }
      }
    }
    return false;
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
