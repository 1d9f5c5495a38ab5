package io.ashlar.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.layer.TriedTwice;
import io.ashlar.layer.Waiting;
import io.ashlar.layer.Waiting.Tried;
import io.ashlar.lease.Lease;
import io.ashlar.lease.Leases;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.junit.SimulatedCluster;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a queue does at its edges, and those who wait for one. */
@Timeout(120)
class QueueTest {
  private static final Subspace PLACE = new Subspace(new byte[] {'q'});
  private static final Duration HOUR = Duration.ofHours(1);

  private final Queue queue = new Queue(PLACE.get("queue"), new QueueOptions(1, 1));

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> texts(List<QueueItem> items) {
    return items.stream().map(item -> new String(item.payload(), StandardCharsets.UTF_8)).toList();
  }

  /** Leaves {@code count} items in front that have been handed out as often as they may. */
  private void spend(Database database, int count) {
    List<byte[]> payloads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      payloads.add(utf8("bad" + i));
    }
    queue.pushAll(database, payloads).join();
    List<QueueItem> all = new ArrayList<>();
    while (all.size() < count) {
      all.addAll(queue.claimAll(database, Math.min(1_000, count), HOUR).join());
    }
    database.run(
        transaction -> {
          all.forEach(item -> assertThat(queue.giveBack(transaction, item).join()).isTrue());
          return null;
        });
  }

  /** It gave null after a hundred, as if the queue were empty. */
  @Test
  void itemsAreFoundBehindAnyNumberOfDeadLetters() {
    try (Database database = Ashlar.inMemory()) {
      spend(database, 250);
      queue.push(database, utf8("good")).join();
      QueueItem good = queue.claim(database, HOUR).join();
      assertThat(texts(List.of(good))).containsExactly("good");
      assertThat(queue.finish(database, good).join()).isTrue();
      while (!queue.isEmpty(database).join()) {
        assertThat(queue.claim(database, HOUR).join()).isNull();
      }
      assertThat(queue.deadLetters(database, 1_000).join()).hasSize(250);
      assertThat(queue.reviveDeadLetters(database, 1_000).join()).isEqualTo(250);
      assertThat(texts(queue.claimAll(database, 2, HOUR).join())).containsExactly("bad0", "bad1");
    }
  }

  /** One could be pushed, and whoever came to it failed, for ever. */
  @Test
  void itemWithoutAPayloadIsRefusedAndDoesNotBlockAQueueThatHasOne() {
    try (Database database = Ashlar.inMemory()) {
      List<byte[]> withNull = Arrays.asList(utf8("a"), null);
      assertThatThrownBy(() -> queue.pushAll(database, withNull))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("payload");
      QueueKeys keys = new QueueKeys(PLACE.get("queue"));
      database.run(
          transaction -> {
            transaction.mutate(
                MutationType.SET_VERSIONSTAMPED_KEY,
                keys.newReady(Tuple.from(Versionstamp.incomplete(0), 7L)),
                QueueKeys.value(0, null));
            return null;
          });
      queue.push(database, utf8("b")).join();
      assertThat(texts(queue.claimAll(database, 2, HOUR).join())).containsExactly("", "b");
    }
  }

  @Test
  void whoHasPushedDoesNotSeeTheEndOfTheQueueInTheSameTransaction() {
    try (Database database = Ashlar.inMemory()) {
      queue.push(database, utf8("a")).join();
      database.run(
          transaction -> {
            assertThat(texts(queue.claimAll(transaction, 9, HOUR).join())).containsExactly("a");
            queue.push(transaction, utf8("b")).join();
            for (CompletableFuture<?> look :
                List.of(queue.claim(transaction, HOUR), queue.isEmpty(transaction))) {
              assertThatThrownBy(look::join)
                  .cause()
                  .isInstanceOfSatisfying(
                      AshlarException.class,
                      e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESSED_UNREADABLE));
            }
            return null;
          });
      assertThat(texts(queue.claimAll(database, 9, HOUR).join())).containsExactly("b");
    }
  }

  @Test
  void moreDeadLettersThanATransactionLooksAtDoNotHideAnItem() {
    try (Database database = Ashlar.inMemory()) {
      spend(database, 1_500);
      queue.push(database, utf8("good")).join();
      QueueItem[] inOne = new QueueItem[1];
      database.run(transaction -> inOne[0] = queue.claim(transaction, HOUR).join());
      assertThat(inOne[0]).isNull();
      assertThat(texts(List.of(queue.claim(database, HOUR).join()))).containsExactly("good");
    }
  }

  /** A session was taken for a transaction, and claimed nothing again and again. */
  @Test
  void aSessionLooksAtAllDeadLettersToo() {
    try (Database database = Ashlar.inMemory()) {
      spend(database, 1_500);
      queue.push(database, utf8("good")).join();
      QueueItem item = queue.claim(database.session(), HOUR).join();
      assertThat(texts(List.of(item))).containsExactly("good");
    }
  }

  /** Its second try pushed what had become of the list: nothing, and told of success. */
  @Test
  void whatIsPushedIsWhatWasThereAtTheCall() {
    try (Database database = Ashlar.inMemory()) {
      byte[] first = utf8("a");
      List<byte[]> payloads = new ArrayList<>(List.of(first, utf8("b")));
      Database twice =
          TriedTwice.of(
              database,
              () -> {
                first[0] = 'x';
                payloads.clear();
              });
      queue.pushAll(twice, payloads).join();
      assertThat(texts(queue.claimAll(database, 10, HOUR).join())).containsExactly("a", "b");
    }
  }

  /** What the consumer had made of it was stored. */
  @Test
  void anItemThatIsExtendedOrGivenBackIsTheOneThatWasPushed() {
    try (Database database = Ashlar.inMemory()) {
      Queue often = new Queue(PLACE.get("often"), new QueueOptions(9, 1));
      often.push(database, utf8("a")).join();
      QueueItem item = often.claim(database, HOUR).join();
      item.payload()[0] = 'x';
      QueueItem longer = often.extend(database, item, HOUR).join();
      assertThat(texts(List.of(longer))).containsExactly("a");
      longer.payload()[0] = 'y';
      assertThat(often.giveBack(database, longer).join()).isTrue();
      assertThat(texts(List.of(often.claim(database, HOUR).join()))).containsExactly("a");
    }
  }

  /** It read them one by one, and all of them again in each transaction that buried a hundred. */
  @SimulatedCluster(seeds = 2, faults = "none", busySeconds = 1)
  void manyDeadLettersAreMovedBeforeTheTransactionIsTooOld(Simulated client, Database database) {
    spend(database, 1_000);
    queue.push(database, utf8("good")).join();
    long begun = database.environment().nowNanos();
    QueueItem good = queue.take(database, HOUR, HOUR).join();
    Duration took = Duration.ofNanos(database.environment().nowNanos() - begun);
    assertThat(texts(List.of(good))).containsExactly("good");
    assertThat(took).isLessThan(Duration.ofMillis(1_000));
    assertThat(queue.deadLetters(database, 2_000).join()).hasSize(1_000);
  }

  @Test
  void largeItemsAreClaimedAsManyAsFitAndAreAllClaimedInTheEnd() {
    try (Database database = Ashlar.inMemory()) {
      for (int i = 0; i < 60; i++) {
        queue.push(database, large(i)).join();
      }
      List<Integer> claimed = new ArrayList<>();
      List<QueueItem> some = queue.claimAll(database, 1_000, HOUR).join();
      while (!some.isEmpty()) {
        assertThat(some).hasSizeLessThan(25);
        some.forEach(item -> claimed.add((int) item.payload()[0]));
        some = queue.claimAll(database, 1_000, HOUR).join();
      }
      assertThat(claimed).isEqualTo(IntStream.rangeClosed(1, 60).boxed().toList());
    }
  }

  /** It was more than fits into a transaction, and so none was ever revived. */
  @Test
  void largeDeadLettersAreRevivedInParts() {
    try (Database database = Ashlar.inMemory()) {
      for (int i = 0; i < 300; i++) {
        queue.push(database, large(i % 100)).join();
      }
      List<QueueItem> some = queue.claimAll(database, 1_000, HOUR).join();
      while (!some.isEmpty()) {
        for (QueueItem item : some) {
          assertThat(queue.giveBack(database, item).join()).isTrue();
        }
        some = queue.claimAll(database, 1_000, HOUR).join();
      }
      while (!queue.isEmpty(database).join()) {
        assertThat(queue.claim(database, HOUR).join()).isNull();
      }
      assertThat(queue.deadLetters(database, 1_000).join()).hasSize(300);
      assertThat(queue.deadLetters(database, 2).join()).containsExactly(large(0), large(1));
      int revived = 0;
      while (revived < 300) {
        int more = queue.reviveDeadLetters(database, 1_000).join();
        assertThat(more).isBetween(1, 40);
        revived += more;
      }
      assertThat(queue.reviveDeadLetters(database, 1_000).join()).isZero();
      assertThat(queue.deadLetters(database, 1).join()).isEmpty();
      for (int none : new int[] {0, -1}) {
        assertThatThrownBy(() -> queue.reviveDeadLetters(database, none))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queue.deadLetters(database, none))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  private static byte[] large(int number) {
    byte[] payload = new byte[45_000];
    Arrays.fill(payload, (byte) (number + 1));
    return payload;
  }

  /** With a dead letter to move, it watched in the same transaction, and that reads. */
  @Test
  void whoTakesAndFindsDeadLettersAloneWaitsForAPush() {
    try (Database database = Ashlar.inMemory()) {
      spend(database, 3);
      CompletableFuture<QueueItem> waiting = queue.take(database, HOUR, HOUR);
      queue.push(database, utf8("good")).join();
      assertThat(texts(List.of(waiting.join()))).containsExactly("good");
      assertThat(queue.deadLetters(database, 10).join()).hasSize(3);
    }
  }

  @Test
  void severalItemsAreClaimedInOrderAndInOneTransaction() {
    try (Database database = Ashlar.inMemory()) {
      queue.pushAll(database, List.of(utf8("a"), utf8("b"), utf8("c"))).join();
      assertThat(texts(queue.claimAll(database, 2, HOUR).join())).containsExactly("a", "b");
      assertThat(texts(queue.claimAll(database, 2, HOUR).join())).containsExactly("c");
      assertThat(queue.claimAll(database, 2, HOUR).join()).isEmpty();
      assertThatThrownBy(() -> queue.claimAll(database, 0, HOUR))
          .isInstanceOf(IllegalArgumentException.class);
      for (int i = 0; i < 15; i++) {
        queue.push(database, new byte[45_000]).join();
        queue.push(database, new byte[45_000]).join();
      }
      assertThat(queue.claimAll(database, 1_000, HOUR).join()).hasSizeBetween(10, 25);
    }
  }

  /** A loop that extends kept the new object, and who finished had the old one. */
  @Test
  void itemThatWasExtendedIsTheSameByItsOldObject() {
    try (Database database = Ashlar.inMemory()) {
      queue.push(database, utf8("a")).join();
      QueueItem item = queue.claim(database, HOUR).join();
      QueueItem longer = queue.extend(database, item, HOUR.multipliedBy(2)).join();
      assertThat(longer.expiresAtMillis()).isGreaterThan(item.expiresAtMillis());
      assertThat(queue.extend(database, item, HOUR).join()).isNotNull();
      assertThat(queue.finish(database, item).join()).isTrue();
      assertThat(queue.finish(database, longer).join()).isFalse();
      assertThat(queue.isEmpty(database).join()).isTrue();
    }
  }

  @Test
  void itemOfARevivedLetterIsNotThatOfBefore() {
    try (Database database = Ashlar.inMemory()) {
      queue.push(database, utf8("a")).join();
      QueueItem before = queue.claim(database, HOUR).join();
      queue.giveBack(database, before).join();
      assertThat(queue.claim(database, HOUR).join()).isNull();
      queue.reviveDeadLetters(database, 1).join();
      QueueItem after = queue.claim(database, HOUR).join();
      assertThat(after.attempt()).isEqualTo(before.attempt());
      assertThat(queue.finish(database, before).join()).isFalse();
      assertThat(queue.finish(database, after).join()).isTrue();
    }
  }

  @Test
  void aTransactionThatOnlyFindsNothingDoesNotConflictWithWhoPushes() {
    try (Database database = Ashlar.inMemory();
        Transaction claims = database.createTransaction()) {
      assertThat(queue.claim(claims, HOUR).join()).isNull();
      claims.set(PLACE.pack("x"), new byte[0]);
      queue.push(database, utf8("a")).join();
      claims.commitBlocking();
    }
  }

  // Who waits.

  @SimulatedCluster(seeds = 4, faults = "none", busySeconds = 1)
  void whoGivesUpWaitingTakesNothing(Simulated client, Database database) {
    Leases leases = new Leases(PLACE.get("leases"));
    Lease held = leases.tryAcquire(database, "a", "ann", HOUR).join();
    CompletableFuture<Lease> noLease = leases.acquire(database, "a", "bob", HOUR, HOUR);
    CompletableFuture<QueueItem> noItem = queue.take(database, HOUR, HOUR);
    CompletableFuture<QueueItem> timesOut =
        queue.take(database, HOUR, HOUR).orTimeout(200, TimeUnit.MILLISECONDS);
    client.sleep(Duration.ofMillis(client.random().nextInt(300, 3_000)));
    noLease.cancel(true);
    noItem.cancel(true);
    assertThat(timesOut).isCompletedExceptionally();
    leases.release(database, held).join();
    queue.push(database, utf8("a")).join();
    client.sleep(Duration.ofSeconds(5));
    assertThat(leases.holder(database, "a").join()).isNull();
    QueueItem item = queue.claim(database, HOUR).join();
    assertThat(item.attempt()).isEqualTo(1);
  }

  @SimulatedCluster(seeds = 8, faults = "none", busySeconds = 1)
  void whatIsTakenForSomebodyWhoHasGivenUpIsGivenBack(Simulated client, Database database) {
    for (int i = 0; i < 10; i++) {
      CompletableFuture<QueueItem> waiting = queue.take(database, HOUR, HOUR);
      client.sleep(Duration.ofMillis(5));
      queue.push(database, utf8("a")).join();
      client.sleep(Duration.ofNanos(client.random().nextLong(5_000_000)));
      if (!waiting.cancel(true)) {
        assertThat(queue.finish(database, waiting.join()).join()).isTrue();
        continue;
      }
      client.sleep(Duration.ofSeconds(3));
      QueueItem item = queue.claim(database, HOUR).join();
      assertThat(item.attempt()).isEqualTo(1);
      assertThat(queue.finish(database, item).join()).isTrue();
    }
    assertThat(queue.deadLetters(database, 1).join()).isEmpty();
  }

  /** It tried again at once, as fast as the database answered. */
  @SimulatedCluster(seeds = 2, faults = "none", busySeconds = 1)
  void whoCannotWatchTriesMoreAndMoreSeldom(Simulated client, Database database) {
    AtomicInteger tries = new AtomicInteger();
    String got =
        Waiting.<String>until(
                database.environment(),
                Duration.ofSeconds(20),
                () -> {
                  tries.incrementAndGet();
                  return CompletableFuture.completedFuture(
                      new Tried<>(
                          null,
                          CompletableFuture.failedFuture(
                              new AshlarException(ErrorCode.TOO_MANY_WATCHES)),
                          Duration.ofSeconds(1)));
                },
                nobody -> {})
            .join();
    assertThat(got).isNull();
    assertThat(tries.get()).isBetween(20, 35);
  }
}
