package io.ashlar.queue;

import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.layer.RangePart;
import io.ashlar.layer.Repeat;
import io.ashlar.queue.QueueKeys.Hold;
import io.ashlar.queue.QueueKeys.Stored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Hands out items in one transaction: first those whose time has run out, then those that wait.
 * What has been handed out too often becomes a dead letter on the way; beyond some of these, which
 * are all that one transaction moves, it looks past them, or ends, so that these are moved before
 * the transaction is too old.
 *
 * <p>It reads without read conflicts, so that nobody who pushes is in the way; each item that is
 * taken gets a conflict of its own.
 */
final class Claim {
  /** Dead letters that one transaction moves, and their bytes. */
  static final int DEAD_MAX = 100;

  private static final int BYTES_MAX = 1_000_000;

  /** What one transaction looks at. */
  static final int LOOKS_MAX = 1_000;

  private static final int LOOK_BYTES_MAX = 8_000_000;

  /** What is read at a time: more items than that are not handed out together. */
  private static final int PAGE_BYTES_MAX = 2 * BYTES_MAX;

  /** Who has come past spent items reads so many of them at a time in the end. */
  private static final int PAGE_ROWS_MAX = 100;

  private final Transaction transaction;
  private final QueueKeys keys;
  private final QueueOptions options;
  private final long expiry;
  private final int wanted;
  private final boolean isRepeated;
  private final RandomGenerator random;
  private final Range late;
  private final List<QueueItem> items = new ArrayList<>();
  private boolean isLate = true;
  private byte[] from;
  private int dead;
  private int written;
  private int looks;
  private long lookBytes;
  private boolean isCutShort;

  /**
   * Begins.
   *
   * @param isRepeated whether the caller tries again, in another transaction, when this is cut
   *     short: then it is, as soon as it has moved all the dead letters that it may
   */
  Claim(
      Transaction transaction,
      QueueKeys keys,
      QueueOptions options,
      long now,
      long millis,
      int wanted,
      boolean isRepeated) {
    this.transaction = transaction;
    this.keys = keys;
    this.options = options;
    this.expiry = now + millis;
    this.wanted = wanted;
    this.isRepeated = isRepeated;
    this.random = transaction.environment().newRandom();
    this.late = keys.late(now);
    this.from = late.begin;
  }

  CompletableFuture<Claim> run() {
    return Repeat.whileTrue(this::page).thenApply(done -> this);
  }

  /** What is handed out, in order. */
  List<QueueItem> items() {
    return items;
  }

  boolean hasBuried() {
    return dead > 0;
  }

  /** Whether there may be items behind all those that it has looked at. */
  boolean isCutShort() {
    return isCutShort;
  }

  private boolean isFull() {
    return items.size() == wanted || (!items.isEmpty() && written >= BYTES_MAX);
  }

  private CompletableFuture<Boolean> page() {
    byte[] end = isLate ? late.end : keys.ready().end;
    int left = Math.max(wanted - items.size(), Math.min(looks, PAGE_ROWS_MAX));
    int limit = left + (isLate ? 0 : options.spread() - 1);
    ReadTransaction reads = transaction.snapshot();
    Range range = new Range(from, end);
    return RangePart.read(reads, range, limit, false, PAGE_BYTES_MAX, RangePart.endOfPage(reads))
        .thenApply(
            part -> {
              if (isLate) {
                takeInOrder(part.rows());
              } else {
                takeDrawn(part.rows());
              }
              return !isFull() && goOn(part.rows(), part.hasMore());
            });
  }

  private boolean goOn(List<KeyValue> rows, boolean hasMore) {
    looks += rows.size();
    if (hasMore) {
      boolean endsHere = isRepeated && items.isEmpty() && !hasRoomForDead();
      if (endsHere || looks >= LOOKS_MAX || lookBytes >= LOOK_BYTES_MAX) {
        isCutShort = true;
        return false;
      }
      byte[] last = rows.get(rows.size() - 1).getKey();
      from = Arrays.copyOf(last, last.length + 1);
      return true;
    }
    boolean wasLate = isLate;
    isLate = false;
    from = keys.ready().begin;
    return wasLate;
  }

  private void takeInOrder(List<KeyValue> rows) {
    for (KeyValue row : rows) {
      Stored found = keys.leased(row);
      if (!isFull() && !isSpent(found)) {
        take(found);
      }
    }
  }

  private void takeDrawn(List<KeyValue> rows) {
    List<Stored> waiting = new ArrayList<>();
    for (KeyValue row : rows) {
      Stored found = keys.ready(row);
      if (!isSpent(found)) {
        waiting.add(found);
      }
    }
    while (!isFull() && !waiting.isEmpty()) {
      take(waiting.remove(random.nextInt(Math.min(options.spread(), waiting.size()))));
    }
  }

  /** Whether it has been handed out too often; then it becomes a dead letter, if there is room. */
  private boolean isSpent(Stored found) {
    lookBytes += found.sizeBytes();
    if (found.attempts() < options.attemptsMax()) {
      return false;
    }
    if (hasRoomForDead()) {
      dead++;
      moveFrom(found);
      transaction.clear(keys.hold(found.place()));
      transaction.set(keys.dead(found.place()), QueueKeys.value(found.attempts(), found.payload()));
    }
    return true;
  }

  private boolean hasRoomForDead() {
    return dead < DEAD_MAX && written < BYTES_MAX;
  }

  private void take(Stored found) {
    moveFrom(found);
    int attempt = found.attempts() + 1;
    QueueItem item =
        new QueueItem(found.payload(), attempt, expiry, found.place(), random.nextLong());
    transaction.set(keys.leased(expiry, item.place()), QueueKeys.value(attempt, item.payload()));
    transaction.set(keys.hold(item.place()), new Hold(item.token(), expiry).encode());
    items.add(item);
  }

  private void moveFrom(Stored found) {
    transaction.addReadConflictKey(found.key());
    transaction.clear(found.key());
    written += found.sizeBytes();
  }
}
