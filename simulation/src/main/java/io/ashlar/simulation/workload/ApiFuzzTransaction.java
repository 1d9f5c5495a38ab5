package io.ashlar.simulation.workload;

import io.ashlar.client.KeySelector;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.check.ApiExpectation;
import io.ashlar.simulation.check.ApiModel;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.Violations;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;

/**
 * One transaction on which calls are made in any order, with any arguments, in any state. What it
 * writes to keys of others is never committed, unless something else in the transaction is such
 * that the cluster must refuse all of it.
 */
final class ApiFuzzTransaction {
  /** What the workload keeps for all of its transactions. */
  interface Deeds {
    /** A new deed, and where it leaves its mark. */
    long begin();

    byte[] key(long deed);

    void end(long deed, Outcome outcome);

    void ended(Attempt attempt);

    /** A read version that was given out lately. */
    long recentVersion();

    void sawVersion(long version);
  }

  private static final int CALLS_MIN = 4;
  private static final int CALLS_MAX = 24;
  private static final int CALLS_AFTER_COMMIT_MAX = 6;
  private static final int PAUSE_PER_MILLION = 150_000;
  private static final long PAUSE_MILLIS_MAX = 400;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int NO_DEED = 0;

  private final Transaction transaction;
  private final ApiModel model;
  private final ApiDraws draws;
  private final SeededRandom random;
  private final SeededRandom pauses;
  private final LongFunction<CompletableFuture<Void>> pause;
  private final Deeds deeds;
  private final ApiWatches watches;
  private final ApiCalls calls;
  private final ApiFuzzReads reads;
  private final ApiFuzzWrites writes;
  private final ApiFuzzOptions options;

  /** Whether some try of it was. */
  private boolean wasCommitted;

  /** Whether nothing more is called. */
  private boolean isOver;

  /** Of this try, or {@link #NO_DEED}. */
  private long deed = NO_DEED;

  /**
   * @param pause completes after so many nanoseconds
   * @param watches of the connection that the transaction belongs to
   */
  ApiFuzzTransaction(
      long id,
      Transaction transaction,
      ApiModel model,
      ApiDraws draws,
      SeededRandom random,
      LongFunction<CompletableFuture<Void>> pause,
      Deeds deeds,
      ApiWatches watches,
      Violations violations) {
    this.transaction = transaction;
    this.model = model;
    this.draws = draws;
    this.random = random;
    this.pauses = random.fork("pauses");
    this.pause = pause;
    this.deeds = deeds;
    this.watches = watches;
    this.calls = new ApiCalls("transaction " + id, violations);
    this.reads = new ApiFuzzReads(transaction, model, draws, random, deeds, calls);
    this.writes = new ApiFuzzWrites(transaction, model, draws, random, calls);
    this.options = new ApiFuzzOptions(transaction, model, random, calls);
  }

  ApiCalls calls() {
    return calls;
  }

  /** Makes all calls; ends when all of their futures have. */
  CompletableFuture<Void> run() {
    return some(random.nextInt(CALLS_MIN, CALLS_MAX))
        .thenCompose(
            done -> {
              leaveMark();
              commit();
              return calls.last();
            })
        .thenCompose(done -> outlive())
        .thenCompose(done -> some(random.nextInt(CALLS_AFTER_COMMIT_MAX)))
        .thenCompose(
            done -> {
              // Those of a commit live on, also when something was begun after it; those of none
              // end with it. One that is under way may still make them live on.
              isOver = true;
              if (wasCommitted || random.nextBoolean()) {
                watches.giveUp(transaction);
              }
              model.cancel();
              transaction.close();
              endDeed(Outcome.FAILED);
              return calls.all();
            });
  }

  /**
   * After the commit, in some: waits, perhaps until a timeout has passed which is no affair of that
   * commit any more, and perhaps begins anew.
   */
  private CompletableFuture<Void> outlive() {
    if (!pauses.chance(PAUSE_PER_MILLION)) {
      return CompletableFuture.completedFuture(null);
    }
    if (pauses.nextBoolean()) {
      options.setTimeout(1 + pauses.nextLong(PAUSE_MILLIS_MAX));
    }
    return pause
        .apply(pauses.nextLong(PAUSE_MILLIS_MAX) * NANOS_PER_MILLI)
        .thenCompose(
            done -> {
              if (pauses.nextBoolean()) {
                onError(new AshlarException(ErrorCode.NOT_COMMITTED));
              }
              return calls.last();
            });
  }

  private CompletableFuture<Void> some(int left) {
    if (left == 0) {
      return CompletableFuture.completedFuture(null);
    }
    call();
    // Who reads a version that will never come waits a second for each read.
    return random.nextInt(3) == 0 && !model.readsTheFuture()
        ? calls.last().thenCompose(done -> some(left - 1))
        : some(left - 1);
  }

  private void call() {
    switch (random.nextInt(30)) {
      case 0, 1 -> reads.get();
      case 2 -> reads.getMany();
      case 3, 4 -> reads.getKey();
      case 5 -> reads.getFarKey();
      case 6, 7, 8 -> reads.getRange();
      case 9 -> reads.readVersion();
      case 10 -> setReadVersion();
      case 11, 12 -> watch();
      case 13, 14 -> writes.conflictKey();
      case 15, 16 -> writes.conflictRange();
      case 17, 18 -> writes.set();
      case 19 -> writes.clear();
      case 20, 21 -> writes.clearRange();
      case 22, 23 -> writes.mutate();
      case 24, 25 -> options.draw();
      case 26 -> told();
      case 27 -> onError();
      case 28 -> {
        if (random.nextInt(4) == 0) {
          commit();
        } else if (random.nextInt(3) == 0) {
          model.cancel();
          transaction.cancel();
        }
      }
      default -> {
        if (random.nextBoolean()) {
          doom();
        } else {
          addToSelector();
        }
      }
    }
  }

  private void setReadVersion() {
    long version = draws.version(deeds.recentVersion());
    boolean returned =
        calls.now(
            "setReadVersion " + version,
            model.setReadVersion(version),
            () -> reads.reader(random.nextBoolean()).setReadVersion(version));
    if (returned) {
      model.versionWasSet(version);
    }
  }

  private void watch() {
    byte[] key = draws.key();
    String text = "watch " + ApiCalls.shown(key);
    ApiExpectation due = model.watch(key, watches.isFull());
    CompletableFuture<Void> watch = calls.begin(text, due, () -> transaction.watch(key), key);
    calls.judge(
        text,
        due,
        watches.kept(transaction, watch),
        (nothing, thrown) -> {},
        ApiCalls.Judged.UNLESS_CANCELLED);
  }

  /** Clears everything, the map of the shards too: nobody may, so that all of it is refused. */
  private void doom() {
    calls.now(
        "setAccessSystemKeys",
        model.setAccessSystemKeys(),
        () -> transaction.options().setAccessSystemKeys());
    boolean wasActive = model.isActive();
    writes.widen();
    byte[] begin = new byte[0];
    byte[] end = Keys.SYSTEM_END.toArray();
    boolean returned =
        calls.now(
            "clear all", model.clear(begin, end), () -> transaction.clear(begin, end), begin, end);
    if (returned && wasActive) {
      model.doom();
    }
  }

  private void leaveMark() {
    if (deed != NO_DEED || !model.isActive() || writes.isWide() || random.nextInt(8) == 0) {
      return;
    }
    long id = deeds.begin();
    byte[] key = deeds.key(id);
    byte[] value = Encoding.bigEndian(id);
    boolean returned =
        calls.now("set mark", model.set(key, value), () -> transaction.set(key, value), key, value);
    if (returned) {
      deed = id;
    } else {
      deeds.end(id, Outcome.FAILED);
    }
  }

  private void endDeed(Outcome outcome) {
    if (deed != NO_DEED) {
      deeds.end(deed, outcome);
      deed = NO_DEED;
    }
  }

  // ---- what changes the state

  private void commit() {
    if (model.isActive() && writes.isWide() && !model.isDoomed()) {
      return;
    }
    boolean isReal = model.isActive();
    calls.later(
        "commit",
        model.commit(),
        transaction::commit,
        (nothing, thrown) -> {
          if (isReal) {
            model.commitEnded(thrown);
            committed(thrown);
          }
        });
  }

  private void committed(Throwable thrown) {
    if (thrown == null) {
      wasCommitted = true;
      if (isOver) {
        watches.giveUp(transaction);
      }
      told();
      Stamp[] stamp = new Stamp[1];
      if (model.hasWrites()) {
        stamp();
        stamp[0] = new Stamp(transaction.getCommittedVersion(), 0);
      }
      Outcome outcome = stamp[0] == null ? Outcome.READ_ONLY : Outcome.COMMITTED;
      deeds.ended(new Attempt(outcome, stamp[0], -1, null));
      endDeed(Outcome.COMMITTED);
    } else if (thrown instanceof AshlarException error) {
      ErrorCode code = error.code();
      Outcome outcome = Outcome.FAILED;
      if (code == ErrorCode.MAY_STILL_COMMIT) {
        outcome = Outcome.OPEN;
      } else if (code.isMaybeCommitted()) {
        outcome = Outcome.UNKNOWN;
      }
      deeds.ended(new Attempt(outcome, null, -1, code));
      endDeed(outcome);
    }
  }

  /** What the transaction tells of itself. */
  private void told() {
    switch (random.nextInt(3)) {
      case 0 -> stamp();
      case 1 -> {
        long size = model.approximateSize();
        long[] told = new long[1];
        calls.now(
            "getApproximateSize",
            model.option(true),
            () -> told[0] = transaction.getApproximateSize());
        if (size >= 0 && told[0] != size) {
          calls.complain("getApproximateSize", "gave " + told[0] + " and not " + size);
        }
      }
      default -> {
        long[] version = {-2};
        boolean isWriter = model.hasWrites();
        boolean returned =
            calls.now(
                "getCommittedVersion",
                model.getCommittedVersion(),
                () -> version[0] = transaction.getCommittedVersion());
        if (returned && (isWriter ? version[0] <= 0 : version[0] != -1)) {
          calls.complain("getCommittedVersion", "gave " + version[0]);
        }
      }
    }
  }

  private void stamp() {
    int of = model.tries();
    String text = "getVersionstamp";
    ApiExpectation due = model.getVersionstamp();
    calls.judge(
        text,
        due,
        calls.begin(text, due, transaction::getVersionstamp),
        (stamp, thrown) -> {
          if (thrown == null && of == model.tries() && model.isCommitted()) {
            long version = transaction.getCommittedVersion();
            if (Stamp.of(Bytes.wrap(stamp)).version() != version) {
              calls.complain(text, "gave another version than " + version);
            }
          }
        },
        ApiCalls.Judged.HERE);
  }

  private void onError() {
    ErrorCode[] codes = ErrorCode.values();
    Throwable error =
        switch (random.nextInt(12)) {
          case 0 -> null;
          case 1 -> new IllegalStateException("not of the store");
          case 2, 3, 4 -> new AshlarException(ErrorCode.NOT_COMMITTED);
          default -> new AshlarException(codes[random.nextInt(codes.length)]);
        };
    onError(error);
  }

  private void onError(Throwable error) {
    Throwable given =
        error != null && random.nextInt(4) == 0 ? new CompletionException(error) : error;
    String text = "onError " + error;
    ApiExpectation due = model.onError(error);
    if (error instanceof IllegalStateException) {
      calls.unjudged(
          text,
          due,
          () -> transaction.onError(given),
          (again, thrown) -> calls.complain(text, thrown == error ? null : "ended with " + thrown));
      return;
    }
    boolean isAccepted = due.mayEndWell();
    int tried = model.tries();
    if (isAccepted) {
      writes.forget();
      endDeed(Outcome.FAILED);
      watches.giveUp(transaction);
    }
    calls.later(
        text,
        due,
        () -> transaction.onError(given),
        (again, thrown) -> {
          if (isAccepted && tried == model.tries()) {
            model.retryEnded(thrown);
          }
        });
  }

  private void addToSelector() {
    KeySelector selector =
        new KeySelector(
            draws.homeKey(), random.nextBoolean(), random.nextBoolean() ? 1 : Integer.MAX_VALUE);
    int keys = random.nextBoolean() ? 1 : random.nextBoolean() ? Integer.MIN_VALUE : -1;
    long offset = (long) selector.getOffset() + keys;
    calls.now(
        selector + " and " + keys,
        model.offset(offset),
        () -> {
          if (selector.add(keys).getOffset() != offset) {
            calls.complain(selector + " and " + keys, "is another selector");
          }
        });
  }
}
