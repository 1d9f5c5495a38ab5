package io.ashlar.counter;

import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.layer.Calls;
import io.ashlar.tuple.Subspace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;

/**
 * A number that many add to at once, such as how often a page was seen. Adding reads nothing, so
 * that two who add never conflict; the number is spread over several keys, so that no single one is
 * hot. Reading adds them up, and is exact: it sees all that was committed before, and a transaction
 * that reads the number and writes conflicts with those who add meanwhile. Where that is too much,
 * read through {@link Transaction#snapshot}.
 *
 * <p>Each key has eight bytes, little endian. {@link #get} reads all keys; {@link #set} clears them
 * and writes one.
 *
 * <p>The number is a long that begins at 0, and wraps around. For counters with bounds, or whose
 * new value is wanted, see the key-value store. Thread-safe and immutable.
 */
public final class Counter {
  /** As the number of keys: enough for some hundred thousand additions in a second. */
  public static final int SHARDS = 16;

  private final Subspace place;
  private final int shards;

  /** A counter on all keys of {@code place}, which nothing else may use. */
  public Counter(Subspace place) {
    this(place, SHARDS);
  }

  /**
   * As above.
   *
   * @param shards over how many keys it is spread, 1 to 1,000. It may be another number at any time
   */
  public Counter(Subspace place, int shards) {
    if (shards < 1 || shards > 1_000) {
      throw new IllegalArgumentException("a counter has 1 to 1,000 keys, not " + shards);
    }
    this.place = place;
    this.shards = shards;
  }

  /** Adds, or takes away. Reads nothing. */
  public CompletableFuture<Void> add(TransactionContext context, long by) {
    return Calls.write(
        context,
        transaction -> {
          long shard = transaction.environment().newRandom().nextInt(shards);
          transaction.mutate(MutationType.ADD, place.pack(shard), encode(by));
          return CompletableFuture.completedFuture(null);
        });
  }

  /** What was added so far. */
  public CompletableFuture<Long> get(ReadTransactionContext context) {
    return Calls.read(
        context,
        reads ->
            reads
                .getRange(place.range())
                .asList()
                .thenApply(
                    rows -> {
                      long sum = 0;
                      for (KeyValue row : rows) {
                        sum += decode(row.getValue());
                      }
                      return sum;
                    }));
  }

  /**
   * Makes it a number, whatever it was. Conflicts with nobody who adds; what comes later counts.
   */
  public CompletableFuture<Void> set(TransactionContext context, long number) {
    return Calls.write(
        context,
        transaction -> {
          transaction.clear(place.range());
          transaction.set(place.pack(0L), encode(number));
          return CompletableFuture.completedFuture(null);
        });
  }

  private static byte[] encode(long number) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
  }

  private static long decode(byte[] bytes) {
    if (bytes.length != Long.BYTES) {
      throw new IllegalStateException("something else writes to the keys of a counter");
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
