package io.ashlar.queue;

import io.ashlar.client.Database;
import io.ashlar.client.Environment;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.core.Limits;
import io.ashlar.layer.Calls;
import io.ashlar.layer.Repeat;
import io.ashlar.layer.Spans;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * A queue: first in, first out, in the order of commits. Who pushes never conflicts with anybody.
 * An item is handed to one consumer at a time, for a while of store time; when it is not finished
 * by then it goes to another, and after too many attempts to the dead letters. So nothing is lost
 * when a consumer dies, and nothing is done twice if {@link #finish} is part of the transaction
 * that does it.
 *
 * <pre>{@code
 * queue.push(database, order).join();
 * QueueItem item = queue.take(database, Duration.ofSeconds(30), Duration.ofMinutes(1)).join();
 * database.run(
 *     tx -> {
 *       if (queue.finish(tx, item).join()) {
 *         tx.set(shipped, item.payload()); // once, whoever else has got the item meanwhile
 *       }
 *       return null;
 *     });
 * }</pre>
 *
 * <p>Items that one call pushes stay in its order; those of several calls in the same transaction
 * are in no order among them. A payload has at most 99,900 bytes or so, and each zero in it counts
 * as two. Thread-safe and immutable; in one transaction, though, wait for each call before the next
 * one and before the commit: two that claim at once would get the same item.
 */
public final class Queue {
  private static final byte[] ONE = {1, 0, 0, 0, 0, 0, 0, 0};

  /** A transaction that finds too many dead letters goes on in the next one. */
  private static final int LOOKS_MAX = 100;

  /** A watch that is lost is not waited for longer; nor is an item whose time runs out. */
  private static final Duration LOOK_MAX = Duration.ofSeconds(1);

  private static final int PUSHED_MAX = 65_536;

  /** An item as it is stored, below what tells its state. */
  private record Stored(byte[] key, Tuple place, int attempts, byte[] payload) {}

  private final Subspace ready;
  private final Subspace leased;
  private final Subspace dead;
  private final byte[] pushes;
  private final QueueOptions options;

  /** A queue on all keys of {@code place}, which nothing else may use. */
  public Queue(Subspace place, QueueOptions options) {
    this.ready = place.get(0L);
    this.leased = place.get(1L);
    this.dead = place.get(2L);
    this.pushes = place.pack(3L);
    this.options = Objects.requireNonNull(options, "the options are null");
  }

  /** Puts an item at the end. Reads nothing. */
  public CompletableFuture<Void> push(TransactionContext context, byte[] payload) {
    return pushAll(context, List.of(payload));
  }

  /**
   * Puts several items at the end, one behind the other.
   *
   * @param payloads at most 65,536
   * @throws IllegalArgumentException when there are more, or when one does not fit into a value
   *     together with how often it has been handed out
   */
  public CompletableFuture<Void> pushAll(TransactionContext context, List<byte[]> payloads) {
    if (payloads.size() > PUSHED_MAX) {
      throw new IllegalArgumentException("at most 65,536 items, not " + payloads.size());
    }
    payloads.forEach(Queue::checkFits);
    return Calls.write(
        context,
        transaction -> {
          // So that another call in the same transaction, at the same stamp, has other keys.
          long call = transaction.environment().newRandom().nextLong();
          int number = 0;
          for (byte[] payload : payloads) {
            Tuple place = Tuple.from(Versionstamp.incomplete(number++), call);
            transaction.mutate(
                MutationType.SET_VERSIONSTAMPED_KEY,
                ready.packWithVersionstamp(place),
                value(0, payload));
          }
          transaction.mutate(MutationType.ADD, pushes, ONE);
          return CompletableFuture.completedFuture(null);
        });
  }

  /** Later too: its place in the queue must not be one that nobody gets it away from. */
  private static void checkFits(byte[] payload) {
    int bytes = value(Integer.MAX_VALUE, payload).length;
    if (bytes > Limits.VALUE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "an item of "
              + payload.length
              + " bytes takes up to "
              + bytes
              + " with its zeros doubled, and a value holds "
              + Limits.VALUE_BYTES_MAX
              + ": keep it elsewhere, and push its key");
    }
  }

  private static byte[] value(int attempts, byte[] payload) {
    return Tuple.from(attempts, payload).pack();
  }

  /** {@code first} elements of the key come before the place. */
  private static Stored stored(Subspace where, KeyValue row, int first) {
    Tuple key = where.unpack(row.getKey());
    Tuple value = Tuple.fromBytes(row.getValue());
    Tuple place = Tuple.fromList(key.getItems().subList(first, key.size()));
    return new Stored(row.getKey(), place, (int) value.getLong(0), value.getBytes(1));
  }

  private static long millis(Duration time) {
    return Spans.millis(time, "the lease of an item");
  }

  // Consumers.

  /**
   * Hands out an item: one whose time has run out before one that nobody has had.
   *
   * @param time how long, from the transaction's store time on
   * @return null when there is none
   */
  public CompletableFuture<QueueItem> claim(TransactionContext context, Duration time) {
    long millis = millis(time);
    return Calls.write(
        context,
        transaction ->
            transaction.getStoreTime().thenCompose(now -> claim(transaction, now, millis)));
  }

  private CompletableFuture<QueueItem> claim(Transaction transaction, long now, long millis) {
    QueueItem[] claimed = new QueueItem[1];
    int[] looks = new int[1];
    return Repeat.whileTrue(
            () ->
                next(transaction, now)
                    .thenApply(
                        found -> {
                          if (found == null) {
                            return false;
                          }
                          claimed[0] = lease(transaction, found, now + millis);
                          return claimed[0] == null && ++looks[0] < LOOKS_MAX;
                        }))
        .thenApply(done -> claimed[0]);
  }

  private CompletableFuture<Stored> next(Transaction transaction, long now) {
    // Without read conflicts, so that nobody who pushes is in the way; the one that is taken gets
    // a conflict of its own.
    ReadTransaction reads = transaction.snapshot();
    Range over = new Range(leased.pack(0L), leased.pack(now + 1));
    CompletableFuture<List<KeyValue>> late = reads.getRange(over, 1).asList();
    CompletableFuture<List<KeyValue>> first =
        reads.getRange(ready.range(), options.spread()).asList();
    return late.thenCombine(
        first,
        (expired, waiting) -> {
          if (!expired.isEmpty()) {
            return stored(leased, expired.get(0), 1);
          }
          if (waiting.isEmpty()) {
            return null;
          }
          int one = transaction.environment().newRandom().nextInt(waiting.size());
          return stored(ready, waiting.get(one), 0);
        });
  }

  /** Null when the item has been handed out too often already: it is a dead letter now. */
  private QueueItem lease(Transaction transaction, Stored found, long expiry) {
    transaction.addReadConflictKey(found.key());
    transaction.clear(found.key());
    if (found.attempts() >= options.attemptsMax()) {
      transaction.set(dead.pack(found.place()), value(found.attempts(), found.payload()));
      return null;
    }
    int attempt = found.attempts() + 1;
    QueueItem item = new QueueItem(found.payload(), attempt, expiry, found.place());
    transaction.set(leasedKey(item), value(attempt, found.payload()));
    return item;
  }

  private byte[] leasedKey(QueueItem item) {
    return leased.pack(Tuple.from(item.expiresAtMillis()).addAll(item.place()));
  }

  /**
   * As {@link #claim}, and waits for an item as long as there is none.
   *
   * @param patience after which it gives null
   */
  public CompletableFuture<QueueItem> take(Database database, Duration time, Duration patience) {
    long millis = millis(time);
    Environment environment = database.environment();
    long endNanos = environment.nowNanos() + Spans.nanos(patience);
    QueueItem[] taken = new QueueItem[1];
    return environment.adopt(
        Repeat.whileTrue(
                () ->
                    database
                        .runAsync(transaction -> claimOrWatch(transaction, millis))
                        .thenCompose(
                            tried -> {
                              taken[0] = tried.item();
                              if (tried.item() != null) {
                                return CompletableFuture.completedFuture(false);
                              }
                              Duration left = Duration.ofNanos(endNanos - environment.nowNanos());
                              return await(environment, tried.push(), left);
                            }))
            .thenApply(done -> taken[0]));
  }

  /**
   * @param push completes when something is pushed; null with an item
   */
  private record Tried(QueueItem item, CompletableFuture<Void> push) {}

  private CompletableFuture<Tried> claimOrWatch(Transaction transaction, long millis) {
    return transaction
        .environment()
        .adopt(
            transaction
                .getStoreTime()
                .thenCompose(now -> claim(transaction, now, millis))
                .thenApply(
                    item -> new Tried(item, item == null ? transaction.watch(pushes) : null)));
  }

  private static CompletableFuture<Boolean> await(
      Environment environment, CompletableFuture<Void> push, Duration left) {
    if (left.isNegative() || left.isZero()) {
      push.cancel(false);
      return CompletableFuture.completedFuture(false);
    }
    CompletableFuture<Void> over =
        environment.delay(left.compareTo(LOOK_MAX) < 0 ? left : LOOK_MAX);
    // However the watch ends, one looks again.
    CompletableFuture<Void> pushed = push.handle((fired, error) -> null);
    return CompletableFuture.anyOf(pushed, over)
        .thenApply(
            first -> {
              over.cancel(false);
              push.cancel(false);
              return true;
            });
  }

  /**
   * Removes an item that is done.
   *
   * @return false when it was handed to somebody else meanwhile, or is no more: then do nothing
   *     because of it
   */
  public CompletableFuture<Boolean> finish(TransactionContext context, QueueItem item) {
    return Calls.write(context, transaction -> remove(transaction, item));
  }

  private CompletableFuture<Boolean> remove(Transaction transaction, QueueItem item) {
    byte[] key = leasedKey(item);
    return transaction
        .get(key)
        .thenApply(
            value -> {
              if (value != null) {
                transaction.clear(key);
              }
              return value != null;
            });
  }

  /** Keeps an item for {@code time} from now; gives null when it is somebody else's or no more. */
  public CompletableFuture<QueueItem> extend(
      TransactionContext context, QueueItem item, Duration time) {
    long millis = millis(time);
    return Calls.write(
        context,
        transaction ->
            remove(transaction, item)
                .thenCombine(
                    transaction.getStoreTime(),
                    (isOurs, now) -> {
                      if (!isOurs) {
                        return null;
                      }
                      QueueItem longer =
                          new QueueItem(item.payload(), item.attempt(), now + millis, item.place());
                      transaction.set(leasedKey(longer), value(item.attempt(), item.payload()));
                      return longer;
                    }));
  }

  /** Puts an item back where it was, at once; gives false when it is somebody else's or no more. */
  public CompletableFuture<Boolean> giveBack(TransactionContext context, QueueItem item) {
    return Calls.write(
        context,
        transaction ->
            remove(transaction, item)
                .thenApply(
                    isOurs -> {
                      if (isOurs) {
                        transaction.set(
                            ready.pack(item.place()), value(item.attempt(), item.payload()));
                        transaction.mutate(MutationType.ADD, pushes, ONE);
                      }
                      return isOurs;
                    }));
  }

  // What is there.

  /** Whether nothing waits and nothing is handed out; dead letters do not count. */
  public CompletableFuture<Boolean> isEmpty(ReadTransactionContext context) {
    return Calls.read(
        context,
        reads ->
            reads
                .getRange(ready.range(), 1)
                .asList()
                .thenCombine(
                    reads.getRange(leased.range(), 1).asList(),
                    (waiting, out) -> waiting.isEmpty() && out.isEmpty()));
  }

  /** The payloads of the first dead letters. */
  public CompletableFuture<List<byte[]>> deadLetters(ReadTransactionContext context, int limit) {
    return Calls.read(
        context,
        reads ->
            reads
                .getRange(dead.range(), limit)
                .asList()
                .thenApply(
                    rows -> rows.stream().map(row -> stored(dead, row, 0).payload()).toList()));
  }

  /** Puts the first dead letters back where they were, as if they had never been handed out. */
  public CompletableFuture<Integer> reviveDeadLetters(TransactionContext context, int limit) {
    return Calls.write(
        context,
        transaction ->
            transaction
                .getRange(dead.range(), limit)
                .asList()
                .thenApply(
                    rows -> {
                      for (KeyValue row : rows) {
                        Stored letter = stored(dead, row, 0);
                        transaction.clear(letter.key());
                        transaction.set(ready.pack(letter.place()), value(0, letter.payload()));
                      }
                      transaction.mutate(MutationType.ADD, pushes, ONE);
                      return rows.size();
                    }));
  }
}
