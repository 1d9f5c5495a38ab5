package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static io.ashlar.client.TransactionTest.s;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Limits;
import io.ashlar.core.Uid;
import io.ashlar.message.CommitTransaction;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What sessions see, and what they ask the cluster for. */
class CausalSessionTest {
  private static final Uid DATABASE = new Uid(1, 1);

  private final FakeWorld world = new FakeWorld(41);
  private final FakeCluster cluster = world.cluster;
  private final Database database = FakeWorld.connect(world, DatabaseOptions.defaults());

  private String read(CausalSession session, String key) {
    return s(world.await(session.readAsync(reads -> reads.get(b(key)))));
  }

  private long versionRead(CausalSession session) {
    return world.await(session.readAsync(ReadTransaction::getReadVersion));
  }

  private void write(TransactionContext context, String key, String value) {
    world.await(
        context.runAsync(
            tr -> {
              tr.set(b(key), b(value));
              return CompletableFuture.completedFuture(null);
            }));
  }

  @Test
  void asksForOneReadVersionAndThenForNone() {
    cluster.put("a", "1");
    CausalSession session = database.session();
    assertThat(read(session, "a")).isEqualTo("1");
    for (int i = 2; i < 10; i++) {
      write(session, "a", "own " + i);
      assertThat(read(session, "a")).isEqualTo("own " + i);
      assertThat(read(database.session(session.token()), "a")).isEqualTo("own " + i);
    }
    assertThat(cluster.readVersionsAsked).isEqualTo(1);
  }

  @Test
  void everyAnswerRaisesWhatTheNextTransactionReadsAt() {
    cluster.put("a", "1");
    CausalSession session = database.session();
    assertThat(read(session, "a")).isEqualTo("1");
    cluster.put("a", "2");
    assertThat(read(session, "a")).as("nobody has told of it").isEqualTo("1");
    assertThat(read(session, "a")).as("the answer before has").isEqualTo("2");
    assertThat(cluster.readVersionsAsked).isEqualTo(1);
  }

  @Test
  void allReadsOfATransactionAreAtOneVersion() {
    cluster.put("a", "1");
    cluster.put("b", "1");
    CausalSession session = database.session();
    read(session, "a");
    Transaction tr = session.createTransaction();
    assertThat(s(world.await(tr.get(b("a"))))).isEqualTo("1");
    cluster.put("b", "2");
    read(session, "a");
    read(session, "a");
    assertThat(s(world.await(tr.get(b("b"))))).isEqualTo("1");
    assertThat(read(session, "b")).isEqualTo("2");
  }

  @Test
  void doesNotReadBelowATokenThatIsAheadOfReadVersions() {
    cluster.put("a", "1");
    cluster.put("a", "2");
    cluster.unreported = 10;
    SessionToken token = new SessionToken(DATABASE, cluster.version());
    CausalSession session = database.session(SessionToken.parse(token.toBytes()));
    assertThat(read(session, "a")).isEqualTo("2");
    assertThat(session.token()).isEqualTo(token);
    assertThat(world.probes).containsKey("client.session-ahead-of-read-version");
  }

  @Test
  void asksAgainAfterHalfAWindowOfSilence() {
    cluster.put("a", "1");
    CausalSession session = database.session();
    read(session, "a");
    world.runFor(2_600 * FakeWorld.MILLI);
    cluster.pass(10_000_000);
    cluster.oldest = cluster.version() - Limits.WINDOW_VERSIONS;
    assertThat(read(session, "a")).isEqualTo("1");
    assertThat(cluster.readVersionsAsked).isEqualTo(2);
    assertThat(world.probes).doesNotContainKey("client.error-transaction_too_old");
  }

  @Test
  void asksAgainWhenItsVersionIsTooOldAllTheSame() {
    cluster.put("a", "1");
    CausalSession session = database.session();
    read(session, "a");
    cluster.pass(10_000_000);
    cluster.oldest = cluster.version() - Limits.WINDOW_VERSIONS;
    assertThat(read(session, "a")).isEqualTo("1");
    assertThat(cluster.readVersionsAsked).isEqualTo(2);
    assertThat(world.probes).containsKey("client.error-transaction_too_old");
  }

  @Test
  void goesOnInTheNextEpochAndItsTokenDoesNotGoBack() {
    CausalSession session = database.session();
    write(session, "a", "1");
    read(session, "a");
    SessionToken before = session.token();
    cluster.recover(50 * FakeWorld.MILLI);
    world.runFor(2_000 * FakeWorld.MILLI);
    assertThat(read(session, "a")).isEqualTo("1");
    assertThat(session.token().version())
        .isGreaterThanOrEqualTo(before.version() + Limits.RECOVERY_JUMP_VERSIONS);
  }

  /** At the version that it read before it would conflict for ever. */
  @Test
  void aRepetitionAsksForAReadVersion() {
    cluster.put("a", "1");
    CausalSession session = database.session();
    read(session, "a");
    cluster.put("a", "2");
    int[] tries = new int[1];
    world.await(
        session.runAsync(
            tr ->
                tr.get(b("a"))
                    .thenAccept(
                        value -> {
                          tries[0]++;
                          tr.set(b("a"), b(s(value) + "+"));
                        })));
    assertThat(tries[0]).isEqualTo(2);
    assertThat(read(session, "a")).isEqualTo("2+");
    assertThat(cluster.readVersionsAsked).isEqualTo(2);
  }

  @Test
  void aCommitWithWhatAReplyHasToldNeedsNoReadVersion() {
    cluster.put("a", "1");
    CausalSession session = database.session();
    read(session, "a");
    write(session, "b", "1");
    cluster.put("c", "1");
    read(session, "a");
    Transaction tr = session.createTransaction();
    assertThat(s(world.await(tr.get(b("c"))))).isEqualTo("1");
    tr.set(b("d"), b("1"));
    world.await(tr.commit());
    assertThat(cluster.readVersionsAsked).isEqualTo(1);
    assertThat(session.token().version()).isEqualTo(tr.getCommittedVersion());
  }

  @Test
  void afterAnUnknownResultTheSessionSeesWhatBecameOfIt() {
    CausalSession session = database.session();
    read(session, "a");
    world.weather =
        (to, message, random) ->
            message instanceof CommitTransaction commit && !commit.mutations().isEmpty()
                ? FakeWorld.Fate.ANSWER_LOST
                : FakeWorld.Fate.ANSWERED;
    Transaction tr = session.createTransaction();
    tr.set(b("a"), b("1"));
    assertThat(world.awaitError(tr.commit())).isEqualTo(ErrorCode.COMMIT_UNKNOWN_RESULT);
    assertThat(cluster.data()).containsKey(Bytes.utf8("a"));
    assertThat(read(session, "a")).isEqualTo("1");
    assertThat(cluster.readVersionsAsked).isEqualTo(1);
  }

  @Test
  void aTokenOfAnotherDatabaseIsRefused() {
    SessionToken other = new SessionToken(new Uid(9, 9), 5);
    // Before it is known which one is there.
    CausalSession early = database.session(other);
    CompletableFuture<byte[]> reads = early.readAsync(tr -> tr.get(b("a")));
    Transaction writes = early.createTransaction();
    writes.set(b("a"), b("1"));
    CompletableFuture<Void> commit = writes.commit();
    assertThat(world.awaitError(reads)).isEqualTo(ErrorCode.SESSION_TOKEN_INVALID);
    assertThat(world.awaitError(commit)).isEqualTo(ErrorCode.SESSION_TOKEN_INVALID);
    // And after.
    assertThat(world.awaitError(early.readAsync(tr -> tr.get(b("a")))))
        .isEqualTo(ErrorCode.SESSION_TOKEN_INVALID);
    Transaction later = early.createTransaction();
    later.set(b("a"), b("1"));
    assertThat(world.awaitError(later.commit())).isEqualTo(ErrorCode.SESSION_TOKEN_INVALID);
    assertThatThrownBy(() -> database.session(other))
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("it is of database " + other.databaseId())
        .hasMessageContaining("this is " + DATABASE);
    assertThat(cluster.data()).isEmpty();
    assertThat(read(database.session(), "a")).isNull();
  }

  @Test
  void oneSessionTakesNoTokensOfTwoDatabases() {
    CausalSession session = database.session(new SessionToken(DATABASE, 5));
    assertThatThrownBy(() -> session.join(new SessionToken(new Uid(9, 9), 6)))
        .hasMessageContaining("it is of database");
    session.join(SessionToken.NOTHING);
    assertThat(session.token()).isEqualTo(new SessionToken(DATABASE, 5));
    session.join(new SessionToken(DATABASE, 4));
    assertThat(session.token()).isEqualTo(new SessionToken(DATABASE, 5));
  }

  /** The database is an older copy, or somebody has made the token up. */
  @Test
  void aTokenFarAheadOfTheDatabaseIsRefused() {
    long far = cluster.version() + Limits.RECOVERY_JUMP_VERSIONS;
    CausalSession session = database.session(new SessionToken(DATABASE, far));
    assertThat(world.awaitError(session.readAsync(tr -> tr.get(b("a")))))
        .isEqualTo(ErrorCode.SESSION_TOKEN_INVALID);
    assertThat(world.probes).containsKey("client.session-ahead-of-the-database");
  }

  @Test
  void aTokenALittleAheadWaitsForItsVersion() {
    SessionToken token = new SessionToken(DATABASE, cluster.version() + 5_000);
    CompletableFuture<byte[]> value = database.session(token).readAsync(tr -> tr.get(b("a")));
    world.runFor(3_000 * FakeWorld.MILLI);
    assertThat(value).isNotDone();
    cluster.pass(5_000);
    cluster.put("a", "1");
    assertThat(s(world.await(value))).isEqualTo("1");
  }

  @Test
  void aNewSessionHasSeenWhatItsDatabaseHas() {
    assertThat(database.session().token()).isEqualTo(SessionToken.NOTHING);
    write(database, "a", "1");
    CausalSession session = database.session();
    assertThat(session.token().version()).isEqualTo(cluster.version());
    assertThat(read(session, "a")).isEqualTo("1");
  }

  @Test
  void theSessionDecidesAtWhichVersionIsRead() {
    Transaction tr = database.session().createTransaction();
    assertThatThrownBy(() -> tr.setReadVersion(5))
        .hasMessageContaining("at SESSION chooses its version itself");
    assertThat(versionRead(database.session())).isEqualTo(cluster.version());
  }

  @Test
  void storeTimeIsKnownWithoutAsking() {
    CausalSession session = database.session();
    read(session, "a");
    cluster.pass(2_000_000);
    read(session, "a");
    int frames = cluster.valuesFrames;
    long begin = versionRead(session) - 2_000_000;
    assertThat(world.await(session.readAsync(ReadTransaction::getStoreTime))).isEqualTo(2_000);
    assertThat(begin).isEqualTo(1_000_000);
    assertThat(cluster.valuesFrames).isEqualTo(frames);
    assertThat(cluster.readVersionsAsked).isEqualTo(1);
  }
}
