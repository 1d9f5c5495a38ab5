package io.ashlar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.tuple.Subspace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A call that is refused leaves nothing in the transaction of its caller, who goes on with that.
 */
@Timeout(120)
class RefusedWritesTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String TOO_LONG = "k".repeat(9_999);

  /** Fits as the key of a row, and not as that of a reminder. */
  private static final String LONG = "k".repeat(9_998);

  /** Fits into a row, and not into one that expires. */
  private static final byte[] LARGE = new byte[99_991];

  private static final byte[] TOO_LARGE = new byte[99_992];
  private static final byte[] SMALL = {1};

  private final KeyValueStore<String, byte[]> store =
      new KeyValueStore<>(new Subspace(new byte[] {'k'}), Codec.utf8(), Codec.bytes());

  /** What a call fails with whose transaction is committed nevertheless. */
  private static Throwable errorOf(
      Database database, Function<Transaction, CompletableFuture<?>> call) {
    return database.run(
        transaction -> {
          try {
            call.apply(transaction).join();
            return null;
          } catch (CompletionException e) {
            return e.getCause();
          }
        });
  }

  private static ErrorCode codeOf(
      Database database, Function<Transaction, CompletableFuture<?>> call) {
    return errorOf(database, call) instanceof AshlarException e ? e.code() : null;
  }

  private void expectEmpty(Database database) {
    assertThat(store.scan().page(database).join().entries()).isEmpty();
  }

  @Test
  void putAllSetsNothingWhenOneDoesNotFit() {
    try (Database database = Ashlar.inMemory()) {
      Map<String, byte[]> several = new LinkedHashMap<>();
      several.put("a", SMALL);
      several.put("b", TOO_LARGE);
      assertThat(codeOf(database, tx -> store.putAll(tx, several)))
          .isEqualTo(ErrorCode.VALUE_TOO_LARGE);
      several.put("b", SMALL);
      several.put(TOO_LONG, SMALL);
      assertThat(codeOf(database, tx -> store.putAll(tx, several)))
          .isEqualTo(ErrorCode.KEY_TOO_LARGE);
      expectEmpty(database);
      several.remove(TOO_LONG);
      several.put(LONG, LARGE);
      store.putAll(database, several).join();
      assertThat(store.scan().count(database).join()).isEqualTo(3);
    }
  }

  @Test
  void batchWritesNothingWhenOneDoesNotFit() {
    try (Database database = Ashlar.inMemory()) {
      assertThat(
              codeOf(
                  database,
                  tx -> store.apply(tx, store.newBatch().put("a", SMALL).put("b", TOO_LARGE))))
          .isEqualTo(ErrorCode.VALUE_TOO_LARGE);
      assertThat(
              codeOf(
                  database,
                  tx -> store.apply(tx, store.newBatch().put("a", SMALL).delete(TOO_LONG))))
          .isEqualTo(ErrorCode.KEY_TOO_LARGE);
      assertThat(
              codeOf(
                  database,
                  tx -> store.apply(tx, store.newBatch().put("a", SMALL).put(LONG, SMALL, HOUR))))
          .isEqualTo(ErrorCode.KEY_TOO_LARGE);
      String half = "a" + (char) 0xd83d;
      assertThat(
              errorOf(
                  database,
                  tx -> store.apply(tx, store.newBatch().put("a", SMALL).put(half, SMALL))))
          .hasMessageContaining("surrogate");
      assertThat(
              errorOf(
                  database,
                  tx ->
                      store.apply(
                          tx, store.newBatch().put("a", SMALL).put("b", SMALL, Duration.ZERO))))
          .hasMessageContaining("at least a millisecond");
      expectEmpty(database);
      Batch<String, byte[]> batch =
          store.newBatch().put("a", SMALL).put("b", SMALL, HOUR).delete("a").put("c", LARGE);
      assertThat(store.apply(database, batch).join()).isTrue();
      assertThat(store.scan().page(database).join().entries())
          .extracting(Entry::key)
          .containsExactly("b", "c");
      assertThat(store.ttl(database, "b").join()).isBetween(Duration.ofMinutes(59), HOUR);
    }
  }

  /** It shared a transaction with others, which failed with it. */
  @Test
  void keyOfABulkThatIsOneByteTooLongForAReminderFailsAlone() {
    String oneTooLong = "k".repeat(9_990);
    try (Database database = Ashlar.inMemory()) {
      assertThat(store.fits(oneTooLong.getBytes(StandardCharsets.UTF_8), SMALL)).isFalse();
      Map<String, BulkWrite.Result> results =
          new BulkWrite<>(store)
              .put("a", SMALL)
              .put(oneTooLong, SMALL, HOUR)
              .put(oneTooLong.substring(1), SMALL, HOUR)
              .run(database)
              .join();
      assertThat(results.values())
          .extracting(BulkWrite.Result::outcome)
          .containsExactly(
              BulkWrite.Outcome.WRITTEN, BulkWrite.Outcome.FAILED, BulkWrite.Outcome.WRITTEN);
    }
  }

  /** The row was set before its reminder was refused. */
  @Test
  void rowIsNotSetWithoutItsReminder() {
    try (Database database = Ashlar.inMemory()) {
      assertThat(codeOf(database, tx -> store.put(tx, LONG, SMALL, HOUR)))
          .isEqualTo(ErrorCode.KEY_TOO_LARGE);
      expectEmpty(database);
      store.put(database, LONG, SMALL).join();
      store.put(database, "large", LARGE).join();
      assertThat(codeOf(database, tx -> store.expire(tx, LONG, HOUR)))
          .isEqualTo(ErrorCode.KEY_TOO_LARGE);
      assertThat(codeOf(database, tx -> store.expire(tx, "large", HOUR)))
          .isEqualTo(ErrorCode.VALUE_TOO_LARGE);
      assertThat(store.ttl(database, LONG).join()).isEqualTo(KeyValueStore.FOREVER);
      assertThat(store.ttl(database, "large").join()).isEqualTo(KeyValueStore.FOREVER);
    }
  }
}
