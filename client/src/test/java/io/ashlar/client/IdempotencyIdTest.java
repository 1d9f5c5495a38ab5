package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.GetRange;
import io.ashlar.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Commits whose answer gets lost, and whose id tells what became of them. */
class IdempotencyIdTest {
  private final FakeWorld world = new FakeWorld(6);
  private final FakeCluster cluster = world.cluster;
  private final Database database = FakeWorld.connect(world, DatabaseOptions.defaults());
  private final List<Transaction> tries = new ArrayList<>();

  private static boolean isOriginal(Message message) {
    return message instanceof CommitTransaction commit && !commit.mutations().isEmpty();
  }

  /** Gives the first commit this fate, and everything else a good one. */
  private void firstCommitSuffers(FakeWorld.Fate fate) {
    boolean[] suffered = new boolean[1];
    world.weather =
        (to, message, random) -> {
          if (suffered[0] || !isOriginal(message)) {
            return FakeWorld.Fate.ANSWERED;
          }
          suffered[0] = true;
          return fate;
        };
  }

  private CompletableFuture<Void> increment(Database by, String key) {
    return by.runAsync(
        tr -> {
          tries.add(tr);
          tr.mutate(MutationType.ADD, b(key), new byte[] {1});
          return CompletableFuture.completedFuture(null);
        });
  }

  private Bytes value(String key) {
    return cluster.data().get(Bytes.utf8(key));
  }

  private long ids() {
    return cluster.data().keySet().stream().filter(IdempotencyIds.ROWS::contains).count();
  }

  @Example
  void aCommitWhoseAnswerGotLostSucceedsWithItsVersionAndItsStamp() {
    firstCommitSuffers(FakeWorld.Fate.ANSWER_LOST);
    world.await(increment(database, "a"));
    assertThat(value("a")).isEqualTo(Bytes.of(1));
    assertThat(tries).hasSize(1);
    long committed = cluster.committed.get(0).version();
    assertThat(tries.get(0).getCommittedVersion()).isEqualTo(committed);
    byte[] stamp = world.await(tries.get(0).getVersionstamp());
    assertThat(Bytes.wrap(stamp).slice(0, 8))
        .isEqualTo(new io.ashlar.core.ByteWriter(8).putLong(committed).toBytes());
    assertThat(ids()).isEqualTo(1);
  }

  @Example
  void aCommitThatNeverArrivedIsRepeated() {
    firstCommitSuffers(FakeWorld.Fate.LOST);
    world.await(increment(database, "a"));
    assertThat(value("a")).isEqualTo(Bytes.of(1));
    assertThat(cluster.countCommitted(io.ashlar.core.MutationType.ADD)).isEqualTo(1);
  }

  @Example
  void aCommitThatArrivesBehindItsFenceIsNotAppliedBesideItsRepetition() {
    firstCommitSuffers(FakeWorld.Fate.DELAYED);
    world.await(increment(database, "a"));
    world.runFor(60_000 * FakeWorld.MILLI);
    assertThat(cluster.commitRequests).hasSize(3);
    assertThat(value("a")).isEqualTo(Bytes.of(1));
  }

  /** A fence with the id would leave a row as if the commit had happened. */
  @Example
  void theFenceHasNoId() {
    firstCommitSuffers(FakeWorld.Fate.LOST);
    world.await(increment(database, "a"));
    assertThat(cluster.commitRequests).hasSize(2);
    assertThat(cluster.commitRequests.get(0).id().isEmpty()).isTrue();
    assertThat(cluster.commitRequests.get(1).id().length()).isEqualTo(IdempotencyIds.ID_BYTES);
  }

  @Example
  void noTwoCommitsHaveOneId() {
    for (int i = 0; i < 5; i++) {
      world.await(increment(database, "a"));
    }
    assertThat(cluster.commitRequests.stream().map(CommitTransaction::id))
        .hasSize(5)
        .doesNotHaveDuplicates();
  }

  private List<GetRange> tapRanges() {
    List<GetRange> reads = new ArrayList<>();
    world.tap =
        message -> {
          if (message instanceof GetRange read) {
            reads.add(read);
          }
        };
    return reads;
  }

  /** Read before the fence the row could still come. */
  @Example
  void theRowsAreReadAtTheVersionOfTheFence() {
    firstCommitSuffers(FakeWorld.Fate.ANSWER_LOST);
    List<GetRange> reads = tapRanges();
    world.await(increment(database, "a"));
    long fence = cluster.committed.get(1).version();
    assertThat(reads).hasSize(1);
    assertThat(reads.get(0).version()).isEqualTo(fence);
    long readVersion = cluster.commitRequests.get(0).readVersion();
    assertThat(reads.get(0).range()).isEqualTo(IdempotencyIds.rowsOf(readVersion, fence));
  }

  /** However far above the fence is: nobody commits with a read version that is older. */
  @Example
  void noRowsAreReadThatAreMoreThanAWindowAboveTheReadVersion() {
    firstCommitSuffers(FakeWorld.Fate.ANSWER_LOST);
    List<GetRange> reads = tapRanges();
    CompletableFuture<Void> run = increment(database, "a");
    while (cluster.committed.isEmpty()) {
      world.runFor(FakeWorld.MILLI / 10);
    }
    cluster.pass(20_000_000);
    world.await(run);
    long readVersion = cluster.commitRequests.get(0).readVersion();
    assertThat(reads.get(0).range())
        .isEqualTo(IdempotencyIds.rowsOf(readVersion, readVersion + 5_000_000));
    assertThat(tries).hasSize(1);
  }

  @Example
  void anIdIsFoundBehindThoseOfManyOthers() {
    world.forced = point -> point.equals("client.read-few-ids");
    Transaction tr = database.createTransaction();
    tr.options().setAutomaticIdempotency();
    long begin = world.await(tr.getReadVersion());
    for (int i = 0; i < 30; i++) {
      world.await(increment(database, "a"));
    }
    firstCommitSuffers(FakeWorld.Fate.ANSWER_LOST);
    List<GetRange> reads = tapRanges();
    tr.set(b("b"), b("1"));
    world.await(tr.commit());
    assertThat(tr.getCommittedVersion()).isGreaterThan(begin);
    assertThat(value("b")).isEqualTo(Bytes.utf8("1"));
    assertThat(reads).hasSize(31);
  }

  @Example
  void anIdThatHasExpiredLeavesTheResultUnknownAndSaysSo() {
    firstCommitSuffers(FakeWorld.Fate.ANSWER_LOST);
    cluster.storageRefusal = ErrorCode.TRANSACTION_TOO_OLD;
    CompletableFuture<Void> run = increment(database, "a");
    world.runFor(2_000 * FakeWorld.MILLI);
    cluster.expireIds(cluster.version());
    cluster.storageRefusal = null;
    assertThat(world.awaitError(run)).isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(run.handle((done, error) -> Blocking.unwrap(error).getMessage()).join())
        .contains("can no longer be known")
        .contains("had expired");
    assertThat(tries).hasSize(1);
    assertThat(value("a")).isEqualTo(Bytes.of(1));
  }

  @Example
  void anIdBelowWhichNothingHasExpiredTellsThatTheCommitDidNotHappen() {
    long begin = world.await(database.createTransaction().getReadVersion());
    cluster.expireIds(begin);
    firstCommitSuffers(FakeWorld.Fate.LOST);
    Transaction tr = database.createTransaction();
    tr.options().setAutomaticIdempotency();
    tr.set(b("a"), b("1"));
    assertThat(world.awaitError(tr.commit())).isEqualTo(ErrorCode.NOT_COMMITTED);
    assertThat(value("a")).isNull();
  }

  @Example
  void theRowIsReadAtALaterVersionWhenThatOfTheFenceIsTooOld() {
    firstCommitSuffers(FakeWorld.Fate.ANSWER_LOST);
    cluster.storageRefusal = ErrorCode.TRANSACTION_TOO_OLD;
    CompletableFuture<Void> run = increment(database, "a");
    world.runFor(2_000 * FakeWorld.MILLI);
    assertThat(run).isNotDone();
    int asked = cluster.readVersionsAsked;
    cluster.storageRefusal = null;
    world.await(run);
    assertThat(cluster.readVersionsAsked).isGreaterThan(asked);
    assertThat(tries).hasSize(1);
    assertThat(value("a")).isEqualTo(Bytes.of(1));
  }

  @Example
  void aRowThatCannotBeReadLeavesTheResultUnknownAndSaysWhy() {
    firstCommitSuffers(FakeWorld.Fate.ANSWER_LOST);
    cluster.storageRefusal = ErrorCode.INTERNAL_ERROR;
    CompletableFuture<Void> run = increment(database, "a");
    assertThat(world.awaitError(run)).isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(run.handle((done, error) -> Blocking.unwrap(error).getMessage()).join())
        .contains("cannot be looked up")
        .contains(ErrorCode.INTERNAL_ERROR.meaning());
  }

  @Example
  void aNewEpochWhileTheRowIsReadSendsNoOtherFence() {
    firstCommitSuffers(FakeWorld.Fate.ANSWER_LOST);
    cluster.storageRefusal = ErrorCode.SERVER_REQUEST_QUEUE_FULL;
    CompletableFuture<Void> run = increment(database, "a");
    world.runFor(500 * FakeWorld.MILLI);
    assertThat(cluster.commitRequests).hasSize(2);
    cluster.recover(50 * FakeWorld.MILLI);
    world.runFor(500 * FakeWorld.MILLI);
    cluster.storageRefusal = null;
    world.await(run);
    assertThat(cluster.commitRequests).hasSize(2);
    assertThat(value("a")).isEqualTo(Bytes.of(1));
  }

  @Example
  void aTimeoutWhileTheRowIsReadEndsTheReadsToo() {
    firstCommitSuffers(FakeWorld.Fate.ANSWER_LOST);
    cluster.storageRefusal = ErrorCode.TRANSACTION_TOO_OLD;
    List<GetRange> reads = tapRanges();
    Transaction tr = database.createTransaction();
    tr.options().setAutomaticIdempotency().setTimeout(1_000);
    tr.set(b("a"), b("1"));
    assertThat(world.awaitError(tr.commit())).isEqualTo(ErrorCode.MAY_STILL_COMMIT);
    world.runFor(2_000 * FakeWorld.MILLI);
    assertThat(reads).isNotEmpty();
    int sent = reads.size();
    world.runFor(5_000 * FakeWorld.MILLI);
    assertThat(reads).hasSize(sent);
  }

  @Example
  void closingTheDatabaseWhileTheRowIsReadLeavesTheCommitOpen() {
    firstCommitSuffers(FakeWorld.Fate.ANSWER_LOST);
    cluster.storageRefusal = ErrorCode.SERVER_REQUEST_QUEUE_FULL;
    Transaction tr = database.createTransaction();
    tr.options().setAutomaticIdempotency();
    tr.set(b("a"), b("1"));
    CompletableFuture<Void> commit = tr.commit();
    world.runFor(500 * FakeWorld.MILLI);
    database.close();
    assertThat(world.awaitError(commit)).isEqualTo(ErrorCode.MAY_STILL_COMMIT);
  }

  @Example
  void onlyLoopsHaveIdsUnlessToldOtherwise() {
    Transaction tr = database.createTransaction();
    tr.set(b("a"), b("1"));
    world.await(tr.commit());
    assertThat(ids()).isZero();
    world.await(increment(database, "b"));
    assertThat(ids()).isEqualTo(1);
  }

  @Example
  void aDatabaseWithoutIdsLeavesNoRows() {
    FakeWorld other = new FakeWorld(7);
    DatabaseOptions off = DatabaseOptions.defaults().withAutomaticIdempotency(false);
    other.await(increment(FakeWorld.connect(other, off), "c"));
    assertThat(other.cluster.data().keySet()).containsExactly(Bytes.utf8("c"));
  }

  @Example
  void aFunctionThatIsDeclaredIdempotentOrWantsNoIdsHasNone() {
    world.await(
        database.runAsync(
            tr -> {
              tr.options().setIdempotent();
              tr.set(b("a"), b("1"));
              return CompletableFuture.completedFuture(null);
            }));
    world.await(
        database.runAsync(
            tr -> {
              tr.options().setAutomaticIdempotencyDisable();
              tr.set(b("b"), b("1"));
              return CompletableFuture.completedFuture(null);
            }));
    assertThat(ids()).isZero();
    world.await(
        database.runAsync(
            tr -> {
              tr.options().setAutomaticIdempotency().setIdempotent();
              tr.set(b("c"), b("1"));
              return CompletableFuture.completedFuture(null);
            }));
    assertThat(ids()).isEqualTo(1);
  }

  @Example
  void aCallWithoutWritesSendsNothing() {
    world.await(database.runAsync(tr -> tr.get(b("a"))));
    assertThat(cluster.commitRequests).isEmpty();
  }

  @Example
  void theRowDoesNotCountForTheSizeLimit() {
    Transaction tr = database.createTransaction();
    tr.options().setAutomaticIdempotency().setSizeLimit(40);
    tr.set(b("a"), new byte[30]);
    assertThat(tr.getApproximateSize()).isLessThanOrEqualTo(40);
    world.await(tr.commit());
    assertThat(ids()).isEqualTo(1);
  }

  /** A borrowed read version that is too old is no affair of the caller's. */
  @Example
  void aCommitThatIsSentWithAnotherReadVersionIsFoundToo() {
    world.await(increment(database, "a"));
    cluster.refusals.add(ErrorCode.TRANSACTION_TOO_OLD);
    int sent = cluster.commitRequests.size();
    // The refusal arrives, the answer of the next one does not.
    world.weather =
        (to, message, random) ->
            isOriginal(message) && cluster.commitRequests.size() == sent + 1
                ? FakeWorld.Fate.ANSWER_LOST
                : FakeWorld.Fate.ANSWERED;
    world.await(increment(database, "a"));
    assertThat(tries).hasSize(2);
    assertThat(world.probes).containsEntry("client.id-found", 1);
    assertThat(value("a")).isEqualTo(Bytes.of(2));
    assertThat(ids()).isEqualTo(2);
  }

  @Example
  void anAnswerThatIsDroppedOnPurposeIsFoundByTheRow() {
    world.forced = point -> point.equals("client.lose-commit-answer");
    for (int i = 1; i <= 20; i++) {
      world.await(increment(database, "a"));
      assertThat(value("a")).isEqualTo(Bytes.of(i));
      assertThat(tries).hasSize(i);
    }
    assertThat(world.probes).containsEntry("client.id-found", 20);
  }

  /** Whatever the network does, with new epochs: as many have been added as calls have returned. */
  @Property(tries = 150, seed = "43")
  void everyCallIsAppliedExactlyOnce(@ForAll long seed) {
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
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    int calls = 20;
    for (int i = 0; i < calls; i++) {
      boolean reads = random.nextBoolean();
      ends.add(
          db.runAsync(
              tr -> {
                tr.mutate(MutationType.ADD, b("n"), new byte[] {1});
                return reads
                    ? tr.get(b("other")).thenApply(value -> null)
                    : CompletableFuture.completedFuture(null);
              }));
      w.runFor(random.nextInt(40) * FakeWorld.MILLI);
      if (random.nextInt(8) == 0) {
        w.cluster.recover(random.nextInt(100) * FakeWorld.MILLI);
      }
    }
    for (CompletableFuture<Void> end : ends) {
      w.await(end);
    }
    w.runFor(120_000 * FakeWorld.MILLI);
    assertThat(w.cluster.data().get(Bytes.utf8("n"))).isEqualTo(Bytes.of(calls));
  }
}
