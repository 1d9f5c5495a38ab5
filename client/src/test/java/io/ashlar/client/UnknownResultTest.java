package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.MutationType;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Commits whose answer gets lost: they end as unknown only when it is settled. */
class UnknownResultTest {
  private final FakeWorld world = new FakeWorld(6);
  private final FakeCluster cluster = world.cluster;
  private final Database database = FakeWorld.connect(world, DatabaseOptions.defaults());

  private static boolean isOriginal(Message message) {
    return message instanceof CommitTransaction commit && !commit.mutations().isEmpty();
  }

  /** Gives each commit of a transaction this fate, and fences and the rest a good one. */
  private void originalsSuffer(FakeWorld.Fate fate) {
    world.weather = (to, message, random) -> isOriginal(message) ? fate : FakeWorld.Fate.ANSWERED;
  }

  private static AshlarException error(ErrorCode code) {
    return new AshlarException(code);
  }

  private Transaction setting(String key, String value) {
    Transaction tr = database.createTransaction();
    tr.set(b(key), b(value));
    return tr;
  }

  @Example
  void aLostAnswerIsUnknownAndTheFenceComesAfterIt() {
    originalsSuffer(FakeWorld.Fate.ANSWER_LOST);
    assertThat(world.awaitError(setting("a", "1").commit()))
        .isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(cluster.data()).containsKey(Bytes.utf8("a"));
    CommitTransaction original = cluster.commitRequests.get(0);
    CommitTransaction fence = cluster.commitRequests.get(1);
    assertThat(fence.readConflicts().isEmpty()).isTrue();
    assertThat(fence.mutations().isEmpty()).isTrue();
    assertThat(KeyRanges.decode(original.readConflicts()))
        .isEqualTo(KeyRanges.decode(fence.writeConflicts()));
  }

  @Example
  void aFenceThatIsSentAtOnceSettlesItsTransactionAllTheSame() {
    world.forced = point -> point.equals("client.fence-at-once");
    List<ErrorCode> ends = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String key = "k" + i;
      CompletableFuture<Void> commit = setting(key, "1").commit();
      world.await(commit.handle((done, error) -> null));
      ErrorCode code = commit.isCompletedExceptionally() ? world.awaitError(commit) : null;
      ends.add(code);
      Bytes value = cluster.data().get(Bytes.utf8(key));
      world.runFor(10_000 * FakeWorld.MILLI);
      assertThat(cluster.data().get(Bytes.utf8(key))).as("what %s left", code).isEqualTo(value);
      if (code == null || code == ErrorCode.NOT_COMMITTED) {
        assertThat(value != null).isEqualTo(code == null);
      }
    }
    assertThat(ends).contains(null, ErrorCode.COMMIT_UNKNOWN_RESULT);
  }

  @Example
  void aLostRequestIsUnknownToo() {
    originalsSuffer(FakeWorld.Fate.LOST);
    assertThat(world.awaitError(setting("a", "1").commit()))
        .isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(cluster.data()).doesNotContainKey(Bytes.utf8("a"));
  }

  @Example
  void aRequestThatArrivesAfterTheFenceIsRefused() {
    originalsSuffer(FakeWorld.Fate.DELAYED);
    assertThat(world.awaitError(setting("a", "1").commit()))
        .isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(cluster.commitRequests).hasSize(1);
    world.runFor(60_000 * FakeWorld.MILLI);
    assertThat(cluster.commitRequests).hasSize(2);
    assertThat(cluster.data()).doesNotContainKey(Bytes.utf8("a"));
  }

  @Example
  void fencesAreRepeatedUntilOneIsCommitted() {
    int[] fences = new int[1];
    world.weather =
        (to, message, random) -> {
          if (isOriginal(message)) {
            return FakeWorld.Fate.ANSWER_LOST;
          }
          boolean isFence = message instanceof CommitTransaction;
          return isFence && ++fences[0] < 5 ? FakeWorld.Fate.ANSWER_LOST : FakeWorld.Fate.ANSWERED;
        };
    assertThat(world.awaitError(setting("a", "1").commit()))
        .isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(fences[0]).isEqualTo(5);
  }

  @Example
  void aRefusedFenceIsNoFence() {
    originalsSuffer(FakeWorld.Fate.LOST);
    cluster.refusals.add(ErrorCode.COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED);
    cluster.refusals.add(ErrorCode.BROKEN_PROMISE);
    assertThat(world.awaitError(setting("a", "1").commit()))
        .isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(cluster.commitRequests).hasSize(3);
  }

  /**
   * The story: the read version is made up, the original is late, and its fence comes through
   * before the version that the original claims to have read: so nothing would stop it any more.
   */
  @Example
  void aCommitWithAReadVersionOfTheFutureIsNotSent() {
    originalsSuffer(FakeWorld.Fate.DELAYED);
    Transaction tr = database.createTransaction();
    tr.setReadVersion(Long.MAX_VALUE);
    tr.set(b("a"), b("1"));
    assertThat(world.awaitError(tr.commit())).isEqualTo(ErrorCode.FUTURE_VERSION);
    world.runFor(60_000 * FakeWorld.MILLI);
    assertThat(cluster.commitRequests).isEmpty();
    assertThat(cluster.data()).doesNotContainKey(Bytes.utf8("a"));
  }

  @Example
  void aReadVersionThatAnotherClientWasGivenIsGood() {
    cluster.put("a", "1");
    Transaction tr = database.createTransaction();
    tr.setReadVersion(cluster.version());
    tr.addReadConflictKey(b("a"));
    tr.set(b("a"), b("2"));
    world.await(tr.commit());
    assertThat(cluster.data()).containsEntry(Bytes.utf8("a"), Bytes.utf8("2"));
    assertThat(cluster.readVersionsAsked).isPositive();
  }

  @Example
  void aReadVersionOfOnesOwnIsGoodWithoutAskingAgain() {
    Transaction first = database.createTransaction();
    long version = world.await(first.getReadVersion());
    int asked = cluster.readVersionsAsked;
    Transaction tr = database.createTransaction();
    tr.setReadVersion(version);
    tr.set(b("a"), b("2"));
    world.await(tr.commit());
    assertThat(cluster.readVersionsAsked).isEqualTo(asked);
  }

  @Example
  void whatAProxySaysOnItsWayOutIsNoAnswer() {
    cluster.refusals.add(ErrorCode.TLOG_STOPPED);
    assertThat(world.awaitError(setting("a", "1").commit()))
        .isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    cluster.refusals.add(ErrorCode.BROKEN_PROMISE);
    assertThat(world.awaitError(setting("a", "1").commit()))
        .isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
  }

  @Example
  void aRefusalIsAnAnswer() {
    cluster.refusals.add(ErrorCode.NOT_COMMITTED);
    assertThat(world.awaitError(setting("a", "1").commit())).isEqualTo(ErrorCode.NOT_COMMITTED);
    assertThat(cluster.commitRequests).hasSize(1);
  }

  /** Such as one that clears the first shard away: once it was taken for a lost answer. */
  @Example
  void aRefusalForWhatATransactionDoesToTheClustersKeysIsAnAnswer() {
    cluster.refusals.add(ErrorCode.CLIENT_INVALID_OPERATION);
    assertThat(world.awaitError(setting("a", "1").commit()))
        .isEqualTo(ErrorCode.CLIENT_INVALID_OPERATION);
    assertThat(cluster.commitRequests).hasSize(1);
  }

  @Example
  void aNewEpochDuringACommitIsUnknownAtOnce() {
    originalsSuffer(FakeWorld.Fate.SWALLOWED);
    Transaction tr = setting("a", "1");
    CompletableFuture<Void> commit = tr.commit();
    world.runFor(100 * FakeWorld.MILLI);
    cluster.recover(50 * FakeWorld.MILLI);
    world.runFor(500 * FakeWorld.MILLI);
    assertThat(world.awaitError(commit)).isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(world.nowNanos()).isLessThan(1_000 * FakeWorld.MILLI);
  }

  @Example
  void runWithoutAnIdDoesNotRepeatWhatMayHaveHappened() {
    originalsSuffer(FakeWorld.Fate.ANSWER_LOST);
    int[] tries = new int[1];
    CompletableFuture<Object> run =
        database.runAsync(
            tr -> {
              tries[0]++;
              tr.options().setAutomaticIdempotencyDisable();
              tr.set(b("a"), b("1"));
              return CompletableFuture.completedFuture(null);
            });
    assertThat(world.awaitError(run)).isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(tries[0]).isEqualTo(1);
  }

  @Example
  void runRepeatsWhatIsDeclaredIdempotent() {
    int[] tries = new int[1];
    world.weather =
        (to, message, random) ->
            isOriginal(message) && tries[0] < 3
                ? FakeWorld.Fate.ANSWER_LOST
                : FakeWorld.Fate.ANSWERED;
    CompletableFuture<Object> run =
        database.runAsync(
            tr -> {
              tries[0]++;
              tr.options().setIdempotent();
              tr.set(b("a"), b("1"));
              return CompletableFuture.completedFuture(null);
            });
    world.await(run);
    assertThat(tries[0]).isEqualTo(3);
  }

  @Example
  void aTimeoutDuringTheCommitLeavesItOpen() {
    originalsSuffer(FakeWorld.Fate.SWALLOWED);
    Transaction tr = setting("a", "1");
    tr.options().setTimeout(200);
    assertThat(world.awaitError(tr.commit())).isEqualTo(ErrorCode.MAY_STILL_COMMIT);
    assertThat(world.awaitError(tr.get(b("a")))).isEqualTo(ErrorCode.MAY_STILL_COMMIT);
  }

  @Example
  void aTimeoutBeforeTheCommitWasSentIsJustThat() {
    cluster.recover(60_000 * FakeWorld.MILLI);
    Transaction tr = setting("a", "1");
    tr.options().setTimeout(200);
    assertThat(world.awaitError(tr.commit())).isEqualTo(ErrorCode.TRANSACTION_TIMED_OUT);
  }

  @Example
  void cancellingDuringTheCommitLeavesItOpen() {
    originalsSuffer(FakeWorld.Fate.SWALLOWED);
    Transaction tr = setting("a", "1");
    CompletableFuture<Void> commit = tr.commit();
    world.runFor(100 * FakeWorld.MILLI);
    tr.cancel();
    assertThat(world.awaitError(commit)).isEqualTo(ErrorCode.MAY_STILL_COMMIT);
    assertThat(world.awaitError(tr.onError(error(ErrorCode.NOT_COMMITTED))))
        .isEqualTo(ErrorCode.TRANSACTION_CANCELLED);
  }

  /**
   * The story, from seed 40601 of the default runs: a blob was finished in a function that {@code
   * runAsync} ran, and the timeout came while its commit was under way. That failed with {@code
   * may_still_commit}; the retry loop asked whether to go on, heard that the timeout had passed,
   * and told that instead. So its caller thought that nothing had happened, and the blob was there.
   */
  @Example
  void aFunctionWhoseCommitMayStillComeIsNotToldAsTimedOut() {
    world.weather =
        (to, message, random) -> {
          if (isOriginal(message)) {
            return FakeWorld.Fate.ANSWER_LOST;
          }
          boolean isFence = message instanceof CommitTransaction;
          return isFence ? FakeWorld.Fate.SWALLOWED : FakeWorld.Fate.ANSWERED;
        };
    CompletableFuture<Object> run =
        database.runAsync(
            tr -> {
              tr.options().setTimeout(200);
              tr.set(b("a"), b("1"));
              return CompletableFuture.completedFuture(null);
            });
    assertThat(world.awaitError(run)).isEqualTo(ErrorCode.MAY_STILL_COMMIT);
    assertThat(cluster.data()).containsKey(Bytes.utf8("a"));
  }

  @Example
  void whatEndsTheTransactionDoesNotHideWhatItsCommitSaid() {
    originalsSuffer(FakeWorld.Fate.ANSWER_LOST);
    Transaction timedOut = setting("a", "1");
    timedOut.options().setIdempotent();
    assertThat(world.awaitError(timedOut.commit())).isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    timedOut.options().setTimeout(200);
    world.runFor(1_000 * FakeWorld.MILLI);
    assertThat(world.awaitError(timedOut.onError(error(ErrorCode.COMMIT_UNKNOWN_RESULT))))
        .isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    originalsSuffer(FakeWorld.Fate.SWALLOWED);
    Transaction cancelled = setting("a", "1");
    CompletableFuture<Void> commit = cancelled.commit();
    world.runFor(100 * FakeWorld.MILLI);
    cancelled.cancel();
    assertThat(world.awaitError(commit)).isEqualTo(ErrorCode.MAY_STILL_COMMIT);
    assertThat(world.awaitError(cancelled.onError(error(ErrorCode.MAY_STILL_COMMIT))))
        .isEqualTo(ErrorCode.MAY_STILL_COMMIT);
  }

  /**
   * A try after one in doubt, which ended without doubt, was told as if it had been the only one.
   */
  @Example
  void whatEndsTheTriesDoesNotHideThatOneOfThemMayBeCommitted() {
    boolean[] first = new boolean[1];
    world.weather =
        (to, message, random) -> {
          if (!isOriginal(message)) {
            return FakeWorld.Fate.ANSWERED;
          }
          boolean isFirst = !first[0];
          first[0] = true;
          return isFirst ? FakeWorld.Fate.ANSWER_LOST : FakeWorld.Fate.ANSWERED;
        };
    for (boolean byTime : new boolean[] {true, false}) {
      first[0] = false;
      int[] tries = new int[1];
      CompletableFuture<Object> run =
          database.runAsync(
              tr -> {
                if (tries[0] == 0) {
                  tr.options().setIdempotent();
                  tr.options().setTimeout(3_000).setRetryLimit(byTime ? -1 : 3);
                }
                tr.set(b("a" + byTime), b("1"));
                return tries[0]++ == 0
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(error(ErrorCode.NOT_COMMITTED));
              });
      assertThat(world.awaitError(run)).isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
      assertThat(tries[0]).isGreaterThan(3);
      assertThat(cluster.data()).containsKey(Bytes.utf8("a" + byTime));
    }
  }

  @Example
  void aTryThatIsCommittedEndsTheDoubt() {
    originalsSuffer(FakeWorld.Fate.ANSWER_LOST);
    Transaction tr = setting("a", "1");
    tr.options().setIdempotent().setRetryLimit(1);
    assertThat(world.awaitError(tr.commit())).isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    world.await(tr.onError(error(ErrorCode.COMMIT_UNKNOWN_RESULT)));
    originalsSuffer(FakeWorld.Fate.ANSWERED);
    tr.set(b("a"), b("1"));
    world.await(tr.commit());
    assertThat(world.awaitError(tr.onError(error(ErrorCode.NOT_COMMITTED))))
        .isEqualTo(ErrorCode.NOT_COMMITTED);
  }

  @Example
  void closingTheDatabaseDuringTheCommitLeavesItOpen() {
    originalsSuffer(FakeWorld.Fate.SWALLOWED);
    Transaction tr = setting("a", "1");
    CompletableFuture<Void> commit = tr.commit();
    CompletableFuture<byte[]> stamp = tr.getVersionstamp();
    world.runFor(100 * FakeWorld.MILLI);
    database.close();
    assertThat(world.awaitError(commit)).isEqualTo(ErrorCode.MAY_STILL_COMMIT);
    assertThat(world.awaitError(stamp)).isEqualTo(ErrorCode.MAY_STILL_COMMIT);
  }

  /**
   * Writers of unique keys under all the network may do, with new epochs: acknowledged is there,
   * refused is not, unknown is either but never changes any more.
   */
  @Property(tries = 150, seed = "41")
  void everyResultIsTrueForEver(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    FakeWorld w = new FakeWorld(seed);
    int badPerMillion = random.nextInt(400_000);
    w.weather =
        (to, message, draw) ->
            draw.chance(badPerMillion)
                ? FakeWorld.Fate.values()[draw.nextInt(FakeWorld.Fate.values().length)]
                : FakeWorld.Fate.ANSWERED;
    SeededRandom points = random.fork("fault points");
    int forcedPerMillion = points.nextBoolean() ? points.nextInt(300_000) : 0;
    w.forced = point -> points.chance(forcedPerMillion);
    DatabaseOptions options = DatabaseOptions.defaults().withRequestTimeoutMillis(300);
    Database db = FakeWorld.connect(w, options);
    List<String> wrong = new ArrayList<>();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ends.add(writeUnique(w, db, "k" + i, random.nextBoolean(), wrong));
      w.runFor(random.nextInt(40) * FakeWorld.MILLI);
      if (random.nextInt(8) == 0) {
        w.cluster.recover(random.nextInt(100) * FakeWorld.MILLI);
      }
    }
    for (CompletableFuture<Void> end : ends) {
      w.await(end);
    }
    w.runFor(120_000 * FakeWorld.MILLI);
    assertThat(wrong).isEmpty();
    assertThat(w.cluster.countCommitted(MutationType.ADD)).isLessThanOrEqualTo(20);
  }

  /** Adds 1 to a key of its own, and checks at once and much later what became of it. */
  private static CompletableFuture<Void> writeUnique(
      FakeWorld w, Database db, String key, boolean reads, List<String> wrong) {
    Transaction tr = db.createTransaction();
    CompletableFuture<byte[]> first =
        reads ? tr.get(b(key)) : CompletableFuture.completedFuture(null);
    return first
        .thenCompose(
            value -> {
              tr.mutate(io.ashlar.client.MutationType.ADD, b(key), new byte[] {1});
              return tr.commit();
            })
        .handle(
            (done, error) -> {
              ErrorCode code =
                  error == null
                      ? null
                      : ((io.ashlar.core.AshlarException) Blocking.unwrap(error)).code();
              Bytes now = w.cluster.data().get(Bytes.utf8(key));
              expect(code, now, now, key, wrong);
              w.schedule(
                  60_000 * FakeWorld.MILLI,
                  () -> expect(code, now, w.cluster.data().get(Bytes.utf8(key)), key, wrong));
              return null;
            });
  }

  private static void expect(
      ErrorCode code, Bytes atTheEnd, Bytes later, String key, List<String> wrong) {
    boolean right =
        code == null
            ? Bytes.of(1).equals(later)
            : code == ErrorCode.COMMIT_UNKNOWN_RESULT
                ? java.util.Objects.equals(atTheEnd, later)
                : later == null;
    if (!right) {
      wrong.add(key + ": " + code + ", was " + atTheEnd + ", later " + later);
    }
  }
}
