package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.message.WatchValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WatchTest {
  private final FakeWorld world = new FakeWorld(8);
  private final FakeCluster cluster = world.cluster;
  private final Database database =
      FakeWorld.connect(world, DatabaseOptions.defaults().withWatchesMax(3));

  private CompletableFuture<Void> watch(String key) {
    Transaction tr = database.createTransaction();
    CompletableFuture<Void> watch = tr.watch(b(key));
    world.await(tr.commit());
    tr.close();
    return watch;
  }

  @Test
  void firesWhenAnotherTransactionChangesTheValue() {
    cluster.put("a", "1");
    CompletableFuture<Void> watch = watch("a");
    world.runFor(1_000 * FakeWorld.MILLI);
    assertThat(watch).isNotDone();
    cluster.put("b", "x");
    world.runFor(1_000 * FakeWorld.MILLI);
    assertThat(watch).isNotDone();
    cluster.put("a", "2");
    world.await(watch);
  }

  @Test
  void outlivesAnErrorOfTheCodeAfterTheCommit() {
    cluster.put("a", "1");
    Transaction tr = database.createTransaction();
    CompletableFuture<Void> watch = tr.watch(b("a"));
    world.await(tr.commit());
    world.await(tr.onError(new AshlarException(ErrorCode.NOT_COMMITTED)));
    assertThat(watch).isNotDone();
    cluster.put("a", "2");
    world.await(watch);
  }

  @Test
  void firesWhenAnAbsentKeyAppearsAndWhenOneDisappears() {
    CompletableFuture<Void> appears = watch("a");
    cluster.put("a", "1");
    world.await(appears);
    CompletableFuture<Void> disappears = watch("a");
    cluster.remove("a");
    world.await(disappears);
  }

  @Test
  void expectsTheValueTheTransactionItselfWrote() {
    cluster.put("a", "1");
    Transaction tr = database.createTransaction();
    tr.set(b("a"), b("2"));
    CompletableFuture<Void> watch = tr.watch(b("a"));
    world.await(tr.commit());
    world.runFor(1_000 * FakeWorld.MILLI);
    assertThat(watch).isNotDone();
    cluster.put("a", "1");
    world.await(watch);
  }

  @Test
  void firesAtOnceWhenTheTransactionChangesTheValueAfterwards() {
    cluster.put("a", "1");
    Transaction tr = database.createTransaction();
    CompletableFuture<Void> watch = tr.watch(b("a"));
    tr.set(b("a"), b("2"));
    world.await(tr.commit());
    world.await(watch);
  }

  @Test
  void isNotSentBeforeTheCommit() {
    List<WatchValue> sent = new ArrayList<>();
    world.tap =
        message -> {
          if (message instanceof WatchValue value) {
            sent.add(value);
          }
        };
    Transaction tr = database.createTransaction();
    CompletableFuture<Void> watch = tr.watch(b("a"));
    world.runFor(5_000 * FakeWorld.MILLI);
    assertThat(sent).isEmpty();
    tr.cancel();
    assertThat(world.awaitError(watch)).isEqualTo(ErrorCode.TRANSACTION_CANCELLED);
    assertThat(sent).isEmpty();
  }

  @Test
  void failsWithTheCommit() {
    Transaction tr = database.createTransaction();
    CompletableFuture<Void> watch = tr.watch(b("a"));
    tr.set(b("b"), b("1"));
    cluster.refusals.add(ErrorCode.NOT_COMMITTED);
    assertThat(world.awaitError(tr.commit())).isEqualTo(ErrorCode.NOT_COMMITTED);
    assertThat(world.awaitError(watch)).isEqualTo(ErrorCode.NOT_COMMITTED);
  }

  @Test
  void survivesLostConnectionsRenewalsMovedShardsAndNewEpochs() {
    cluster.put("a", "1");
    CompletableFuture<Void> watch = watch("a");
    world.weather =
        (to, message, random) ->
            message instanceof WatchValue && random.nextBoolean()
                ? FakeWorld.Fate.ANSWER_LOST
                : FakeWorld.Fate.ANSWERED;
    world.runFor(95_000 * FakeWorld.MILLI);
    cluster.assign("a", 2);
    world.runFor(95_000 * FakeWorld.MILLI);
    cluster.recover(500 * FakeWorld.MILLI);
    world.runFor(95_000 * FakeWorld.MILLI);
    assertThat(watch).isNotDone();
    cluster.put("a", "2");
    world.await(watch);
  }

  @Test
  void thereAreOnlySoMany() {
    List<CompletableFuture<Void>> watches = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      watches.add(watch("k" + i));
    }
    assertThat(world.awaitError(watch("k3"))).isEqualTo(ErrorCode.TOO_MANY_WATCHES);
    watches.get(0).cancel(true);
    cluster.put("k1", "1");
    world.await(watches.get(1));
    CompletableFuture<Void> again = watch("k4");
    CompletableFuture<Void> andAgain = watch("k5");
    assertThat(world.awaitError(watch("k6"))).isEqualTo(ErrorCode.TOO_MANY_WATCHES);
    assertThat(again).isNotDone();
    assertThat(andAgain).isNotDone();
  }

  /** What ends a watch other than itself. */
  private static final Map<String, Consumer<CompletableFuture<Void>>> ENDS =
      new TreeMap<>(
          Map.of(
              "cancel", watch -> watch.cancel(true),
              "complete", watch -> watch.complete(null),
              "completeAsync", watch -> watch.completeAsync(() -> null),
              "completeExceptionally",
                  watch -> watch.completeExceptionally(new IllegalStateException("enough")),
              "completeOnTimeout", watch -> watch.completeOnTimeout(null, 5, TimeUnit.SECONDS),
              "orTimeout", watch -> watch.orTimeout(5, TimeUnit.SECONDS)));

  private void end(CompletableFuture<Void> watch, String how) {
    assertThat(watch).as("before " + how).isNotDone();
    ENDS.get(how).accept(watch);
    world.runFor(10_000 * FakeWorld.MILLI);
    assertThat(watch).as(how).isDone();
  }

  private void assertThatAllPlacesAreFree(String how) {
    List<CompletableFuture<Void>> watches = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      watches.add(watch("k" + i));
      assertThat(watches.get(i)).as("place " + i + " after " + how).isNotDone();
    }
    watches.forEach(watch -> watch.cancel(true));
  }

  @Test
  void whoEndsItInAnyWayGivesItsPlaceBackAndAsksNoMore() {
    List<WatchValue> sent = new ArrayList<>();
    for (String how : ENDS.keySet()) {
      CompletableFuture<Void> watch = watch("a");
      world.runFor(1_000 * FakeWorld.MILLI);
      end(watch, how);
      world.tap =
          message -> {
            if (message instanceof WatchValue value) {
              sent.add(value);
            }
          };
      world.runFor(95_000 * FakeWorld.MILLI);
      assertThat(sent).as(how).isEmpty();
      world.tap = message -> {};
      assertThatAllPlacesAreFree(how);
    }
  }

  @Test
  void whoEndsItBeforeTheCommitGivesItsPlaceBack() {
    for (String how : ENDS.keySet()) {
      Transaction tr = database.createTransaction();
      end(tr.watch(b("a")), how);
      world.await(tr.commit());
      tr.close();
      assertThatAllPlacesAreFree(how);
    }
  }

  @Test
  void needsReadYourWrites() {
    Transaction tr = database.createTransaction();
    tr.options().setReadYourWritesDisable();
    assertThat(world.awaitError(tr.watch(b("a")))).isEqualTo(ErrorCode.WATCHES_DISABLED);
  }

  @Test
  void failsWhenTheDatabaseIsClosed() {
    CompletableFuture<Void> watch = watch("a");
    world.runFor(100 * FakeWorld.MILLI);
    database.close();
    assertThat(world.awaitError(watch)).isEqualTo(ErrorCode.DATABASE_CLOSED);
  }

  @Test
  void isAReadOfTheKey() {
    cluster.put("a", "1");
    Transaction tr = database.createTransaction();
    CompletableFuture<Void> watch = tr.watch(b("a"));
    world.await(tr.getReadVersion());
    world.runFor(100 * FakeWorld.MILLI);
    cluster.put("a", "2");
    tr.set(b("b"), b("1"));
    assertThat(world.awaitError(tr.commit())).isEqualTo(ErrorCode.NOT_COMMITTED);
    assertThat(watch).isCompletedExceptionally();
  }
}
