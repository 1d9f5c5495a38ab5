package io.ashlar.queue;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.core.Limits;
import io.ashlar.layer.Calls;
import io.ashlar.layer.RangePart;
import io.ashlar.layer.Repeat;
import io.ashlar.layer.Spans;
import io.ashlar.layer.Waiting;
import io.ashlar.layer.Waiting.Tried;
import io.ashlar.queue.QueueKeys.Hold;
import io.ashlar.queue.QueueKeys.Stored;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.time.Duration;
import java.util.ArrayList;
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
 * are in no order among them. Where they are is known only when they are committed: so in a
 * transaction that has pushed, what looks at those who wait ({@link #claim}, {@link #claimAll},
 * {@link #isEmpty}) fails with {@code accessed_unreadable} (1036) when it comes to the end. Claim
 * first, or in another transaction. A payload has at most 99,900 bytes or so, and each zero in it
 * counts as two. Thread-safe and immutable; in one transaction, though, wait for each call before
 * the next one and before the commit: two that claim at once would get the same item. So do two
 * calls in a transaction whose snapshot reads do not see its own writes ({@code
 * setSnapshotRywDisable}): there, claim once.
 */
public final class Queue {
  private static final byte[] ONE = {1, 0, 0, 0, 0, 0, 0, 0};

  /** A push that is not told is not waited for longer; nor is an item whose time runs out. */
  private static final Duration LOOK_MAX = Duration.ofSeconds(1);

  private static final int PUSHED_MAX = 65_536;
  private static final int CLAIMED_MAX = 1_000;

  /** Far below the limit of a transaction, which writes all that it revives. */
  private static final long REVIVED_BYTES_MAX = 1_000_000;

  private final QueueKeys keys;
  private final QueueOptions options;

  /** A queue on all keys of {@code place}, which nothing else may use. */
  public Queue(Subspace place, QueueOptions options) {
    this.keys = new QueueKeys(Objects.requireNonNull(place, "the place is null"));
    this.options = Objects.requireNonNull(options, "the options are null");
  }

  /**
   * Puts an item at the end. Reads nothing.
   *
   * @throws IllegalArgumentException at once, when it does not fit: see above
   */
  public CompletableFuture<Void> push(TransactionContext context, byte[] payload) {
    return pushAll(context, List.of(payload));
  }

  /**
   * Puts several items at the end, one behind the other, in one transaction: all of them or none.
   *
   * @param payloads at most 65,536, and as many as fit into a transaction
   * @throws IllegalArgumentException when there are more, or when one does not fit into a value
   *     together with how often it has been handed out
   */
  public CompletableFuture<Void> pushAll(TransactionContext context, List<byte[]> payloads) {
    if (payloads.size() > PUSHED_MAX) {
      throw new IllegalArgumentException("at most 65,536 items, not " + payloads.size());
    }
    payloads.forEach(Queue::checkFits);
    // Now, and not in each try: the caller may do as he likes with his list and his arrays.
    List<byte[]> values = payloads.stream().map(each -> QueueKeys.value(0, each)).toList();
    return Calls.write(
        context,
        transaction -> {
          // So that another call in the same transaction, at the same stamp, has other keys.
          long call = transaction.environment().newRandom().nextLong();
          int number = 0;
          for (byte[] value : values) {
            Tuple place = Tuple.from(Versionstamp.incomplete(number++), call);
            transaction.mutate(MutationType.SET_VERSIONSTAMPED_KEY, keys.newReady(place), value);
          }
          transaction.mutate(MutationType.ADD, keys.pushes(), ONE);
          return CompletableFuture.completedFuture(null);
        });
  }

  /** Later too: its place in the queue must not be one that nobody gets it away from. */
  private static void checkFits(byte[] payload) {
    Objects.requireNonNull(payload, "a payload is null");
    int bytes = QueueKeys.value(Integer.MAX_VALUE, payload).length;
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

  private static long millis(Duration time) {
    return Spans.millis(time, "the lease of an item");
  }

  // Consumers.

  /**
   * Hands out an item: one whose time has run out before one that nobody has had.
   *
   * @param context in a transaction of the caller it looks past at most 1,000 items that are to
   *     become dead letters, and moves some of them there; with the database or a session it looks
   *     at all
   * @param time how long, from the transaction's store time on; at least a millisecond, and more
   *     than 100 years count as 100 years
   * @return null when there is none
   * @throws IllegalArgumentException at once, for a time below a millisecond
   */
  public CompletableFuture<QueueItem> claim(TransactionContext context, Duration time) {
    return claimAll(context, 1, time).thenApply(Queue::first);
  }

  private static QueueItem first(List<QueueItem> items) {
    return items.isEmpty() ? null : items.get(0);
  }

  /**
   * Hands out several items in one transaction, in the order of the queue. The rest is as with
   * {@link #claim}.
   *
   * @param most how many, 1 to 1,000; it gives fewer when there are fewer, and when they are large:
   *     no more than about 1 MB
   * @param time as with {@link #claim}
   * @throws IllegalArgumentException at once, for another number, or a time below a millisecond
   */
  public CompletableFuture<List<QueueItem>> claimAll(
      TransactionContext context, int most, Duration time) {
    if (most < 1 || most > CLAIMED_MAX) {
      throw new IllegalArgumentException("1 to 1,000 items at a time, not " + most);
    }
    long millis = millis(time);
    if (context instanceof Transaction) {
      return Calls.write(
          context, transaction -> claim(transaction, most, millis, false).thenApply(Claim::items));
    }
    List<List<QueueItem>> claimed = new ArrayList<>();
    return context
        .environment()
        .adopt(
            Repeat.whileTrue(
                    () ->
                        Calls.write(context, transaction -> claim(transaction, most, millis, true))
                            .thenApply(
                                claim -> {
                                  claimed.add(claim.items());
                                  return claim.items().isEmpty() && claim.isCutShort();
                                }))
                .thenApply(done -> claimed.get(claimed.size() - 1)));
  }

  private CompletableFuture<Claim> claim(
      Transaction transaction, int most, long millis, boolean isRepeated) {
    return transaction
        .getStoreTime()
        .thenCompose(
            now -> new Claim(transaction, keys, options, now, millis, most, isRepeated).run());
  }

  /**
   * As {@link #claim}, and waits for an item as long as there is none. When the future is
   * cancelled, or ended by a timeout, an item that it gets nevertheless is given back, as if it had
   * not been handed out.
   *
   * @param time as with {@link #claim}
   * @param patience after which it gives null; zero to try once
   * @throws IllegalArgumentException at once, for a time below a millisecond
   */
  public CompletableFuture<QueueItem> take(Database database, Duration time, Duration patience) {
    long millis = millis(time);
    return Waiting.until(
        database.environment(),
        patience,
        () -> Calls.write(database, transaction -> claimOrWatch(transaction, millis)),
        item -> giveBack(database, item, item.attempt() - 1));
  }

  private CompletableFuture<Tried<QueueItem>> claimOrWatch(Transaction transaction, long millis) {
    return claim(transaction, 1, millis, true)
        .thenApply(
            claim -> {
              if (!claim.items().isEmpty()) {
                return Tried.got(first(claim.items()));
              }
              // A watch reads, so that with dead letters to write all who push would be in the way.
              return claim.hasBuried() || claim.isCutShort()
                  ? Tried.again()
                  : new Tried<>(null, transaction.watch(keys.pushes()), LOOK_MAX);
            });
  }

  /**
   * Removes an item that is done.
   *
   * @return false when it was handed to somebody else meanwhile, or is no more: then do nothing
   *     because of it
   */
  public CompletableFuture<Boolean> finish(TransactionContext context, QueueItem item) {
    return Calls.write(
        context,
        transaction ->
            hold(transaction, item)
                .thenApply(
                    hold -> {
                      if (hold != null) {
                        takeOut(transaction, item, hold);
                      }
                      return hold != null;
                    }));
  }

  /** Who has an item, when that is who has got it as this; else null. */
  private CompletableFuture<Hold> hold(Transaction transaction, QueueItem item) {
    return transaction
        .get(keys.hold(item.place()))
        .thenApply(row -> row == null ? null : Hold.decode(row))
        .thenApply(hold -> hold == null || hold.token() != item.token() ? null : hold);
  }

  /** Then it is nowhere any more. */
  private void takeOut(Transaction transaction, QueueItem item, Hold hold) {
    transaction.clear(keys.hold(item.place()));
    transaction.clear(keys.leased(hold.expiry(), item.place()));
  }

  /**
   * Takes an item out, and gives its payload as it is stored: whoever has the item may have changed
   * his array. Null when it is somebody else's or no more.
   */
  private CompletableFuture<byte[]> takeOut(Transaction transaction, QueueItem item) {
    return hold(transaction, item)
        .thenCompose(
            hold ->
                hold == null
                    ? CompletableFuture.completedFuture(null)
                    : transaction
                        .get(keys.leased(hold.expiry(), item.place()))
                        .thenApply(
                            value -> {
                              takeOut(transaction, item, hold);
                              return QueueKeys.payload(value);
                            }));
  }

  /**
   * Keeps an item for {@code time} from now. What it gives and {@code item} are the same to all
   * calls afterwards.
   *
   * @param time as with {@link #claim}
   * @return the item with its new time; null when it is somebody else's or no more
   * @throws IllegalArgumentException at once, for a time below a millisecond
   */
  public CompletableFuture<QueueItem> extend(
      TransactionContext context, QueueItem item, Duration time) {
    long millis = millis(time);
    return Calls.write(
        context,
        transaction ->
            takeOut(transaction, item)
                .thenCombine(
                    transaction.getStoreTime(),
                    (payload, now) -> {
                      if (payload == null) {
                        return null;
                      }
                      long expiry = now + millis;
                      transaction.set(
                          keys.leased(expiry, item.place()),
                          QueueKeys.value(item.attempt(), payload));
                      transaction.set(
                          keys.hold(item.place()), new Hold(item.token(), expiry).encode());
                      return new QueueItem(
                          payload, item.attempt(), expiry, item.place(), item.token());
                    }));
  }

  /** Puts an item back where it was, at once; gives false when it is somebody else's or no more. */
  public CompletableFuture<Boolean> giveBack(TransactionContext context, QueueItem item) {
    return giveBack(context, item, item.attempt());
  }

  private CompletableFuture<Boolean> giveBack(
      TransactionContext context, QueueItem item, int attempts) {
    return Calls.write(
        context,
        transaction ->
            takeOut(transaction, item)
                .thenApply(
                    payload -> {
                      if (payload != null) {
                        transaction.set(
                            keys.ready(item.place()), QueueKeys.value(attempts, payload));
                        transaction.mutate(MutationType.ADD, keys.pushes(), ONE);
                      }
                      return payload != null;
                    }));
  }

  // What is there.

  /** Whether nothing waits and nothing is handed out; dead letters do not count. */
  public CompletableFuture<Boolean> isEmpty(ReadTransactionContext context) {
    return Calls.read(
        context,
        reads ->
            reads
                .getRange(keys.ready(), 1)
                .asList()
                .thenCombine(
                    reads.getRange(keys.leased(), 1).asList(),
                    (waiting, out) -> waiting.isEmpty() && out.isEmpty()));
  }

  /**
   * The payloads of the first dead letters.
   *
   * @param limit how many at most, 1 or more; it gives fewer when they are large: about 16 MB
   */
  public CompletableFuture<List<byte[]>> deadLetters(ReadTransactionContext context, int limit) {
    checkLetters(limit);
    return Calls.read(
        context,
        reads ->
            RangePart.read(reads, keys.dead(), limit, false, RangePart.endOfPage(reads))
                .thenApply(
                    part -> part.rows().stream().map(row -> keys.dead(row).payload()).toList()));
  }

  private static void checkLetters(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("at least one dead letter, not " + limit);
    }
  }

  /**
   * Puts the first dead letters back where they were, as if they had never been handed out.
   *
   * @param limit how many at most, 1 or more
   * @return how many: 0 when there are none, and fewer than {@code limit} when there are fewer, or
   *     when they have more than about 1 MB; call again for the others
   */
  public CompletableFuture<Integer> reviveDeadLetters(TransactionContext context, int limit) {
    checkLetters(limit);
    return Calls.write(
        context,
        transaction ->
            RangePart.read(
                    transaction,
                    keys.dead(),
                    limit,
                    false,
                    REVIVED_BYTES_MAX,
                    RangePart.endOfPage(transaction))
                .thenApply(
                    part -> {
                      for (KeyValue row : part.rows()) {
                        Stored letter = keys.dead(row);
                        transaction.clear(letter.key());
                        transaction.set(
                            keys.ready(letter.place()), QueueKeys.value(0, letter.payload()));
                      }
                      transaction.mutate(MutationType.ADD, keys.pushes(), ONE);
                      return part.rows().size();
                    }));
  }
}
