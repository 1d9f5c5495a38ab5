package io.ashlar.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.kv.KeyValueException.Reason;
import io.ashlar.layer.SlowClock;
import io.ashlar.layer.TriedTwice;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.junit.SimulatedCluster;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the model does not say: who is committed, and what is refused. */
@Timeout(300)
class KeyValueStoreTest {
  private static final Subspace PLACE = new Subspace(new byte[] {'k'});

  private final KeyValueStore<String, String> store =
      new KeyValueStore<>(PLACE, Codec.utf8(), Codec.utf8());
  private final KeyValueStore<String, byte[]> bytes =
      new KeyValueStore<>(PLACE, Codec.utf8(), Codec.bytes());

  private static Throwable errorOf(CompletableFuture<?> future) {
    try {
      future.join();
    } catch (CompletionException e) {
      return e.getCause();
    }
    return null;
  }

  private static ErrorCode codeOf(CompletableFuture<?> future) {
    return errorOf(future) instanceof AshlarException e ? e.code() : null;
  }

  private static Reason reasonOf(CompletableFuture<?> future) {
    return errorOf(future) instanceof KeyValueException e ? e.reason() : null;
  }

  @SimulatedCluster(seeds = 3, faults = "none", busySeconds = 1)
  void whoHasReadAKeyIsCommittedBeforeItExpiresOrNotAtAll(Simulated client, Database database) {
    store.put(database, "lease", "mine", Duration.ofSeconds(2)).join();
    try (Transaction inTime = database.createTransaction();
        Transaction late = database.createTransaction();
        Transaction lateSnapshot = database.createTransaction()) {
      assertThat(store.get(inTime, "lease").join()).isEqualTo("mine");
      assertThat(store.get(late, "lease").join()).isEqualTo("mine");
      assertThat(store.get(lateSnapshot.snapshot(), "lease").join()).isEqualTo("mine");
      inTime.set(new byte[] {'a'}, new byte[0]);
      late.set(new byte[] {'b'}, new byte[0]);
      lateSnapshot.set(new byte[] {'c'}, new byte[0]);
      inTime.commitBlocking();
      while (store.get(database, "lease").join() != null) {
        client.sleep(Duration.ofMillis(20));
        keepTheTime(database);
      }
      lateSnapshot.commitBlocking();
      assertThat(codeOf(late.commit())).isEqualTo(ErrorCode.TRANSACTION_TOO_OLD);
    }
    assertThat(store.get(database, "lease").join()).isNull();
  }

  @SimulatedCluster(seeds = 3, faults = "none", busySeconds = 1)
  void keysExpireInADatabaseThatNobodyWritesTo(Simulated client, Database database) {
    store.put(database, "short", "one", Duration.ofSeconds(60)).join();
    store.put(database, "long", "one", Duration.ofSeconds(120)).join();
    client.sleep(Duration.ofSeconds(90));
    assertThat(store.get(database, "short").join()).isNull();
    assertThat(store.ttl(database, "long").join())
        .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(40));
  }

  @SimulatedCluster(seeds = 6, faults = "none", busySeconds = 1)
  void whatIsPutWhileItsOldValueIsSweptStays(Simulated client, Database database) {
    List<String> keys = IntStream.range(0, 40).mapToObj(i -> "key" + i).toList();
    for (String key : keys) {
      store.put(database, key, "old", Duration.ofMillis(10)).join();
    }
    long until = storeTime(database) + Sweeper.GRACE.toMillis() + 100;
    while (storeTime(database) < until) {
      client.sleep(Duration.ofMillis(500));
      keepTheTime(database);
    }
    Sweeper sweeper = store.newSweeper(database, SweeperOptions.defaults());
    CompletableFuture<Sweeper.Swept> sweeping = sweeper.sweepOnce();
    List<CompletableFuture<Long>> puts = new ArrayList<>();
    for (String key : keys) {
      client.sleep(Duration.ofNanos(client.random().nextInt(1_000_000)));
      puts.add(store.put(database, key, "new"));
    }
    puts.forEach(CompletableFuture::join);
    assertThat(sweeping.join().reminders()).isEqualTo(40);
    assertThat(store.getAll(database, keys).join()).containsOnly("new");
  }

  /** More than fits into a transaction: it could not be removed at once, nor ever again. */
  @SimulatedCluster(seeds = 1, faults = "none", busySeconds = 1)
  void longKeysAreSweptInSmallerBatches(Simulated client, Database database) {
    String end = "x".repeat(9_900);
    for (int i = 0; i < 450; i++) {
      store.put(database, i + end, "value", Duration.ofMillis(10)).join();
    }
    client.sleep(Sweeper.GRACE.plusSeconds(2));
    Sweeper sweeper = store.newSweeper(database, SweeperOptions.defaults());
    int swept = 0;
    for (int batch = 1; swept < 450; batch++) {
      assertThat(batch).isLessThan(40);
      swept += sweeper.sweepOnce().join().rows();
    }
  }

  private static long storeTime(Database database) {
    return database.read(reads -> reads.getStoreTime().join());
  }

  private static void keepTheTime(Database database) {
    database.run(
        transaction -> {
          transaction.set(new byte[] {'t'}, new byte[0]);
          return null;
        });
  }

  @Test
  void batchBeyondATransactionIsWrittenInSeveralAndToldKeyByKey() {
    try (Database database = Ashlar.inMemory()) {
      BulkWrite<String, byte[]> bulk = new BulkWrite<>(bytes);
      for (int i = 0; i < 300; i++) {
        bulk.put("key" + i, new byte[i == 77 ? 100_001 : 50_000]);
      }
      Map<String, BulkWrite.Result> results = bulk.run(database).join();
      assertThat(results).hasSize(300);
      long written =
          results.values().stream()
              .filter(result -> result.outcome() == BulkWrite.Outcome.WRITTEN)
              .count();
      // No other shares a transaction with the one that is too large.
      assertThat(written).isEqualTo(299);
      assertThat(results.get("key77").outcome()).isEqualTo(BulkWrite.Outcome.FAILED);
      assertThat(results.get("key77").error()).isInstanceOf(AshlarException.class);
      List<String> keys = IntStream.range(0, 2_500).mapToObj(i -> "key" + i).toList();
      List<byte[]> all = bytes.getAllInParts(database, keys).join();
      assertThat(all).hasSize(2_500);
      assertThat(IntStream.range(0, 2_500).filter(i -> all.get(i) != null).count()).isEqualTo(299);
      assertThat(all.get(77)).isNull();
      assertThat(bytes.getAllInParts(database, List.of()).join()).isEmpty();
      results.forEach(
          (key, result) ->
              assertThat(bytes.get(database, key).join() != null)
                  .as(key)
                  .isEqualTo(result.outcome() == BulkWrite.Outcome.WRITTEN));
    }
  }

  /** All that were written together with it failed. */
  @Test
  void tooShortATimeToLiveIsRefusedBeforeABulkIsWritten() {
    BulkWrite<String, String> bulk = new BulkWrite<>(store).put("good", "value");
    for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(999_999), Duration.ofDays(-1))) {
      assertThatThrownBy(() -> bulk.put("bad", "value", none))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least a millisecond");
    }
    try (Database database = Ashlar.inMemory()) {
      Map<String, BulkWrite.Result> results = bulk.run(database).join();
      assertThat(results.keySet()).containsExactly("good");
      assertThat(results.get("good").outcome()).isEqualTo(BulkWrite.Outcome.WRITTEN);
    }
  }

  /** One page read 16 MB after 16 MB, until it had as many entries as it may have. */
  @Test
  void largePagesEndEarly() {
    try (Database database = Ashlar.inMemory()) {
      BulkWrite<String, byte[]> bulk = new BulkWrite<>(bytes);
      for (int i = 100; i < 500; i++) {
        bulk.put("key" + i, new byte[90_000]);
      }
      bulk.run(database).join();
      Page<String, byte[]> page = bytes.scan().page(database).join();
      assertThat(page.entries()).hasSizeBetween(150, 199);
      assertThat(page.hasMore()).isTrue();
      assertThat(bytes.scan().count(database).join()).isEqualTo(400);
      assertThat(bytes.scan().countInParts(database).join()).isEqualTo(400);
    }
  }

  @Test
  void lastWriteOfAKeyInABulkCountsAndMayBeAnExpiryOrARemoval() {
    try (Database database = Ashlar.inMemory()) {
      store.putAll(database, Map.of("gone", "old", "kept", "old")).join();
      Map<String, BulkWrite.Result> results =
          new BulkWrite<>(store)
              .put("gone", "new")
              .put("short", "one", Duration.ofMinutes(5))
              .delete("kept")
              .put("kept", "new")
              .delete("gone")
              .run(database)
              .join();
      assertThat(results.keySet()).containsExactly("gone", "short", "kept");
      assertThat(results.values())
          .extracting(BulkWrite.Result::outcome)
          .containsOnly(BulkWrite.Outcome.WRITTEN);
      assertThat(store.getAll(database, List.of("gone", "short", "kept")).join())
          .containsExactly(null, "one", "new");
      assertThat(store.ttl(database, "short").join())
          .isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
    }
  }

  @Test
  void textThatHasNoBytesIsRefusedAndBytesThatAreNoTextToo() {
    try (Database database = Ashlar.inMemory()) {
      String half = "a" + (char) 0xd83d;
      assertThatThrownBy(() -> store.put(database, half, "value"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("surrogate");
      assertThatThrownBy(() -> store.put(database, "key", half))
          .isInstanceOf(IllegalArgumentException.class);
      bytes.put(database, "key", new byte[] {'a', (byte) 0xff}).join();
      assertThat(errorOf(store.get(database, "key"))).hasMessageContaining("not UTF-8");
      String whole = "a" + (char) 0xd83d + (char) 0xde00;
      store.put(database, whole, whole).join();
      assertThat(store.get(database, whole).join()).isEqualTo(whole);
    }
  }

  @Test
  void whatIsNoCounterIsNotIncremented() {
    try (Database database = Ashlar.inMemory()) {
      store.put(database, "name", "ann").join();
      assertThat(reasonOf(store.increment(database, "name", 1))).isEqualTo(Reason.NOT_A_COUNTER);
      assertThat(store.increment(database, "count", Long.MAX_VALUE).join())
          .isEqualTo(Long.MAX_VALUE);
      assertThat(reasonOf(store.increment(database, "count", 1)))
          .isEqualTo(Reason.COUNTER_OVERFLOW);
      assertThat(store.incrementWithin(database, "count", 1, 0, Long.MAX_VALUE).join())
          .isEqualTo(OptionalLong.empty());
      assertThat(store.getCounter(database, "count").join()).isEqualTo(Long.MAX_VALUE);
      assertThat(store.getCounter(database, "absent").join()).isZero();
    }
  }

  /** The bytes of a text that goes on with a zero begin with all those of the text. */
  @Test
  void scanByAPrefixOfTuplesFindsNoOtherTuples() {
    KeyValueStore<Tuple, String> tuples = new KeyValueStore<>(PLACE, Codec.tuples(), Codec.utf8());
    Map<Tuple, Tuple> others =
        Map.of(
            Tuple.from("a"), Tuple.from("a\0b", 1),
            Tuple.from((Object) new byte[] {1}), Tuple.from((Object) new byte[] {1, 0, 5}),
            Tuple.from(Tuple.from(1)), Tuple.from(Tuple.from(1, null)),
            Tuple.from(7, "c"), Tuple.from(7, "c\0"));
    try (Database database = Ashlar.inMemory()) {
      others.forEach(
          (prefix, other) -> {
            tuples.put(database, prefix, "itself").join();
            tuples.put(database, prefix.add(Long.MAX_VALUE), "more").join();
            tuples.put(database, prefix.addObject(null), "nothing more").join();
            tuples.put(database, other, "another").join();
          });
      for (Tuple prefix : others.keySet()) {
        Scan<Tuple, String> scan = tuples.scanPrefix(prefix);
        assertThat(scan.page(database).join().entries())
            .as("%s", prefix)
            .extracting(Entry::value)
            .containsExactly("itself", "nothing more", "more");
        assertThat(scan.count(database).join()).isEqualTo(3);
        assertThat(scan.reversed().limit(1).page(database).join().entries())
            .extracting(Entry::value)
            .containsExactly("more");
      }
      assertThat(tuples.scanPrefix(new Tuple()).count(database).join()).isEqualTo(16);
    }
  }

  @Test
  void continuationBelongsToItsScan() {
    try (Database database = Ashlar.inMemory()) {
      store.putAll(database, Map.of("a1", "", "a2", "", "b1", "", "b2", "")).join();
      Page<String, String> page = store.scanPrefix("a").limit(1).page(database).join();
      assertThat(page.hasMore()).isTrue();
      byte[] continuation = page.continuation();
      assertThat(reasonOf(store.scanPrefix("b").page(database, continuation)))
          .isEqualTo(Reason.FOREIGN_CONTINUATION);
      assertThat(reasonOf(store.scanPrefix("a").reversed().page(database, continuation)))
          .isEqualTo(Reason.FOREIGN_CONTINUATION);
      Page<String, String> next = store.scanPrefix("a").page(database, continuation).join();
      assertThat(next.entries()).extracting(Entry::key).containsExactly("a2");
      assertThat(next.hasMore()).isFalse();
    }
  }

  @Test
  void whatTakesLongerThanATransactionGoesOnOrIsRefused() {
    try (Database database = Ashlar.inMemory()) {
      List<String> all = IntStream.range(1_000, 4_500).mapToObj(i -> "key" + i).toList();
      Map<String, String> values = new TreeMap<>();
      all.forEach(key -> values.put(key, "value"));
      store.putAll(database, values).join();
      Database slow = SlowClock.on(database);
      assertThat(store.scan().page(slow).join().entries()).hasSize(1_000);
      Scan<String, String> large = store.scan().limit(5_000);
      Page<String, String> page = large.page(slow).join();
      assertThat(page.entries()).hasSizeBetween(1_000, 2_000);
      List<String> found = new ArrayList<>();
      page.entries().forEach(entry -> found.add(entry.key()));
      while (page.hasMore()) {
        page = large.page(slow, page.continuation()).join();
        page.entries().forEach(entry -> found.add(entry.key()));
      }
      assertThat(found).isEqualTo(all);
      assertThat(reasonOf(store.scan().count(slow))).isEqualTo(Reason.TOO_MANY);
      assertThat(store.scan().from("key1500").countInParts(slow).join()).isEqualTo(3_000);
      assertThat(store.scanPrefix("key2").count(slow).join()).isEqualTo(1_000);
      List<String> walked = new ArrayList<>();
      large.forEach(slow, entry -> walked.add(entry.key())).join();
      assertThat(walked).isEqualTo(all);
    }
  }

  @Test
  void rowOfAnotherLayerIsRefused() {
    try (Database database = Ashlar.inMemory()) {
      database.run(
          transaction -> {
            transaction.set(new Rows(PLACE).rowKey(new byte[] {'x'}), new byte[] {7});
            return null;
          });
      assertThat(reasonOf(store.get(database, "x"))).isEqualTo(Reason.UNKNOWN_ROW);
    }
  }

  @Test
  void storeTimeAtAVersionIsTheSameForWhoeverReadsThere() {
    try (Database database = Ashlar.inMemory()) {
      store.put(database, "a", "1").join();
      try (Transaction one = database.createTransaction();
          Transaction other = database.createTransaction()) {
        long version = one.getReadVersion().join();
        other.setReadVersion(version);
        assertThat(other.getStoreTime().join()).isEqualTo(one.getStoreTime().join()).isPositive();
      }
    }
  }

  /** Its second try compared with, and put, what had become of the arrays. */
  @Test
  void aBatchIsAppliedAsItWasAtTheCall() {
    try (Database database = Ashlar.inMemory()) {
      byte[] expected = {1};
      byte[] update = {2};
      bytes.put(database, "a", new byte[] {1}).join();
      Batch<String, byte[]> batch = bytes.newBatch().ifValue("a", expected).put("b", update);
      Database twice =
          TriedTwice.of(
              database,
              () -> {
                expected[0] = 9;
                update[0] = 9;
              });
      assertThat(bytes.apply(twice, batch).join()).isTrue();
      assertThat(bytes.get(database, "b").join()).containsExactly(2);
    }
  }
}
