package io.ashlar.simulation.workload;

import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.simulation.check.Outcome;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.simulation.check.Violations;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Adds one to counters as everybody would: in {@code runAsync}, with nothing written beside them by
 * which one could see later what has happened. Each client has a counter of its own, and some are
 * shared. A client counts the calls that succeeded. At the end its counter says exactly that, and a
 * shared one the sum; only what the calls of clients that died would have added may be there or
 * not.
 *
 * <p>A call that ends with an unknown result is allowed only when so much time has passed that an
 * idempotency id may have expired.
 */
public final class ExactlyOnceWorkload implements Workload {
  private static final int SHARED = 3;
  private static final String SHARED_COUNTER = "shared/";
  private static final String OWN_COUNTER = "own/";
  private static final String OWN_STAMP = "stamp/";
  private static final int CONDITIONAL_PER_MILLION = 400_000;
  private static final int LONG_PER_MILLION = 100_000;
  private static final long LONG_NANOS = 1_000_000_000;

  /** What is known of a counter. */
  private static final class Known {
    /** Calls that added one, and told so. */
    long succeeded;

    /** Calls that have not ended, or that ended without telling. */
    long open;

    Stamp lastStamp = new Stamp(0, 0);
  }

  private final KeySpace keys;
  private final Known[] shared = new Known[SHARED];

  /** By the number of the client. */
  private final Map<Integer, Known> own = new TreeMap<>();

  private final WorkloadCounts counts = new WorkloadCounts();
  private final Violations violations = new Violations();

  ExactlyOnceWorkload(KeySpace keys) {
    this.keys = keys;
    for (int i = 0; i < SHARED; i++) {
      shared[i] = new Known();
    }
  }

  @Override
  public String name() {
    return "exactly-once";
  }

  @Override
  public WorkloadCounts counts() {
    return counts;
  }

  @Override
  public CompletableFuture<Void> setup(SimClient client) {
    return CompletableFuture.completedFuture(null);
  }

  private byte[] sharedKey(int counter) {
    return keys.spread(SHARED_COUNTER, counter, SHARED);
  }

  private byte[] ownKey(int client) {
    return keys.fixed(OWN_COUNTER, client);
  }

  /** One call. */
  private final class Call {
    final SimClient client;
    final int number;
    final int counter;
    final boolean reads;
    final boolean isLong;
    final Known mine;
    Transaction last;
    long begunNanos;

    Call(SimClient client) {
      this.client = client;
      number = client.number();
      counter = client.random().nextInt(SHARED);
      // Half of the calls read nothing, so that nothing but the id can conflict.
      reads = client.random().chance(CONDITIONAL_PER_MILLION);
      isLong = client.random().chance(LONG_PER_MILLION);
      mine = own.computeIfAbsent(number, key -> new Known());
    }

    CompletableFuture<Void> run() {
      mine.open++;
      shared[counter].open++;
      return client
          .database()
          .<Void>runAsync(this::body)
          .handle((done, thrown) -> thrown)
          .thenCompose(this::ended);
    }

    /** Runs once for each try. */
    private CompletableFuture<Void> body(Transaction transaction) {
      last = transaction;
      begunNanos = client.surroundings().nowNanos();
      transaction.options().setTimeout(0);
      CompletableFuture<Void> ready =
          isLong
              ? client.pause(client.random().nextLong(LONG_NANOS))
              : CompletableFuture.completedFuture(null);
      byte[] key = sharedKey(counter);
      if (!reads) {
        write(transaction);
        transaction.mutate(MutationType.ADD, key, Encoding.littleEndian(1));
        return ready;
      }
      long ended = mine.succeeded;
      return ready
          .thenCompose(done -> transaction.get(keys.fixed(OWN_STAMP, number)))
          .thenAccept(value -> compareLastStamp(ended, value))
          .thenCompose(done -> transaction.get(key))
          .thenAccept(
              value -> {
                write(transaction);
                long counted = value == null ? 0 : Encoding.littleEndian(value);
                transaction.set(key, Encoding.littleEndian(counted + 1));
              });
    }

    /** When no other call was under way, or is in doubt, the last one of this client is known. */
    private void compareLastStamp(long endedBefore, byte[] value) {
      if (mine.open == 1 && mine.succeeded == endedBefore) {
        counts.count("stamps compared", 1);
        compareStamp(number, mine, value);
      }
    }

    private void write(Transaction transaction) {
      transaction.mutate(
          MutationType.SET_VERSIONSTAMPED_VALUE,
          keys.fixed(OWN_STAMP, number),
          Encoding.stampedValue());
      transaction.mutate(MutationType.ADD, ownKey(number), Encoding.littleEndian(1));
    }

    private CompletableFuture<Void> ended(Throwable thrown) {
      return thrown == null
          ? last.getVersionstamp().thenCompose(this::succeeded)
          : failed(Attempt.code(thrown));
    }

    private CompletableFuture<Void> succeeded(byte[] ten) {
      Stamp stamp = Stamp.of(Bytes.wrap(ten));
      if (stamp.version() != last.getCommittedVersion()) {
        violations.add(stamp + " is told for a commit at " + last.getCommittedVersion());
      }
      for (Known known : new Known[] {mine, shared[counter]}) {
        known.open--;
        known.succeeded++;
      }
      if (mine.lastStamp.compareTo(stamp) < 0) {
        mine.lastStamp = stamp;
      }
      counts.add(new Attempt(Outcome.COMMITTED, stamp, -1, null));
      return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> failed(ErrorCode code) {
      if (code != ErrorCode.COMMIT_UNKNOWN_RESULT) {
        throw new AshlarException(code, "a call of runAsync without a timeout failed");
      }
      long took = client.surroundings().nowNanos() - begunNanos;
      if (took < client.unknownAfterNanos().getAsLong()) {
        violations.add("client " + number + " got an unknown result after " + took + " ns");
      }
      Attempt attempt = new Attempt(Outcome.UNKNOWN, null, -1, code);
      counts.add(attempt);
      return attempt.pause(client);
    }
  }

  @Override
  public CompletableFuture<Void> step(SimClient client) {
    return new Call(client).run();
  }

  @Override
  public CompletableFuture<Violations> check(SimClient client) {
    return client.patiently(
        transaction -> {
          CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
          for (int i = 0; i < SHARED; i++) {
            Known known = shared[i];
            String what = "shared counter " + i;
            all =
                all.thenCombine(
                    transaction.get(sharedKey(i)), (done, value) -> compare(what, known, value));
          }
          for (Map.Entry<Integer, Known> entry : own.entrySet()) {
            Known known = entry.getValue();
            String what = "the counter of client " + entry.getKey();
            all =
                all.thenCombine(
                    transaction.get(ownKey(entry.getKey())),
                    (done, value) -> compare(what, known, value));
            all =
                all.thenCombine(
                    transaction.get(keys.fixed(OWN_STAMP, entry.getKey())),
                    (done, value) -> compareFinalStamp(entry.getKey(), known, value));
          }
          return all.thenApply(done -> violations);
        });
  }

  private Void compare(String what, Known known, byte[] value) {
    long counted = value == null ? 0 : Encoding.littleEndian(value);
    if (counted < known.succeeded || counted > known.succeeded + known.open) {
      violations.add(
          what
              + " is "
              + counted
              + ", and "
              + known.succeeded
              + " calls have succeeded; the results of "
              + known.open
              + " more are not known");
    }
    counts.count("compared exactly", known.open == 0 ? 1 : 0);
    return null;
  }

  private Void compareFinalStamp(int client, Known known, byte[] value) {
    boolean mayBeUntold = known.open > 0 && stampIn(value).compareTo(known.lastStamp) > 0;
    if (!mayBeUntold) {
      compareStamp(client, known, value);
    }
    return null;
  }

  private static Stamp stampIn(byte[] valueOrNull) {
    return valueOrNull == null ? new Stamp(0, 0) : Stamp.of(Bytes.wrap(valueOrNull));
  }

  private void compareStamp(int client, Known known, byte[] value) {
    Stamp found = stampIn(value);
    if (!found.equals(known.lastStamp)) {
      violations.add(
          "client "
              + client
              + " was told "
              + known.lastStamp
              + " of its last commit, whose stamp is "
              + found);
    }
  }
}
