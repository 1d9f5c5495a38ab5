package io.ashlar.log;

import static io.ashlar.log.LogScenes.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.GetLogState;
import io.ashlar.message.LockLog;
import io.ashlar.message.LogLocked;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.LogPushed;
import io.ashlar.message.LogState;
import io.ashlar.message.PeekLog;
import io.ashlar.message.PopLog;
import io.ashlar.message.PushLog;
import io.ashlar.message.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One log server under random pushes, peeks, pops, locks and crashes, all drawn from one seed, and
 * beside it the chain as its pushers meant it.
 */
final class ModelRun {
  private static final int TAGS = 4;

  /** A version as it was meant. */
  private record Meant(long previous, long version, int[] tags, int bytes) {
    PushLog push(long knownCommitted) {
      Bytes payload = LogScenes.payload(version, bytes, tags);
      return new PushLog(EPOCH, previous, version, knownCommitted, payload);
    }
  }

  private record Asked(FakeWorld.Answer answer, PeekLog peek) {}

  private final SeededRandom random;
  private final FakeWorld world;
  private final FakeWorld.Node log;
  private final LogServerOptions options;

  /** The chain: every version that was ever pushed, in order. */
  private final TreeMap<Long, Meant> chain = new TreeMap<>();

  private final List<Meant> ahead = new ArrayList<>();
  private final Map<FakeWorld.Answer, Long> pushes = new LinkedHashMap<>();
  private final List<Asked> peeks = new ArrayList<>();
  private final List<FakeWorld.Answer> locks = new ArrayList<>();
  private final long[] popped = new long[TAGS + 1];
  private long meantEnd;
  private long acknowledged;

  /** Told in a LogLocked; from then on final. */
  private long lockedEnd = -1;

  private boolean restarted;
  private boolean wasReady;

  ModelRun(long seed, boolean diskLies) {
    random = new SeededRandom(seed);
    world = new FakeWorld(random.nextLong());
    world.faultsPerMillion = random.nextBoolean() ? 0 : 20_000;
    log = world.node(LogScenes.logId(1));
    log.disk.lies = diskLies;
    options =
        new LogServerOptions(
            4096,
            1 + random.nextInt(2_000),
            random.nextInt(6_000),
            1 + random.nextInt(10_000),
            random.nextInt(10),
            random.nextInt(4_000),
            1 + random.nextInt(10),
            1 + random.nextInt(10),
            random.nextLong(2_000_000),
            1 + random.nextInt(4_000),
            1 + random.nextInt(3_000),
            1 + random.nextInt(1_000),
            64,
            2,
            300,
            1_000_000_000L,
            50_000_000L);
  }

  Set<String> probes() {
    return world.probes;
  }

  void run() {
    log.recruit(LogScenes.first(1), options);
    if (random.nextBoolean()) {
      world.runUntilIdle();
    }
    int crashes = 0;
    for (int i = 0; i < 250 || crashes < 2; i++) {
      act();
      if (random.nextInt(120) == 0 || i == 250) {
        crash();
        crashes++;
      }
      collect();
    }
    settle();
  }

  private void act() {
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> pushNext();
      case 4 -> pushAgain();
      case 5, 6 -> peek();
      case 7 -> pop();
      case 8 -> {
        if (random.nextInt(40) == 0) {
          locks.add(log.ask(new LockLog(EPOCH + 1 + random.nextInt(3))));
        }
      }
      default -> {
        for (int i = random.nextInt(20); i > 0; i--) {
          world.step();
        }
      }
    }
  }

  private void pushNext() {
    if (restarted) {
      return;
    }
    int count = random.nextInt(TAGS + 1);
    int[] tags = random.ints(count, 1, TAGS + 1).distinct().toArray();
    Meant next = new Meant(meantEnd, meantEnd + 1 + random.nextInt(20), tags, random.nextInt(600));
    meantEnd = next.version;
    chain.put(next.version, next);
    ahead.add(next);
    if (random.nextInt(4) > 0) {
      // Sometimes a later one goes first.
      while (!ahead.isEmpty()) {
        send(ahead.remove(random.nextInt(ahead.size())));
      }
    }
  }

  private void send(Meant meant) {
    long known = random.nextBoolean() ? acknowledged : Math.max(0, acknowledged - 30);
    pushes.put(log.ask(meant.push(known)), meant.version);
  }

  private void pushAgain() {
    // Whoever got no answer sends again, in order.
    chain.tailMap(acknowledged, false).values().stream().limit(12).forEach(this::send);
  }

  private void peek() {
    int tag = 1 + random.nextInt(TAGS);
    long from = 1 + random.nextLong(meantEnd + 10);
    PeekLog peek =
        new PeekLog(tag, from, random.nextInt(5_000), random.nextBoolean() ? 0 : 5_000_000);
    peeks.add(new Asked(log.ask(peek), peek));
  }

  private void pop() {
    int tag = 1 + random.nextInt(TAGS);
    long through = random.nextLong(acknowledged + 1);
    popped[tag] = Math.max(popped[tag], through);
    log.ask(new PopLog(tag, through));
  }

  private void crash() {
    collect();
    if (random.nextInt(3) == 0) {
      log.killProcess();
    } else {
      log.crash();
    }
    pushes.clear();
    peeks.clear();
    locks.clear();
    restarted = true;
    log.restart(options);
    if (random.nextBoolean()) {
      world.runUntilIdle();
    }
  }

  private void collect() {
    wasReady |= log.ready && !restarted;
    pushes
        .entrySet()
        .removeIf(
            entry -> {
              if (entry.getKey().message instanceof LogPushed pushed) {
                assertThat(restarted).as("a push acknowledged after a restart").isFalse();
                assertThat(pushed.version()).isEqualTo(entry.getValue());
                acknowledged = Math.max(acknowledged, entry.getValue());
              }
              return entry.getKey().message != null;
            });
    for (FakeWorld.Answer answer : locks) {
      if (answer.message instanceof LogLocked locked) {
        onLocked(locked);
      }
    }
    peeks.removeIf(
        asked -> {
          if (asked.answer.message instanceof LogPeeked peeked) {
            check(asked.peek, peeked);
          }
          return asked.answer.message != null;
        });
  }

  private void onLocked(LogLocked locked) {
    if (lockedEnd >= 0) {
      assertThat(locked.end()).as("the end after the lock").isEqualTo(lockedEnd);
    }
    lockedEnd = locked.end();
    assertThat(lockedEnd)
        .as("the end holds what was acknowledged")
        .isGreaterThanOrEqualTo(acknowledged);
    assertThat(locked.knownCommittedVersion()).isLessThanOrEqualTo(lockedEnd);
    assertThat(lockedEnd == 0 || chain.containsKey(lockedEnd)).isTrue();
  }

  /** An answer holds exactly what was meant from the version asked for to its own through. */
  private void check(PeekLog peek, LogPeeked peeked) {
    if (peeked.locked()) {
      if (lockedEnd >= 0) {
        assertThat(peeked.end()).isEqualTo(lockedEnd);
      }
      lockedEnd = peeked.end();
    }
    assertThat(peeked.through())
        .isBetween(peek.from() - 1, Math.max(peek.from() - 1, peeked.end()));
    assertThat(peeked.knownCommittedVersion()).isLessThanOrEqualTo(peeked.end());
    assertThat(peeked.poppedThrough()).isBetween(0L, popped[peek.tag()]);
    Map<Long, Bytes> found = new TreeMap<>();
    for (PeekEntries.Entry entry : PeekEntries.decode(peeked.entries())) {
      found.put(entry.version(), entry.mutations());
    }
    for (Map.Entry<Long, Bytes> entry : found.entrySet()) {
      Meant meant = chain.get(entry.getKey());
      assertThat(meant).as("a version nobody pushed: %s", entry.getKey()).isNotNull();
      assertThat(entry.getKey()).isBetween(peek.from(), peeked.through());
      assertThat(holds(meant, peek.tag())).isTrue();
      assertThat(entry.getValue())
          .isEqualTo(LogScenes.peeked(peek.tag(), meant.version, meant.bytes));
    }
    if (peeked.through() < peek.from()) {
      return;
    }
    for (Meant meant : chain.subMap(peek.from(), true, peeked.through(), true).values()) {
      if (holds(meant, peek.tag()) && meant.version > popped[peek.tag()]) {
        assertThat(found).as("version %s of %s", meant.version, peek).containsKey(meant.version);
      }
    }
  }

  private static boolean holds(Meant meant, int tag) {
    return Arrays.stream(meant.tags).anyMatch(held -> held == tag);
  }

  /** Heals everything, then nothing may be missing. */
  private void settle() {
    world.faultsPerMillion = 0;
    world.runUntilIdle();
    collect();
    assertThat(log.ready).isTrue();
    if (log.server.isNeverFinished()) {
      assertThat(wasReady).isFalse();
      assertThat(acknowledged).isZero();
      return;
    }
    FakeWorld.Answer answer = log.ask(new LockLog(EPOCH + 9));
    world.runUntilIdle();
    assertThat(answer.message).as("trace: %s", world.trace).isNotInstanceOf(Refused.class);
    onLocked(answer.as(LogLocked.class));
    for (int tag = 1; tag <= TAGS; tag++) {
      for (long from = 1; from <= lockedEnd; ) {
        PeekLog peek = new PeekLog(tag, from, 4_000, 0);
        LogPeeked peeked = log.call(peek, LogPeeked.class);
        assertThat(peeked.through()).isGreaterThanOrEqualTo(from);
        check(peek, peeked);
        from = peeked.through() + 1;
      }
      log.ask(new PopLog(tag, lockedEnd));
    }
    world.runUntilIdle();
    LogState state = log.call(new GetLogState(), LogState.class);
    assertThat(state.firstUnpopped()).isEqualTo(Long.MAX_VALUE);
    assertThat(state.version()).isEqualTo(lockedEnd);
    assertThat(log.disk.openHandles).isLessThanOrEqualTo(2);
  }
}
