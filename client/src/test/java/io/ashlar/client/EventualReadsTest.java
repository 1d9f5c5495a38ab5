package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static io.ashlar.client.TransactionTest.s;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is read at what one replica knows to be committed. */
class EventualReadsTest {
  private final FakeWorld world = new FakeWorld(43);
  private final FakeCluster cluster = world.cluster;
  private final Database database = FakeWorld.connect(world, DatabaseOptions.defaults());

  private <T> T read(Function<ReadTransaction, CompletableFuture<T>> body) {
    return world.await(database.eventual().readAsync(body));
  }

  private String found(String key) {
    return read(reads -> get(reads, key));
  }

  private static CompletableFuture<String> get(ReadTransaction reads, String key) {
    return reads.get(b(key)).thenApply(TransactionTest::s);
  }

  /** Server 1 has keys below "m", and server 2 the others; each knows what is given. */
  private void twoServers(long first, long second) {
    cluster.assign("m", 2);
    cluster.knownCommittedByTag.put(1, first);
    cluster.knownCommittedByTag.put(2, second);
  }

  @Test
  void asksForNoReadVersionAndReadsWhatTheServerKnows() {
    cluster.put("a", "1");
    long known = cluster.version();
    cluster.put("a", "2");
    cluster.knownCommittedByTag.put(1, known);
    assertThat(found("a")).isEqualTo("1");
    Long version = read(ReadTransaction::getReadVersion);
    assertThat(version).isEqualTo(known);
    List<KeyValue> rows = read(reads -> reads.getRange(b("a"), b("b")).asList());
    assertThat(rows).hasToString("[a=1]");
    byte[] key = read(reads -> reads.getKey(KeySelector.firstGreaterThan(b(""))));
    assertThat(key).isEqualTo(b("a"));
    assertThat(cluster.readVersionsAsked).isZero();
  }

  @Test
  void theFirstServerThatAnswersDecidesForTheWholeTransaction() {
    cluster.put("a", "1");
    cluster.put("z", "1");
    long known = cluster.version();
    cluster.put("a", "2");
    cluster.put("z", "2");
    twoServers(known, cluster.version());
    List<String> found =
        read(
            reads ->
                get(reads, "a")
                    .thenCompose(
                        a -> get(reads, "z").thenApply(z -> new ArrayList<>(List.of(a, z)))));
    assertThat(found).containsExactly("1", "1");
    assertThat(found("z")).isEqualTo("2");
  }

  /** None of them has a version of its own, whichever answers first. */
  @Test
  void readsThatBeginTogetherAreAtOneVersion() {
    cluster.put("a", "1");
    cluster.put("z", "1");
    long known = cluster.version();
    cluster.put("a", "2");
    cluster.put("z", "2");
    twoServers(known, cluster.version());
    for (int i = 0; i < 20; i++) {
      List<byte[]> values = read(reads -> reads.getMany(List.of(b("a"), b("z"), b("b"))));
      assertThat(s(values.get(0))).isEqualTo(s(values.get(1)));
      String pair =
          read(
              reads -> {
                CompletableFuture<String> z = get(reads, "z");
                return get(reads, "a").thenCombine(z, (a, other) -> a + other);
              });
      assertThat(pair).isIn("11", "22");
    }
    assertThat(cluster.readVersionsAsked).isZero();
  }

  @Test
  void tellsHowOldItIsAtLeast() {
    cluster.put("a", "1");
    long known = cluster.version();
    cluster.pass(3_000_000);
    cluster.put("a", "2");
    twoServers(known, cluster.version());
    Staleness alone = read(ReadTransaction::getStaleness);
    assertThat(alone.version()).isEqualTo(known);
    assertThat(alone.versionsBehind()).as("nobody has told of more").isZero();
    assertThat(alone.storeTimeMillis()).isEqualTo((known - 1_000_000) / 1_000);
    read(reads -> get(reads, "z"));
    Staleness told = read(ReadTransaction::getStaleness);
    assertThat(told.version()).isEqualTo(known);
    assertThat(told.versionsBehind()).isEqualTo(cluster.version() - known);
    assertThat(told.millisBehind()).isEqualTo(3_000);
    assertThat(cluster.readVersionsAsked).isZero();
  }

  @Test
  void whatReplicasAreTooFarApartForIsReadAtAReadVersion() {
    cluster.put("a", "1");
    long known = cluster.version();
    cluster.put("a", "2");
    cluster.pass(2 * Limits.WINDOW_VERSIONS);
    twoServers(known, cluster.version());
    cluster.oldest = cluster.version() - Limits.WINDOW_VERSIONS;
    String found = read(reads -> get(reads, "z").thenCompose(z -> get(reads, "a")));
    assertThat(found).as("what the first one knows is there too").isEqualTo("2");
    assertThat(cluster.readVersionsAsked).isZero();
    found = read(reads -> get(reads, "a"));
    assertThat(found).as("its own version is too old for the fake").isEqualTo("2");
    assertThat(cluster.readVersionsAsked).isEqualTo(1);
  }

  @Test
  void anotherReplicaAnswersWhenOneIsGone() {
    cluster.put("a", "1");
    cluster.assign("", 1, 2, 3);
    read(reads -> get(reads, "a"));
    cluster.refusalsByTag.put(1, ErrorCode.BROKEN_PROMISE);
    cluster.refusalsByTag.put(2, ErrorCode.SERVER_REQUEST_QUEUE_FULL);
    for (int i = 0; i < 10; i++) {
      assertThat(found("a")).isEqualTo("1");
    }
    assertThat(world.probes).containsKey("client.read-fails-over");
  }

  @Test
  void allThatWaitForTheFirstAnswerHearThatItFailed() {
    cluster.put("a", "1");
    read(reads -> get(reads, "a"));
    cluster.storageRefusal = ErrorCode.FILE_CORRUPT;
    Transaction[] tried = new Transaction[1];
    CompletableFuture<String> all =
        database
            .eventual()
            .readAsync(
                reads -> {
                  tried[0] = (Transaction) reads;
                  CompletableFuture<String> first = get(reads, "a");
                  return get(reads, "z")
                      .exceptionally(Throwable::getMessage)
                      .thenCombine(first.exceptionally(Throwable::getMessage), String::concat);
                });
    assertThat(world.await(all)).contains("file");
  }

  @Test
  void nobodySetsItsVersion() {
    assertThatThrownBy(
            () ->
                read(
                    reads -> {
                      reads.setReadVersion(5);
                      return get(reads, "a");
                    }))
        .hasMessageContaining("at EVENTUAL chooses its version itself");
    Consistency told = read(reads -> CompletableFuture.completedFuture(reads.consistency()));
    assertThat(told).isEqualTo(Consistency.EVENTUAL);
  }
}
