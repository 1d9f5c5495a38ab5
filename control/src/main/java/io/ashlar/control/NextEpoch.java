package io.ashlar.control;

import io.ashlar.core.Limits;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.ShardMap;
import io.ashlar.core.StoreTime;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.message.Address;
import io.ashlar.message.LogSet;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The epoch that an attempt is to begin: its configuration, which worker runs which role, its log
 * generation and its first transaction. All of it is decided at once, from what the attempt has
 * read and from the workers that are there, and never changes. While these are too few it is not
 * possible, and says what is missing: when others have come the attempt decides anew.
 */
final class NextEpoch {
  private final Host host;
  private final ControllerOptions options;
  private final WorkerRegistry workers;
  private final Metadata metadata;

  /** Where the epoch before has ended; null when there was none. */
  private final LogLocks.Decision decision;

  private final TreeSet<Uid> excluded;
  private final ConfigurationChoice.Wish wish;
  private final List<Address> coordinators;
  private final String missing;

  /** Null while it is not possible: then there is nothing of what follows. */
  private final EpochPlan plan;

  /** Without its generation, which belongs there only once the first transaction is pushed. */
  private CoordinatedState state;

  private LogGeneration generation;
  private StoreTime storeTime;
  private RecoveryTransaction transaction;

  /**
   * @param state as it was written with the number of this epoch
   * @param metadata as it was at RV; changed to what it is at RT
   * @param decisionOrNull where the epoch before has ended; null when there was none
   */
  NextEpoch(
      Host host,
      ControllerOptions options,
      WorkerRegistry workers,
      CoordinatedState state,
      Metadata metadata,
      LogLocks.Decision decisionOrNull) {
    this.host = host;
    this.options = options;
    this.workers = workers;
    this.state = state;
    this.metadata = metadata;
    this.decision = decisionOrNull;
    this.excluded = metadata.excluded();
    List<RegisterWorker> live = usable(workers.live(host.clock().nowNanos()));
    if (state.isNew()) {
      metadata.put(state.configuration());
    }
    ConfigurationChoice choice =
        ConfigurationChoice.of(host, state.configuration(), metadata, live);
    ClusterConfiguration configuration = choice.configuration();
    this.wish = choice.wish();
    this.coordinators = metadata.wantedCoordinators();
    metadata.putPresent(configuration, wish == null ? null : wish.why());
    this.missing = EpochPlan.missing(configuration, live);
    this.plan =
        EpochPlan.deal(
            configuration, live, workers.avoided(host.clock().nowNanos()), host.random());
    if (plan == null) {
      host.probes().hit("recovery.too-few-workers");
    } else {
      decide(configuration);
    }
  }

  /** Those that are not excluded; all when these are too few, since the database must go on. */
  private List<RegisterWorker> usable(List<RegisterWorker> live) {
    List<RegisterWorker> usable = new ArrayList<>(live);
    usable.removeIf(worker -> excluded.contains(worker.workerId()));
    if (usable.size() == live.size()
        || EpochPlan.missing(state.configuration(), usable).isEmpty()) {
      return usable;
    }
    host.trace().event("ExcludedAreNeeded", "epoch", state.epoch(), "others", usable.size());
    return live;
  }

  private void decide(ClusterConfiguration configuration) {
    if (!configuration.equals(state.configuration())) {
      host.probes().hit("recovery.configuration-changed");
      host.trace()
          .event("ConfigurationChanged", "from", state.configuration(), "to", configuration);
      state = state.withConfiguration(configuration);
    }
    long recoveryVersion = decision == null ? 0 : decision.recoveryVersion();
    long recoveryTransactionVersion = recoveryVersion + Limits.RECOVERY_JUMP_VERSIONS;
    generation =
        new LogGeneration(
            state.epoch(),
            decision == null ? 0 : decision.begin(),
            recoveryVersion,
            recoveryTransactionVersion,
            plan.logMembers(),
            state.configuration().replication(),
            state.configuration().antiQuorum());
    if (host.faults().at("recovery.plain-ring")) {
      generation = generation.withRingVersion(TagPlacement.PLAIN_RING);
    }
    storeTime =
        new StoreTime(
            recoveryTransactionVersion,
            Math.max(state.storeTime().millisAt(recoveryVersion), host.clock().wallMillis()));
    List<ShardMap.Shard> created =
        state.isNew()
            ? StorageTeams.initialShards(
                state.storages(), state.configuration(), options.splitAtCreation())
            : List.of();
    transaction =
        new RecoveryTransaction(recoveryVersion, storeTime, storageTags(), metadata, created);
  }

  private List<Integer> storageTags() {
    List<Integer> tags = new ArrayList<>();
    for (StorageMember storage : state.storages()) {
      tags.add(storage.tag());
    }
    return tags;
  }

  boolean isPossible() {
    return plan != null;
  }

  /** The workers that are missing, for people; empty when it is possible. */
  String missing() {
    return missing;
  }

  /** Where its roles are. */
  EpochPlan plan() {
    return plan;
  }

  /** The round in which its roles are started. */
  Recruitment recruitment(PhaseListener listener) {
    return new Recruitment(
        host,
        options,
        workers,
        state,
        plan,
        generation,
        lockedLogs(),
        storeTime,
        metadata.rows(),
        listener);
  }

  /** The old generation, with the addresses of the usable log servers alone. */
  private LogSet lockedLogs() {
    if (state.isNew()) {
      return new LogSet(new LogGeneration(0, 0, 0, 0, List.of(), 1, 0), List.of());
    }
    LogGeneration last = state.lastGeneration();
    List<Address> addresses = new ArrayList<>();
    for (int i = 0; i < last.members().size(); i++) {
      addresses.add(Address.NONE);
    }
    for (LogLocks.Lock lock : decision.usable()) {
      addresses.set(lock.member(), workers.logAddress(last.members().get(lock.member()).logId()));
    }
    return new LogSet(last, addresses);
  }

  /** The push of its first transaction, to log servers that have been recruited. */
  TransactionPush push(PhaseListener listener) {
    return new TransactionPush(host, options, generation, plan.logs(), transaction, listener);
  }

  /** The state with which it begins. */
  CoordinatedState stateAtBegin() {
    List<LogGeneration> generations = new ArrayList<>(state.generations());
    generations.add(generation);
    return state.withGenerations(generations, storeTime);
  }

  /**
   * The epoch, once {@link #stateAtBegin} is written.
   *
   * @param registerGeneration with which it was
   */
  Epoch begun(RegisterGeneration registerGeneration) {
    return new Epoch(stateAtBegin(), registerGeneration, plan, wish, coordinators, excluded);
  }
}
