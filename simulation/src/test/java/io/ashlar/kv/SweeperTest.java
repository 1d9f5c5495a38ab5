package io.ashlar.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.tuple.Subspace;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much a batch of a sweeper takes upon itself. */
@Timeout(120)
class SweeperTest {
  private static final SweeperOptions ALL = new SweeperOptions(10_000, Duration.ofSeconds(1));

  private final Rows rows = new Rows(new Subspace(new byte[] {'k'}));

  /** How many rows were read together, each time. */
  private final List<Integer> reads = new ArrayList<>();

  private int failures;

  /** Leaves rows that have expired long ago. */
  private void leave(Database database, int count, int sizeBytes) {
    for (int i = 0; i < count; i++) {
      byte[] key = ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
      Row row = new Row(i, 1_000 + i, new byte[sizeBytes]);
      database.run(
          transaction -> {
            rows.set(transaction, key, row);
            return null;
          });
    }
  }

  /** The database, of which it is noted what is read; the first transactions fail. */
  private <T> T watched(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals("runAsync")) {
                @SuppressWarnings("unchecked") // What the method declares.
                Function<Transaction, CompletableFuture<Object>> body =
                    (Function<Transaction, CompletableFuture<Object>>) arguments[0];
                return ((Database) target)
                    .runAsync(
                        transaction ->
                            body.apply(watched(Transaction.class, transaction))
                                .thenApply(this::orFail));
              }
              if (method.getName().equals("getMany")) {
                reads.add(((List<?>) arguments[0]).size());
              }
              try {
                Object result = method.invoke(target, arguments);
                return method.getName().equals("snapshot")
                    ? watched(ReadTransaction.class, (ReadTransaction) result)
                    : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private Object orFail(Object result) {
    if (failures > 0) {
      failures--;
      throw new AshlarException(ErrorCode.TRANSACTION_TOO_OLD);
    }
    return result;
  }

  /** It read all of the batch, and removed what one transaction can send. */
  @Test
  void largeRowsAreReadAsFarAsTheyAreRemoved() {
    try (Database database = Ashlar.inMemory()) {
      leave(database, 150, 90_000);
      Sweeper sweeper = new Sweeper(watched(Database.class, database), rows, ALL);
      assertThat(sweeper.sweepOnce().join().rows()).isEqualTo(12);
      assertThat(reads).containsExactly(50);
      while (!sweeper.sweepOnce().join().lag().isZero()) {
        assertThat(sweeper.lag()).isPositive();
      }
      assertThat(sweeper.removed()).isEqualTo(150);
      assertThat(new Sweeper(database, rows, ALL).sweepOnce().join().reminders()).isZero();
    }
  }

  @Test
  void smallRowsAreSweptInOneBatch() {
    try (Database database = Ashlar.inMemory()) {
      leave(database, 130, 10);
      Sweeper sweeper = new Sweeper(watched(Database.class, database), rows, ALL);
      assertThat(sweeper.sweepOnce().join()).isEqualTo(new Sweeper.Swept(130, 130, Duration.ZERO));
      assertThat(reads).containsExactly(50, 50, 30);
    }
  }

  /** A batch that was too old was tried as it was, for ever, and nothing told of it. */
  @Test
  void batchThatIsNotCommittedIsTriedInHalvesAndTellsItsLag() {
    try (Database database = Ashlar.inMemory()) {
      leave(database, 40, 10);
      failures = 2;
      SweeperOptions forty = new SweeperOptions(40, Duration.ofSeconds(1));
      Sweeper sweeper = new Sweeper(watched(Database.class, database), rows, forty);
      CompletableFuture<Sweeper.Swept> sweeping = sweeper.sweepOnce();
      assertThat(sweeping.join().rows()).isEqualTo(10);
      assertThat(reads).containsExactly(40, 20, 10);
      assertThat(sweeper.lag()).isPositive();
    }
  }

  /** It ended for good with {@code transaction_too_large}. */
  @Test
  void batchFitsIntoTheTransactionsOfTheDatabase() {
    DatabaseOptions small = DatabaseOptions.defaults().withTransactionSizeLimitBytes(500_000);
    try (Database database = Ashlar.inMemory(small)) {
      leave(database, 20, 90_000);
      Sweeper sweeper = new Sweeper(database, rows, ALL);
      while (!sweeper.sweepOnce().join().lag().isZero()) {
        assertThat(sweeper.lag()).isPositive();
      }
      assertThat(sweeper.removed()).isEqualTo(20);
    }
  }

  @Test
  void rowIsCountedOnceHoweverOftenItWasReminded() {
    try (Database database = Ashlar.inMemory()) {
      byte[] key = ByteBuffer.allocate(Integer.BYTES).putInt(0).array();
      SweeperOptions[] sizes = {ALL, new SweeperOptions(1, Duration.ofSeconds(1))};
      for (SweeperOptions size : sizes) {
        leave(database, 1, 10);
        database.run(
            transaction -> {
              rows.set(transaction, key, new Row(7, 2_000, new byte[10]));
              return null;
            });
        Sweeper sweeper = new Sweeper(database, rows, size);
        while (sweeper.sweepOnce().join().reminders() > 0) {
          assertThat(sweeper.removed()).isEqualTo(1);
        }
        assertThat(sweeper.removed()).isEqualTo(1);
      }
    }
  }

  @Test
  void whoWritesAKeyThatHasExpiredDoesNotConflictWithTheSweeper() {
    KeyValueStore<byte[], byte[]> store =
        new KeyValueStore<>(new Subspace(new byte[] {'k'}), Codec.bytes(), Codec.bytes());
    byte[] key = ByteBuffer.allocate(Integer.BYTES).putInt(0).array();
    try (Database database = Ashlar.inMemory()) {
      leave(database, 1, 10);
      try (Transaction writer = database.createTransaction()) {
        assertThat(store.putIfAbsent(writer, key, new byte[] {1}).join()).isNull();
        Sweeper sweeper = new Sweeper(database, rows, ALL);
        assertThat(sweeper.sweepOnce().join().rows()).isEqualTo(1);
        writer.commitBlocking();
      }
      assertThat(store.get(database, key).join()).containsExactly(1);
    }
  }
}
