package io.ashlar.kv;

import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Keys;
import io.ashlar.core.Limits;
import io.ashlar.layer.Deadline;
import io.ashlar.tuple.Subspace;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Where the rows of a store are, and the one rule of time that all calls keep.
 *
 * <p>Below {@code [0]} are the rows, by the bytes of their keys. Below {@code [1]} are the
 * <em>reminders</em>: for each row with an expiry, its eight bytes big endian and then the key. A
 * write that replaces a row does not look for the reminder of the old one; the sweeper finds that
 * it reminds of nothing any more.
 *
 * <p>A row with an expiry is there as long as the store time of the reading version is below it. A
 * transaction that has seen such a row happens at the version of its commit, which is later; so its
 * commit is bounded to the versions before the expiry, where what it has seen still holds.
 */
final class Rows {
  private static final byte[] NOTHING = new byte[0];
  private static final Duration TTL_MIN = Duration.ofMillis(1);

  private final byte[] rows;
  private final byte[] reminders;

  Rows(Subspace subspace) {
    rows = subspace.pack(0L);
    reminders = subspace.pack(1L);
  }

  private static byte[] join(byte[] prefix, byte[] rest) {
    byte[] joined = Arrays.copyOf(prefix, prefix.length + rest.length);
    System.arraycopy(rest, 0, joined, prefix.length, rest.length);
    return joined;
  }

  byte[] rowKey(byte[] key) {
    return join(rows, key);
  }

  /** The bytes of the key of a row. */
  byte[] keyOfRow(byte[] rowKey) {
    return Arrays.copyOfRange(rowKey, rows.length, rowKey.length);
  }

  /** The rows of all keys whose bytes begin with {@code prefix}. */
  Range rowsOf(byte[] prefix) {
    return Range.startsWith(rowKey(prefix));
  }

  /** Behind the last row. */
  byte[] rowsEnd() {
    return Keys.afterPrefix(Bytes.copyOf(rows)).toArray();
  }

  byte[] reminderKey(long expiry, byte[] key) {
    ByteBuffer bytes = ByteBuffer.allocate(reminderKeyBytes(key));
    return bytes.put(reminders).putLong(expiry).put(key).array();
  }

  long expiryOfReminder(byte[] reminder) {
    return ByteBuffer.wrap(reminder, reminders.length, Long.BYTES).getLong();
  }

  byte[] keyOfReminder(byte[] reminder) {
    return Arrays.copyOfRange(reminder, reminders.length + Long.BYTES, reminder.length);
  }

  /** The reminders of expiries from 0 on, below {@code end}. */
  Range remindersBefore(long end) {
    return new Range(reminderKey(0, NOTHING), reminderKey(Math.max(0, end), NOTHING));
  }

  /** Refuses a time to live that is too short. */
  static void checkTtl(Duration ttl) {
    if (ttl.compareTo(TTL_MIN) < 0) {
      throw new IllegalArgumentException("a time to live is at least a millisecond, not " + ttl);
    }
  }

  /** The store time at which something expires that is written now. */
  static long expiryAfter(long nowMillis, Duration ttl) {
    checkTtl(ttl);
    long millis;
    try {
      millis = ttl.toMillis();
    } catch (ArithmeticException e) {
      return Row.NEVER;
    }
    return millis > Row.NEVER - nowMillis ? Row.NEVER : nowMillis + millis;
  }

  /** The row of a key, or null when it is not there, be it that it has expired. */
  CompletableFuture<Row> get(ReadTransaction reads, byte[] key) {
    return reads.get(rowKey(key)).thenCompose(bytes -> seen(reads, Row.decode(bytes)));
  }

  /** The row as the transaction may see it: null when it has expired. */
  CompletableFuture<Row> seen(ReadTransaction reads, Row row) {
    if (row == null || !row.expires()) {
      return CompletableFuture.completedFuture(row);
    }
    return reads.getStoreTime().thenCompose(now -> seenAt(reads, row, now));
  }

  private static CompletableFuture<Row> seenAt(ReadTransaction reads, Row row, long now) {
    if (!row.isAliveAt(now)) {
      return CompletableFuture.completedFuture(null);
    }
    return boundedBefore(reads, row.expiry(), now).thenApply(bounded -> row);
  }

  /** The rows as the transaction may see them, null where one has expired. */
  CompletableFuture<List<Row>> seen(ReadTransaction reads, List<Row> all) {
    long first =
        all.stream().filter(row -> row != null).mapToLong(Row::expiry).min().orElse(Row.NEVER);
    if (first == Row.NEVER) {
      return CompletableFuture.completedFuture(all);
    }
    return reads
        .getStoreTime()
        .thenCompose(
            now -> {
              List<Row> alive =
                  all.stream().map(row -> row == null || !row.isAliveAt(now) ? null : row).toList();
              long end =
                  alive.stream()
                      .filter(row -> row != null)
                      .mapToLong(Row::expiry)
                      .min()
                      .orElse(Row.NEVER);
              return boundedBefore(reads, end, now).thenApply(bounded -> alive);
            });
  }

  /** What a snapshot read sees does not bind its transaction, here as elsewhere. */
  private static CompletableFuture<Void> boundedBefore(
      ReadTransaction reads, long expiry, long now) {
    return reads.isSnapshot() || !(reads instanceof Transaction transaction)
        ? CompletableFuture.completedFuture(null)
        : Deadline.before(transaction, now, expiry);
  }

  /**
   * What is to become of a key.
   *
   * @param row null for none
   */
  record Write(byte[] key, Row row) {}

  /** Sets and clears in their order, all or none: when one is refused, nothing is written. */
  void writeAll(Transaction transaction, List<Write> writes) {
    writes.forEach(write -> checkFits(write.key(), write.row()));
    for (Write write : writes) {
      if (write.row() == null) {
        clear(transaction, write.key());
      } else {
        set(transaction, write.key(), write.row());
      }
    }
  }

  void set(Transaction transaction, byte[] key, Row row) {
    checkFits(key, row);
    transaction.set(rowKey(key), row.encode());
    if (row.expires()) {
      transaction.set(reminderKey(row.expiry(), key), NOTHING);
    }
  }

  /** As {@link #set}, of a row that was read. */
  void replace(Transaction transaction, byte[] key, Row old, Row row) {
    checkFits(key, row);
    if (old != null && old.expires() && old.expiry() != row.expiry()) {
      transaction.clear(reminderKey(old.expiry(), key));
    }
    set(transaction, key, row);
  }

  /**
   * Refuses what the database would refuse too, but perhaps after a part of it was written, such as
   * a row without its reminder; and the transaction of the caller goes on.
   */
  private void checkFits(byte[] key, Row row) {
    int keyBytes = row != null && row.expires() ? reminderKeyBytes(key) : rowKeyBytes(key);
    if (keyBytes > Limits.KEY_BYTES_MAX) {
      throw new AshlarException(
          ErrorCode.KEY_TOO_LARGE,
          "the key has "
              + key.length
              + " bytes, and "
              + (keyBytes - Limits.KEY_BYTES_MAX)
              + " more than there is room for; use a shorter one, such as a digest");
    }
    if (row != null && row.sizeBytes() > Limits.VALUE_BYTES_MAX) {
      throw new AshlarException(
          ErrorCode.VALUE_TOO_LARGE,
          "the value has "
              + row.value().length
              + " bytes, and "
              + (row.sizeBytes() - Limits.VALUE_BYTES_MAX)
              + " more than there is room for; split it over several keys");
    }
  }

  int rowKeyBytes(byte[] key) {
    return rows.length + key.length;
  }

  int reminderKeyBytes(byte[] key) {
    return reminders.length + Long.BYTES + key.length;
  }

  void clear(Transaction transaction, byte[] key) {
    transaction.clear(rowKey(key));
  }
}
