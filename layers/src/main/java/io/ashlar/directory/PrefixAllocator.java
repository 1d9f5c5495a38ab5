package io.ashlar.directory;

import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.layer.Repeat;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Gives numbers that nobody else was given, small ones first, to many transactions at a time with
 * few conflicts among them.
 *
 * <ol>
 *   <li>Numbers come from a window. Its row of {@link #counters} counts, atomically, how many were
 *       asked for; once half of a window is given away the next one opens behind it, and the rows
 *       of the old one are cleared.
 *   <li>A candidate is drawn from the window. Its row of {@link #recent} is read with a read
 *       conflict; if it is there the number is taken, and another is drawn.
 *   <li>The row is set. Only the transaction that takes the number adds a write conflict for it, so
 *       that of two that draw the same the later one fails, and all others commit.
 * </ol>
 *
 * <p>Allocations within one transaction may go on at the same time: what looks at the rows and what
 * sets them happens with the transaction's monitor held.
 */
final class PrefixAllocator {
  private static final byte[] ONE = {1, 0, 0, 0, 0, 0, 0, 0};
  private static final byte[] NOTHING = new byte[0];

  private final Subspace counters;
  private final Subspace recent;

  PrefixAllocator(Subspace rows) {
    this.counters = rows.get(0L);
    this.recent = rows.get(1L);
  }

  /** Small windows for the first numbers, which are the shortest; large ones conflict less. */
  static int windowSize(long start) {
    if (start < 255) {
      return 64;
    }
    return start < 65_535 ? 1_024 : 8_192;
  }

  /** A number that is the transaction's own when it commits, as a packed tuple. */
  CompletableFuture<byte[]> allocate(Transaction transaction) {
    Allocation allocation = new Allocation(transaction);
    return Repeat.whileTrue(allocation::tryOnce)
        .thenApply(done -> Tuple.from(allocation.candidate).pack());
  }

  /** One allocation; its steps follow each other. */
  private final class Allocation {
    private final Transaction transaction;
    private final RandomGenerator random;
    private long start;
    private boolean moved;
    private boolean found;
    private long candidate;

    Allocation(Transaction transaction) {
      this.transaction = transaction;
      this.random = transaction.environment().newRandom();
    }

    /** Gives whether to begin anew, since the window moved on meanwhile. */
    CompletableFuture<Boolean> tryOnce() {
      return newestWindow()
          .thenCompose(
              newest -> {
                start = newest.isEmpty() ? 0 : startOf(newest.get(0));
                moved = false;
                return Repeat.whileTrue(this::countInWindow);
              })
          .thenCompose(chosen -> Repeat.whileTrue(this::takeCandidate))
          .thenApply(taken -> !found);
    }

    private CompletableFuture<List<KeyValue>> newestWindow() {
      return transaction.snapshot().getRange(counters.range(), 1, true).asList();
    }

    private long startOf(KeyValue counter) {
      return counters.unpack(counter.getKey()).getLong(0);
    }

    /** Counts this allocation in the window; gives whether to go on to the next one. */
    private CompletableFuture<Boolean> countInWindow() {
      byte[] counter = counters.pack(start);
      CompletableFuture<byte[]> count;
      synchronized (transaction) {
        if (moved) {
          transaction.clear(counters.getKey(), counter);
          transaction.options().setNextWriteNoWriteConflictRange();
          transaction.clear(recent.getKey(), recent.pack(start));
        }
        transaction.mutate(MutationType.ADD, counter, ONE);
        count = transaction.snapshot().get(counter);
      }
      return count.thenApply(
          bytes -> {
            // Where snapshots do not see own writes it may not be there yet.
            long given =
                bytes == null ? 0 : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
            if (given * 2 < windowSize(start)) {
              return false;
            }
            start += windowSize(start);
            moved = true;
            return true;
          });
    }

    /** Tries to take one number; gives whether to draw another. */
    private CompletableFuture<Boolean> takeCandidate() {
      long drawn = start + random.nextInt(windowSize(start));
      byte[] row = recent.pack(drawn);
      CompletableFuture<List<KeyValue>> newest;
      CompletableFuture<byte[]> taken;
      synchronized (transaction) {
        newest = newestWindow();
        taken = transaction.get(row);
        transaction.options().setNextWriteNoWriteConflictRange();
        transaction.set(row, NOTHING);
      }
      return newest.thenCombine(
          taken,
          (windows, value) -> {
            if (!windows.isEmpty() && startOf(windows.get(0)) > start) {
              return false;
            }
            if (value != null) {
              return true;
            }
            transaction.addWriteConflictKey(row);
            candidate = drawn;
            found = true;
            return false;
          });
    }
  }
}
