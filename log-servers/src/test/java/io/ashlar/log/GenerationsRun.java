package io.ashlar.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Mutations;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.TaggedMutations;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.LockLog;
import io.ashlar.message.LogLocked;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.LogPushed;
import io.ashlar.message.LogSet;
import io.ashlar.message.PeekLog;
import io.ashlar.message.PushLog;
import io.ashlar.message.RecruitLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Pushers, recoveries and readers as docs/protocol.md has them, in their simplest form, around real
 * log servers: what was committed must be found whole, tag by tag, over all generations.
 */
final class GenerationsRun {
  private static final List<Integer> TAGS = List.of(1, 2, 3, 4, 5);

  /** A version of the history. */
  private record Meant(long previous, long version, int[] tags, int bytes) {
    Bytes payloadFor(TagPlacement placement, int member) {
      ByteWriter to = new ByteWriter(64);
      for (int tag : tags) {
        if (placement.holds(member, tag)) {
          TaggedMutations.append(to, new int[] {tag}, LogScenes.mutation(tag, version, bytes));
        }
      }
      return to.toBytes();
    }
  }

  /** One log server of a generation, as its pushers see it. */
  private static final class Member {
    final FakeWorld.Node node;
    final TreeMap<Long, FakeWorld.Answer> unanswered = new TreeMap<>();
    long sent;
    long acknowledged;
    boolean crashed;

    Member(FakeWorld.Node node) {
      this.node = node;
    }
  }

  private record Locked(int member, long end, long knownCommitted) {}

  private final SeededRandom random;
  private final FakeWorld world;
  private final LogServerOptions options = LogScenes.small();
  private final List<LogGeneration> generations = new ArrayList<>();
  private final List<TagPlacement> placements = new ArrayList<>();
  private final List<List<Member>> members = new ArrayList<>();

  /** Everything that happened for good, and in the present epoch also what may have. */
  private final TreeMap<Long, Meant> history = new TreeMap<>();

  private final int stepMax;
  private long epoch = 1;
  private long nextLogId = 1;
  private int antiQuorumMax;
  private int versionsAboveBegin;

  GenerationsRun(long seed) {
    random = new SeededRandom(seed);
    stepMax = random.nextBoolean() ? 1 : 1_000;
    world = new FakeWorld(random.nextLong());
  }

  Set<String> probes() {
    return world.probes;
  }

  int antiQuorumMax() {
    return antiQuorumMax;
  }

  int versionsAboveBegin() {
    return versionsAboveBegin;
  }

  void run() {
    begin(0, 0, LogScenes.noOld());
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      pushForAWhile();
      recover();
    }
    for (int tag : TAGS) {
      readWhole(tag);
    }
  }

  /** Recruits a generation and pushes its recovery transaction to every member. */
  private void begin(long begin, long recoveryVersion, LogSet old) {
    int count = 1 + random.nextInt(4);
    int replication = 1 + random.nextInt(count);
    int antiQuorum = replication >= 3 && random.nextBoolean() ? 1 : 0;
    antiQuorumMax = Math.max(antiQuorumMax, antiQuorum);
    List<LogMember> logMembers = new ArrayList<>();
    List<Member> recruited = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long id = nextLogId++;
      logMembers.add(new LogMember(LogScenes.logId(id), "zone-" + i));
      recruited.add(new Member(world.node(LogScenes.logId(id))));
    }
    LogGeneration generation =
        new LogGeneration(
            epoch,
            begin,
            recoveryVersion,
            recoveryVersion + 100_000_000,
            logMembers,
            replication,
            antiQuorum);
    for (Member member : recruited) {
      member.node.recruit(
          new RecruitLog(Uid.NONE, epoch, member.node.logId, generation, old, TAGS), options);
    }
    world.runUntilIdle();
    generations.add(generation);
    placements.add(new TagPlacement(generation));
    members.add(recruited);
    int[] all = TAGS.stream().mapToInt(Integer::intValue).toArray();
    Meant first = new Meant(recoveryVersion, generation.recoveryTransactionVersion(), all, 5);
    history.put(first.version, first);
    for (int i = 0; i < count; i++) {
      Member member = recruited.get(i);
      assertThat(member.node.ready).as("recruited: %s", world.trace).isTrue();
      member.node.call(
          new PushLog(
              epoch,
              recoveryVersion,
              first.version,
              recoveryVersion,
              first.payloadFor(placement(), i)),
          LogPushed.class);
      member.sent = first.version;
      member.acknowledged = first.version;
    }
  }

  private LogGeneration current() {
    return generations.get(generations.size() - 1);
  }

  private TagPlacement placement() {
    return placements.get(placements.size() - 1);
  }

  private List<Member> currentMembers() {
    return members.get(members.size() - 1);
  }

  private void pushForAWhile() {
    for (int i = random.nextInt(60); i > 0; i--) {
      if (random.nextInt(3) > 0) {
        long previous = history.lastKey();
        int[] tags =
            IntStream.of(random.ints(random.nextInt(4), 1, TAGS.size() + 1).toArray())
                .distinct()
                .toArray();
        Meant next =
            new Meant(previous, previous + 1 + random.nextInt(stepMax), tags, random.nextInt(300));
        history.put(next.version, next);
      }
      for (int m = 0; m < currentMembers().size(); m++) {
        // Some log servers lag; with an anti-quorum nobody waits for them.
        for (int n = random.nextInt(m == 0 ? 2 : 4); n > 0; n--) {
          send(m);
        }
      }
      for (int n = random.nextInt(30); n > 0; n--) {
        world.step();
      }
      collect();
      if (random.nextInt(40) == 0) {
        int m = random.nextInt(currentMembers().size());
        send(m);
        currentMembers().get(m).node.endBatch();
        crash(currentMembers().get(m));
      }
    }
    collect();
  }

  private void send(int index) {
    Member member = currentMembers().get(index);
    var next = history.higherEntry(member.sent);
    if (member.crashed || next == null) {
      return;
    }
    Meant meant = next.getValue();
    member.sent = meant.version;
    Bytes payload = meant.payloadFor(placement(), index);
    member.unanswered.put(
        meant.version,
        member.node.ask(new PushLog(epoch, meant.previous, meant.version, committed(), payload)));
  }

  private void collect() {
    for (Member member : currentMembers()) {
      member
          .unanswered
          .entrySet()
          .removeIf(
              entry -> {
                if (entry.getValue().message instanceof LogPushed) {
                  member.acknowledged = Math.max(member.acknowledged, entry.getKey());
                }
                return entry.getValue().message != null;
              });
    }
  }

  /** What L − a log servers have acknowledged. */
  private long committed() {
    long[] sorted = currentMembers().stream().mapToLong(member -> member.acknowledged).toArray();
    Arrays.sort(sorted);
    return sorted[current().antiQuorum()];
  }

  private void crash(Member member) {
    collect();
    member.crashed = true;
    member.unanswered.clear();
    if (random.nextBoolean()) {
      member.node.crash();
    } else {
      member.node.killProcess();
    }
  }

  private void recover() {
    LogGeneration old = current();
    List<Member> oldMembers = currentMembers();
    long committed = committed();
    epoch++;
    // As many zones as may be are away; each member here is a zone.
    int away = random.nextInt(old.replication() - old.antiQuorum());
    TreeSet<Integer> absent = new TreeSet<>();
    while (absent.size() < away) {
      absent.add(random.nextInt(oldMembers.size()));
    }
    List<Locked> locked = new ArrayList<>();
    for (int i = 0; i < oldMembers.size(); i++) {
      Member member = oldMembers.get(i);
      if (absent.contains(i)) {
        crash(member);
      } else {
        if (member.crashed) {
          member.node.restart(options);
          world.runUntilIdle();
        }
        LogLocked reply = member.node.call(new LockLog(epoch), LogLocked.class);
        locked.add(new Locked(i, reply.end(), reply.knownCommittedVersion()));
      }
    }
    long[] ends = locked.stream().mapToLong(Locked::end).sorted().toArray();
    long recoveryVersion = ends[old.antiQuorum()];
    long known = locked.stream().mapToLong(Locked::knownCommitted).max().orElseThrow();
    assertThat(recoveryVersion).isGreaterThanOrEqualTo(committed).isGreaterThanOrEqualTo(known);
    long begin = Math.max(old.begin(), Math.min(known, ends[0]));
    versionsAboveBegin += history.subMap(begin, false, recoveryVersion, true).size();
    history.tailMap(recoveryVersion, false).clear();
    List<Address> addresses = new ArrayList<>();
    for (int i = 0; i < oldMembers.size(); i++) {
      addresses.add(Address.NONE);
    }
    for (Locked lock : locked) {
      addresses.set(lock.member(), oldMembers.get(lock.member()).node.address);
      if (random.nextInt(4) == 0) {
        bounce(oldMembers.get(lock.member()));
      }
    }
    begin(begin, recoveryVersion, new LogSet(old, addresses));
    for (int i : absent) {
      if (random.nextBoolean()) {
        oldMembers.get(i).node.restart(options);
        world.runUntilIdle();
      }
    }
  }

  /** A locked log server goes away and comes back while its tail is being copied. */
  private void bounce(Member member) {
    world.after(
        random.nextLong(3_000_000),
        () -> {
          member.node.crash();
          world.after(random.nextLong(2_000_000_000L), () -> member.node.restart(options));
        });
  }

  /** Reads the tag as a storage server that has nothing would, over all generations. */
  private void readWhole(int tag) {
    TreeMap<Long, Bytes> expected = new TreeMap<>();
    history.forEach(
        (version, meant) -> {
          if (IntStream.of(meant.tags).anyMatch(held -> held == tag)) {
            expected.put(
                version, Mutations.encode(List.of(LogScenes.mutation(tag, version, meant.bytes))));
          }
        });
    TreeMap<Long, Bytes> found = new TreeMap<>();
    long latest = 0;
    while (latest < history.lastKey()) {
      int g = generations.size() - 1;
      while (g > 0 && generations.get(g).begin() > latest) {
        g--;
      }
      long stop = g + 1 < generations.size() ? generations.get(g + 1).begin() : history.lastKey();
      latest = readFrom(g, tag, latest, stop, found);
    }
    assertThat(found).isEqualTo(expected);
  }

  /** One answer of some member that has news; returns through which version. */
  private long readFrom(int g, int tag, long latest, long stop, TreeMap<Long, Bytes> found) {
    for (int holder : placements.get(g).membersFor(tag)) {
      FakeWorld.Node node = members.get(g).get(holder).node;
      if (node.server == null) {
        continue;
      }
      LogPeeked peeked = node.call(new PeekLog(tag, latest + 1, 2_000, 0), LogPeeked.class);
      long through = Math.min(stop, peeked.through());
      for (PeekEntries.Entry entry : PeekEntries.decode(peeked.entries())) {
        if (entry.version() <= through) {
          assertThat(found.put(entry.version(), entry.mutations())).isNull();
        }
      }
      if (through > latest) {
        return through;
      }
    }
    throw new AssertionError("nobody has tag " + tag + " above " + latest + " of " + generations);
  }
}
