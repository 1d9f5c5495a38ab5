package io.ashlar.server.check;

import io.ashlar.core.Bytes;
import io.ashlar.server.Failures;
import io.ashlar.simulation.check.Violations;
import io.ashlar.simulation.workload.KeySpace;
import io.ashlar.simulation.workload.SimClient;
import io.ashlar.simulation.workload.Workload;
import io.ashlar.simulation.workload.Workloads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Clients that are always busy with one workload, in rounds: each has keys of its own and a number
 * of steps, then the clients go over to the next one without a pause, and the judge reads and
 * checks the one before. So what is remembered and read at a time stays small however long it goes
 * on. The first round and the latest ones are kept, and are judged once more at the end: nothing
 * that happened meanwhile may have changed them.
 *
 * <p>The first violation ends it. Everything here happens on the clients' thread.
 */
final class Rounds {
  /** Parts of the key space, each with one round at a time; the first round keeps the first. */
  private static final int SLOTS = 6;

  private static final int FIRST_BYTE = 1;
  private static final int SLOT_BYTES = 42;

  /** Rounds whose data stay after they were judged, besides the first. */
  private static final int KEPT_MAX = 2;

  private final String name;
  private final Bytes prefix;
  private final long stepsOfRound;
  private final List<SimClient> clients;
  private final SimClient judge;

  /** All that have keys. */
  private final List<Round> there = new ArrayList<>();

  private final Violations violations = new Violations();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private Gaps gaps;
  private Tally tally = Tally.NONE;
  private Round current;
  private Round next;
  private long judgedCount;
  private boolean isStopping;
  private boolean isClosing;

  /**
   * @param judge lives on a thread of its own, so that clients do not wait for it
   */
  Rounds(String name, Bytes prefix, long stepsOfRound, List<SimClient> clients, SimClient judge) {
    this.name = name;
    this.prefix = prefix;
    this.stepsOfRound = stepsOfRound;
    this.clients = List.copyOf(clients);
    this.judge = judge;
    gaps = new Gaps(now());
  }

  private long now() {
    return judge.surroundings().nowNanos();
  }

  /** Everything that all rounds may write, in order. */
  static List<KeySpace> parts(Bytes prefix) {
    List<KeySpace> parts = new ArrayList<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      int first = FIRST_BYTE + slot * SLOT_BYTES;
      parts.add(new KeySpace(prefix, first, first + SLOT_BYTES));
    }
    return parts;
  }

  // The clients

  /** Begins; completes when the clients are at work. */
  CompletableFuture<Void> begin() {
    prepare(0);
    Round first = next;
    return setUp(first)
        .thenRun(
            () -> {
              gaps = new Gaps(now());
              current = first;
              next = null;
              clients.forEach(this::step);
            });
  }

  private void prepare(int slot) {
    KeySpace keys = parts(prefix).get(slot);
    next = new Round(slot, keys, Workloads.forClients(name, keys, clients.size()));
    there.add(next);
  }

  private CompletableFuture<Void> setUp(Round round) {
    Workload workload = round.workload();
    workload
        .counts()
        .whenAcknowledged(
            () -> {
              if (!isStopping) {
                gaps.acknowledged(now());
              }
            });
    return workload
        .setup(clients.get(0))
        .whenComplete(
            (nothing, thrown) -> {
              round.enter(Round.Phase.READY);
              if (thrown != null) {
                failed("the setup", thrown);
              }
              advance();
            });
  }

  private void step(SimClient client) {
    if (isStopping) {
      return;
    }
    Round round = current;
    round.stepBegins();
    CompletableFuture<Void> done;
    try {
      done = round.workload().step(client);
    } catch (RuntimeException e) {
      done = CompletableFuture.failedFuture(e);
    }
    done.whenComplete(
        (nothing, thrown) -> {
          round.stepEnded();
          if (thrown != null) {
            failed("client " + client.number(), thrown);
          }
          advance();
          client.surroundings().executor().execute(() -> step(client));
        });
  }

  /** Something answered as no store should. */
  private void failed(String who, Throwable thrown) {
    violations.add(who + " failed: " + Failures.line(Failures.unwrap(thrown)));
    stop();
  }

  // From round to round

  private void advance() {
    if (!isStopping) {
      turnOver();
    }
    for (Round round : List.copyOf(there)) {
      boolean isOver = round != current && round != next && round.stepsUnderWay() == 0;
      if (isOver && round.phase() == Round.Phase.READY) {
        tally = tally.plus(round.workload().counts());
        judge(round);
      }
    }
    if (isStopping && !isClosing && there.stream().allMatch(Rounds::isSettled)) {
      isClosing = true;
      judgeAgain();
    }
  }

  private static boolean isSettled(Round round) {
    return round.phase() == Round.Phase.KEPT || round.phase() == Round.Phase.FAILED;
  }

  private void turnOver() {
    if (current == null) {
      return;
    }
    if (next == null && current.stepsBegun() >= stepsOfRound / 2) {
      int slot = freeSlot();
      if (slot >= 0) {
        prepare(slot);
        setUp(next);
      }
    }
    if (next != null && next.phase() == Round.Phase.READY && current.stepsBegun() >= stepsOfRound) {
      current = next;
      next = null;
    }
  }

  /** A part of the keys that nobody has, or −1: then the present round goes on for longer. */
  private int freeSlot() {
    for (int slot = 1; slot < SLOTS; slot++) {
      int wanted = slot;
      if (there.stream().noneMatch(round -> round.slot() == wanted)) {
        return slot;
      }
    }
    return -1;
  }

  private void judge(Round round) {
    round.enter(Round.Phase.BEING_JUDGED);
    verdict(round)
        .thenAcceptAsync(
            found -> {
              judgedCount++;
              take(round, found);
              clearOld();
              advance();
            },
            clients.get(0).surroundings().executor());
  }

  private CompletableFuture<Violations> verdict(Round round) {
    return CompletableFuture.completedFuture(round)
        .thenComposeAsync(each -> each.workload().check(judge), judge.surroundings().executor())
        .exceptionally(
            thrown -> {
              Violations broken = new Violations();
              broken.add("the check failed: " + Failures.line(Failures.unwrap(thrown)));
              return broken;
            });
  }

  private void take(Round round, Violations found) {
    round.enter(found.isEmpty() ? Round.Phase.KEPT : Round.Phase.FAILED);
    if (!found.isEmpty()) {
      violations.addAll(found);
      stop();
    }
  }

  private void clearOld() {
    List<Round> kept =
        there.stream()
            .filter(round -> round.slot() != 0 && round.phase() == Round.Phase.KEPT)
            .toList();
    for (Round round : kept.subList(0, Math.max(0, kept.size() - KEPT_MAX))) {
      clear(round);
    }
  }

  private CompletableFuture<Void> clear(Round round) {
    round.enter(Round.Phase.CLEARING);
    return clients
        .get(0)
        .<Void>patiently(
            transaction -> {
              transaction.clear(round.keys().begin().toArray(), round.keys().behind().toArray());
              return CompletableFuture.completedFuture(null);
            })
        .whenComplete(
            (nothing, thrown) -> {
              there.remove(round);
              if (thrown != null) {
                failed("clearing old keys", thrown);
              }
              advance();
            });
  }

  // The end

  /** No client begins anything from now on. */
  void stop() {
    if (isStopping) {
      return;
    }
    isStopping = true;
    gaps.end(now());
    current = null;
    next = null;
  }

  /** Lets everything come to its end, and judges it; completes when all is done. */
  CompletableFuture<Void> end() {
    stop();
    advance();
    return ended;
  }

  private void judgeAgain() {
    CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
    for (Round round : List.copyOf(there)) {
      if (round.phase() == Round.Phase.KEPT) {
        all =
            all.thenCompose(nothing -> verdict(round))
                .thenAcceptAsync(
                    found -> take(round, found), clients.get(0).surroundings().executor());
      }
    }
    all.thenCompose(nothing -> violations.isEmpty() ? clearAll() : all())
        .whenComplete(
            (nothing, thrown) -> {
              if (thrown == null) {
                ended.complete(null);
              } else {
                ended.completeExceptionally(thrown);
              }
            });
  }

  private static CompletableFuture<Void> all() {
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> clearAll() {
    CompletableFuture<Void> cleared = all();
    for (Round round : List.copyOf(there)) {
      cleared = cleared.thenCompose(nothing -> clear(round));
    }
    return cleared;
  }

  // What there is to tell

  Gaps gaps() {
    return gaps;
  }

  /** Of all rounds, those that are under way included. */
  Tally tally() {
    Tally sum = tally;
    for (Round round : there) {
      if (round.phase() == Round.Phase.READY) {
        sum = sum.plus(round.workload().counts());
      }
    }
    return sum;
  }

  long judgedCount() {
    return judgedCount;
  }

  Violations violations() {
    return violations;
  }

  /** Steps that have begun and not ended. */
  int stepsUnderWay() {
    return there.stream().mapToInt(Round::stepsUnderWay).sum();
  }

  /** Whether the first violation has ended it. */
  boolean isStopping() {
    return isStopping;
  }
}
