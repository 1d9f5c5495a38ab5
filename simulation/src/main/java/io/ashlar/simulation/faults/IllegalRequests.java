package io.ashlar.simulation.faults;

import io.ashlar.control.Coordinator;
import io.ashlar.control.Worker;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.Mutations;
import io.ashlar.core.ReadVersions;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Tags;
import io.ashlar.core.Uid;
import io.ashlar.host.Role;
import io.ashlar.log.LogServer;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.GetCommitVersion;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.GetLeader;
import io.ashlar.message.GetLogState;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetStorageState;
import io.ashlar.message.GetValues;
import io.ashlar.message.Heartbeat;
import io.ashlar.message.LockLog;
import io.ashlar.message.LogSet;
import io.ashlar.message.Message;
import io.ashlar.message.Nominate;
import io.ashlar.message.PeekLog;
import io.ashlar.message.PushLog;
import io.ashlar.message.ReadRegister;
import io.ashlar.message.RecruitLog;
import io.ashlar.message.RecruitSequencer;
import io.ashlar.message.RecruitStorage;
import io.ashlar.message.RegisterWorker;
import io.ashlar.message.ReportCommitted;
import io.ashlar.message.ResolveBatch;
import io.ashlar.message.WatchValue;
import io.ashlar.message.WorkerClass;
import io.ashlar.message.WriteRegister;
import io.ashlar.proxy.CommitProxy;
import io.ashlar.resolver.Resolver;
import io.ashlar.sequencer.Sequencer;
import io.ashlar.storage.StorageServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Requests that a role must refuse, whoever sends them, and that have no effect. None of them is
 * like one that only a peer of the same epoch sends: what that one says is believed.
 */
final class IllegalRequests {
  private static final int FOREIGN_PER_MILLION = 150_000;

  /** The largest transaction is tens of megabytes: not often. */
  private static final int TOO_LARGE_PER_MILLION = 40_000;

  private static final int PEEKS_PER_MILLION = 300_000;
  private static final int PEEKED_TAGS_MAX = 5;

  /** More than a register holds. */
  private static final int REGISTER_BYTES = (1 << 20) + 1;

  private final SeededRandom random;
  private final Uid coordinators;

  /**
   * @param coordinators the set that there is: asked for another, they would belong to it too
   */
  IllegalRequests(SeededRandom random, Uid coordinators) {
    this.random = random;
    this.coordinators = coordinators;
  }

  /**
   * Whether the request must be refused. A peek may happen to be right; and who asks a log server
   * for its state, may.
   */
  static boolean isIllegal(Message request) {
    return !(request instanceof PeekLog) && !(request instanceof GetLogState);
  }

  /** Requests, sent at once, that a role of this kind must refuse, or that change nothing. */
  List<Message> draw(Role role) {
    return role instanceof LogServer && random.chance(PEEKS_PER_MILLION)
        ? peeks()
        : List.of(one(role));
  }

  /**
   * Of a few tags from the beginning: a reader that is far behind. It may wait for the disk while
   * another pops what it wants, or find that all of it is popped.
   */
  private List<Message> peeks() {
    List<Message> peeks = new ArrayList<>();
    int tags = 1 + random.nextInt(PEEKED_TAGS_MAX);
    for (int i = 0; i < tags; i++) {
      int tag = Tags.METADATA + random.nextInt(PEEKED_TAGS_MAX);
      peeks.add(new PeekLog(tag, 1, 1 + random.nextInt(1_000), 0));
    }
    return peeks;
  }

  private Message one(Role role) {
    if (random.chance(FOREIGN_PER_MILLION)) {
      return foreign(role);
    }
    if (role instanceof Sequencer) {
      return random.nextBoolean()
          ? new GetCommitVersion(Uid.draw(random), -random.nextLong(3))
          : new ReportCommitted(Long.MAX_VALUE - random.nextLong(1_000));
    }
    if (role instanceof Resolver) {
      long version = 1 + random.nextLong(1_000);
      return new ResolveBatch(Uid.draw(random), version, version, 0, List.of());
    }
    if (role instanceof CommitProxy) {
      return forCommitProxy();
    }
    if (role instanceof LogServer log) {
      return forLogServer(log);
    }
    if (role instanceof StorageServer) {
      return forStorageServer();
    }
    if (role instanceof Worker) {
      return forWorker();
    }
    if (role instanceof Coordinator) {
      return forCoordinator();
    }
    return isController(role) && random.nextBoolean() ? ofAnotherDatabase() : foreign(role);
  }

  /** What roles of this kind do not understand. */
  private Message foreign(Role role) {
    if (role instanceof StorageServer) {
      return new GetLogState();
    }
    return isController(role) || random.nextBoolean()
        ? new GetStorageState()
        : new GetClusterView(0, 0);
  }

  private static boolean isController(Role role) {
    return role.getClass().getSimpleName().equals("ClusterController");
  }

  /** Of a worker that has heard of another controller, which was at this address before. */
  private RegisterWorker ofAnotherDatabase() {
    return new RegisterWorker(
        Uid.draw(random),
        Uid.draw(random),
        "10.0.9.9:1",
        "a zone of nobody",
        List.of(),
        List.of(),
        "a machine of nobody",
        WorkerClass.ANY,
        random.nextLong(1_000));
  }

  private Message forWorker() {
    Uid roleId = Uid.draw(random);
    // The first coordinators have the identity of the database.
    Uid databaseId = random.nextBoolean() ? coordinators : Uid.draw(random);
    return switch (random.nextInt(3)) {
      case 0 -> new RecruitSequencer(databaseId, -1, roleId, 1, new StoreTime(1, 1), 1);
      case 1 -> new RecruitStorage(databaseId, roleId, Tags.FIRST_STORAGE, Uid.draw(random), 0);
      default -> {
        List<LogMember> members = List.of(new LogMember(roleId, "a zone of nobody"));
        LogGeneration generation = new LogGeneration(Long.MAX_VALUE, 0, 0, 1, members, 1, 0);
        LogSet none = new LogSet(new LogGeneration(0, 0, 0, 0, List.of(), 1, 0), List.of());
        yield new RecruitLog(databaseId, generation.epoch(), roleId, generation, none, List.of());
      }
    };
  }

  private Message forCoordinator() {
    Uid somebody = Uid.draw(random);
    RegisterGeneration first = new RegisterGeneration(1, somebody);
    RegisterGeneration far =
        new RegisterGeneration(Long.MAX_VALUE - random.nextLong(1_000), somebody);
    Bytes nonsense = key(1 + random.nextInt(20));
    Address somewhere = new Address("10.0.9.9:1", 1);
    if (random.chance(TOO_LARGE_PER_MILLION)) {
      return new WriteRegister(coordinators, first, 1, key(REGISTER_BYTES));
    }
    return switch (random.nextInt(10)) {
      case 0 -> new ReadRegister(coordinators, RegisterGeneration.ZERO, false);
      case 1 -> new ReadRegister(coordinators, new RegisterGeneration(1, Uid.NONE), false);
      case 2 -> new ReadRegister(coordinators, far, false);
      case 3 -> new ReadRegister(Uid.NONE, first, false);
      case 4 -> new WriteRegister(coordinators, far, 1, nonsense);
      case 5 -> new WriteRegister(coordinators, first, -random.nextLong(2), nonsense);
      case 6 -> new WriteRegister(coordinators, first, 1, Bytes.of(0).concat(nonsense));
      case 7 -> new Nominate(coordinators, new Candidate(Uid.NONE, somewhere, 0), Uid.NONE);
      case 8 -> new Heartbeat(coordinators, new Candidate(somebody, Address.NONE, 0));
      default -> new GetLeader(somebody, Uid.NONE);
    };
  }

  private Message forLogServer(LogServer log) {
    return switch (random.nextInt(5)) {
      case 0 -> new LockLog(0);
      case 1 -> new PushLog(-1, 1, 2, 1, Bytes.EMPTY);
      case 2 -> {
        // A step back is no step of any chain.
        long version = 1 + random.nextLong(1_000);
        yield new PushLog(log.epoch(), version, version, 1, Bytes.EMPTY);
      }
      case 3 -> new GetLogState();
      default -> new PeekLog(random.nextInt(1_000), 1, 100, 0);
    };
  }

  private Message forStorageServer() {
    KeyRange range = new KeyRange(key(1), Keys.after(key(2)));
    return switch (random.nextInt(7)) {
      case 0 -> new GetRange(ReadVersions.KNOWN_COMMITTED, range, 0, 100, false, false);
      case 1 -> new GetRange(ReadVersions.KNOWN_COMMITTED, range, 10, 0, true, false);
      case 2 ->
          new GetRange(
              ReadVersions.KNOWN_COMMITTED,
              new KeyRange(Bytes.of(2), Bytes.of(1)),
              10,
              100,
              random.nextBoolean(),
              false);
      case 3 -> {
        int keys = Limits.READ_KEYS_MAX + 1 + random.nextInt(1_000);
        yield new GetValues(ReadVersions.KNOWN_COMMITTED, Collections.nCopies(keys, key(1)));
      }
      case 4 -> new WatchValue(1, key(Limits.KEY_BYTES_MAX + 1), null);
      case 5 -> new WatchValue(1, key(1), key(Limits.VALUE_BYTES_MAX + 1));
      // No server holds what lies behind the last key.
      default -> new GetValues(ReadVersions.KNOWN_COMMITTED, List.of(Keys.SYSTEM_END));
    };
  }

  private Bytes key(int length) {
    byte[] key = new byte[length];
    random.nextBytes(key);
    key[0] = (byte) (key[0] & 0x7f);
    return Bytes.wrap(key);
  }

  private Message forCommitProxy() {
    if (random.chance(TOO_LARGE_PER_MILLION)) {
      return tooLarge();
    }
    return switch (random.nextInt(12)) {
      case 0 -> new GetKeyLocations(Keys.ALL, -random.nextInt(2), random.nextBoolean());
      case 1 -> new GetKeyLocations(new KeyRange(Bytes.of(2), Bytes.of(1)), 1, false);
      case 2 -> transaction(List.of(Mutation.set(key(Limits.KEY_BYTES_MAX + 1), Bytes.EMPTY)));
      case 3 -> transaction(List.of(Mutation.set(key(3), key(Limits.VALUE_BYTES_MAX + 1))));
      case 4 -> transaction(List.of(Mutation.set(Keys.SYSTEM_END, Bytes.EMPTY)));
      case 5 -> transaction(List.of(Mutation.clearRange(Bytes.of(2), Bytes.of(1))));
      case 6 -> transaction(List.of(Mutation.epochEnd(1)));
      case 7 ->
          transaction(
              List.of(new Mutation(MutationType.SET_VERSIONSTAMPED_VALUE, key(3), key(13))));
      case 8 -> transaction(List.of(Mutation.clearRange(Keys.USER_END, Keys.SYSTEM_END)));
      case 9 -> transaction(List.of(Mutation.set(Keys.KEY_SERVERS_PREFIX, Bytes.EMPTY)));
      case 10 -> fromTheFuture();
      default -> new CommitTransaction(1, Bytes.EMPTY, Bytes.EMPTY, Bytes.of(0, 200));
    };
  }

  /** Nobody was given a read version like this. */
  private CommitTransaction fromTheFuture() {
    Bytes conflicts = KeyRanges.encode(List.of(KeyRange.ofKey(Bytes.of(1))));
    return new CommitTransaction(
        Long.MAX_VALUE - random.nextLong(1_000), conflicts, conflicts, Bytes.EMPTY);
  }

  /** More than a transaction may have, made of values that are each as large as they may be. */
  private CommitTransaction tooLarge() {
    List<Mutation> mutations = new ArrayList<>();
    Bytes value = key(Limits.VALUE_BYTES_MAX);
    for (int i = 0; i <= Limits.TRANSACTION_BYTES_MAX / Limits.VALUE_BYTES_MAX; i++) {
      mutations.add(Mutation.set(new ByteWriter(4).putInt(i).toBytes(), value));
    }
    return transaction(mutations);
  }

  private static CommitTransaction transaction(List<Mutation> mutations) {
    Bytes conflicts = KeyRanges.encode(List.of(KeyRange.ofKey(Bytes.of(1))));
    return new CommitTransaction(1, conflicts, conflicts, Mutations.encode(mutations));
  }
}
