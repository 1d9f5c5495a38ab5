package io.ashlar.server.tutorial;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.ReadTransactionContext;
import io.ashlar.client.Transaction;
import io.ashlar.client.TransactionContext;
import io.ashlar.layer.Calls;
import io.ashlar.layer.RangePart;
import io.ashlar.layer.Repeat;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The layer of {@code docs/how-to-write-a-layer.md}: lines of text in the order of commits. */
final class Journal {
  // snippet: layout
  private static final long FORMAT = 2;
  private static final byte[] NOTHING = new byte[0];

  private final byte[] format; // [0]: the format that the journal has
  private final Subspace lines; // [1, versionstamp, random]: a line
  private final byte[] upgraded; // [2]: how far an upgrade has come

  Journal(Subspace place) {
    format = place.pack(0L);
    lines = place.get(1L);
    upgraded = place.pack(2L);
  }

  // end

  // snippet: format
  /** Gives what is stored; null in a journal that nobody has written to. */
  private CompletableFuture<byte[]> check(ReadTransaction reads) {
    return reads
        .get(format)
        .thenApply(
            bytes -> {
              long found = bytes == null ? FORMAT : Tuple.fromBytes(bytes).getLong(0);
              if (found != FORMAT) {
                throw new IllegalStateException(
                    "the journal has format " + found + ", this program knows " + FORMAT);
              }
              return bytes;
            });
  }

  // end

  // snippet: append
  CompletableFuture<Void> append(TransactionContext context, String text) {
    byte[] value = Tuple.from(FORMAT, text).pack();
    return Calls.write(
        context,
        transaction ->
            check(transaction)
                .thenAccept(
                    known -> {
                      if (known == null) {
                        transaction.set(format, Tuple.from(FORMAT).pack());
                      }
                      long random = transaction.environment().newRandom().nextLong();
                      byte[] key =
                          lines.packWithVersionstamp(Tuple.from(Versionstamp.incomplete(), random));
                      transaction.mutate(MutationType.SET_VERSIONSTAMPED_KEY, key, value);
                    }));
  }

  // end

  // snippet: read
  record Page(List<String> texts, byte[] continuation) {}

  CompletableFuture<Page> read(ReadTransactionContext context, byte[] continuation, int limit) {
    return Calls.read(
        context,
        reads -> {
          long end = RangePart.endOfPage(reads);
          return check(reads)
              .thenCompose(known -> RangePart.read(reads, behind(continuation), limit, false, end))
              .thenApply(
                  part ->
                      new Page(
                          part.rows().stream().map(row -> textOf(row.getValue())).toList(),
                          part.hasMore() ? last(part.rows()) : null));
        });
  }

  private Range behind(byte[] key) {
    Range all = lines.range();
    return key == null ? all : new Range(Arrays.copyOf(key, key.length + 1), all.end);
  }

  // end

  private static byte[] last(List<KeyValue> rows) {
    return rows.get(rows.size() - 1).getKey();
  }

  // snippet: text
  private static String textOf(byte[] value) {
    return isNew(value)
        ? Tuple.fromBytes(value).getString(1)
        : new String(value, StandardCharsets.UTF_8);
  }

  // end

  /** Format 1 was the text alone, which never began with the code of an integer. */
  private static boolean isNew(byte[] value) {
    return value.length > 0 && value[0] == 0x15;
  }

  // snippet: last
  /** Who has asked is committed only as long as nobody has appended another one. */
  CompletableFuture<String> last(TransactionContext context) {
    return Calls.write(
        context,
        transaction ->
            check(transaction)
                .thenCompose(
                    known -> transaction.snapshot().getRange(lines.range(), 1, true).asList())
                .thenApply(
                    found -> {
                      Range later = behind(found.isEmpty() ? null : last(found));
                      transaction.addReadConflictRange(later.begin, later.end);
                      return found.isEmpty() ? null : textOf(found.get(0).getValue());
                    }));
  }

  // end

  // snippet: upgrade
  CompletableFuture<Void> upgrade(Database database, int batchMax, Duration pause) {
    return database
        .environment()
        .adopt(
            Repeat.whileTrue(
                () ->
                    database
                        .runAsync(transaction -> upgradeSome(transaction, batchMax))
                        .thenCompose(
                            more ->
                                database
                                    .environment()
                                    .delay(more ? pause : Duration.ZERO)
                                    .thenApply(over -> more))));
  }

  /** One batch; gives whether there is more. */
  private CompletableFuture<Boolean> upgradeSome(Transaction transaction, int batchMax) {
    transaction.options().setIdempotent();
    return transaction
        .get(upgraded)
        .thenCompose(mark -> transaction.getRange(behind(mark), batchMax).asList())
        .thenApply(
            batch -> {
              for (KeyValue row : batch) {
                byte[] value = Tuple.from(FORMAT, textOf(row.getValue())).pack();
                transaction.set(row.getKey(), value);
              }
              // From the first batch on, programs that know format 1 only are refused.
              transaction.set(format, Tuple.from(FORMAT).pack());
              boolean more = batch.size() == batchMax;
              transaction.set(upgraded, more ? last(batch) : lines.range().end);
              return more;
            });
  }
  // end
}
