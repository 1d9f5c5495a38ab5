package io.ashlar.queue;

import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
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
 * are all that one transaction moves, it looks past them.
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

  private final Transaction transaction;
  private final QueueKeys keys;
  private final QueueOptions options;
  private final long expiry;
  private final int wanted;
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

  Claim(
      Transaction transaction,
      QueueKeys keys,
      QueueOptions options,
      long now,
      long millis,
      int wanted) {
    this.transaction = transaction;
    this.keys = keys;
    this.options = options;
    this.expiry = now + millis;
    this.wanted = wanted;
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
    int limit = wanted - items.size() + (isLate ? 0 : options.spread() - 1);
    ReadTransaction reads = transaction.snapshot();
    return reads
        .getRange(from, end, limit)
        .asList()
        .thenApply(
            rows -> {
              if (isLate) {
                takeInOrder(rows);
              } else {
                takeDrawn(rows);
              }
              return !isFull() && goOn(rows, rows.size() == limit);
            });
  }

  private boolean goOn(List<KeyValue> rows, boolean hasMore) {
    looks += rows.size();
    if (hasMore) {
      if (looks >= LOOKS_MAX || lookBytes >= LOOK_BYTES_MAX) {
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
    if (dead < DEAD_MAX && written < BYTES_MAX) {
      dead++;
      moveFrom(found);
      transaction.clear(keys.hold(found.place()));
      transaction.set(keys.dead(found.place()), QueueKeys.value(found.attempts(), found.payload()));
    }
    return true;
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
