package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.AsyncIterator;
import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.StreamingMode;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of {@code docs/transactions.md}. */
@Timeout(120)
final class TransactionsTest {
  private static final Subspace BANK = new Subspace("bank".getBytes(StandardCharsets.UTF_8));

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
  }

  private static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  @Test
  void moneyIsTransferredInThreeWays() {
    byte[] ann = BANK.pack("ann");
    byte[] bob = BANK.pack("bob");
    try (Database database = Ashlar.inMemory()) {
      database.run(
          tx -> {
            tx.set(ann, bytes(100));
            tx.set(bob, bytes(100));
            return null;
          });
      // snippet: run
      long left =
          database.run(
              tx -> {
                long has = number(tx.getBlocking(ann));
                if (has < 10) {
                  throw new IllegalStateException("too little money");
                }
                tx.set(ann, bytes(has - 10));
                tx.set(bob, bytes(number(tx.getBlocking(bob)) + 10));
                return has - 10;
              });
      // end
      assertThat(left).isEqualTo(90);
      // snippet: async
      CompletableFuture<Long> later =
          database.runAsync(
              tx ->
                  tx.getMany(List.of(ann, bob))
                      .thenApply(
                          both -> {
                            tx.set(ann, bytes(number(both.get(0)) - 10));
                            tx.set(bob, bytes(number(both.get(1)) + 10));
                            return number(both.get(0)) - 10;
                          }));
      // end
      assertThat(later.join()).isEqualTo(80);
      // snippet: by-hand
      try (Transaction tx = database.createTransaction()) {
        tx.options().setAutomaticIdempotency();
        boolean isDone = false;
        while (!isDone) {
          try {
            tx.set(ann, bytes(number(tx.getBlocking(ann)) - 10));
            tx.set(bob, bytes(number(tx.getBlocking(bob)) + 10));
            tx.commitBlocking();
            isDone = true;
          } catch (AshlarException e) {
            tx.onError(e).join(); // waits, or fails when there is no use in trying again
          }
        }
      }
      // end
      // snippet: read
      long sum = database.read(tx -> number(tx.getBlocking(ann)) + number(tx.getBlocking(bob)));
      // end
      assertThat(sum).isEqualTo(200);
      assertThat(number(database.read(tx -> tx.getBlocking(ann)))).isEqualTo(70);
    }
  }

  // snippet: parts
  /** Reads a range that may take longer than a transaction lives: not at one version. */
  static long countInParts(Database database, Range range) {
    long count = 0;
    byte[] begin = range.begin;
    List<KeyValue> rows;
    do {
      byte[] from = begin;
      rows = database.read(tx -> tx.getRange(from, range.end, 1_000).asList().join());
      count += rows.size();
      if (!rows.isEmpty()) {
        byte[] last = rows.get(rows.size() - 1).getKey();
        begin = Arrays.copyOf(last, last.length + 1); // the next possible key
      }
    } while (rows.size() == 1_000);
    return count;
  }

  // end

  @Test
  void rangesAreReadWholeRowByRowAndInParts() {
    Subspace numbers = new Subspace(Tuple.from("numbers"));
    try (Database database = Ashlar.inMemory()) {
      database.run(
          tx -> {
            for (long i = 0; i < 2_500; i++) {
              tx.set(numbers.pack(i), bytes(i));
            }
            return null;
          });
      // snippet: range
      List<KeyValue> first =
          database.read(
              tx -> tx.getRange(numbers.range(), 10, false, StreamingMode.EXACT).asList().join());
      long reached =
          database.read(
              tx -> {
                long sum = 0;
                AsyncIterator<KeyValue> rows = tx.getRange(numbers.range()).iterator();
                while (sum < 1_000 && rows.hasNext()) {
                  sum += number(rows.next().getValue());
                }
                rows.cancel(); // the page that is under way is not wanted
                return sum;
              });
      // end
      assertThat(first).hasSize(10);
      assertThat(reached).isBetween(1_000L, 1_100L);
      assertThat(countInParts(database, numbers.range())).isEqualTo(2_500);
    }
  }

  @Test
  void conflictsAreChosen() {
    byte[] rate = BANK.pack("rate");
    byte[] price = BANK.pack("price");
    byte[] seen = BANK.pack("seen");
    try (Database database = Ashlar.inMemory()) {
      database.run(
          tx -> {
            tx.set(rate, bytes(3));
            tx.set(price, bytes(0));
            return null;
          });
      // snippet: snapshot
      database.run(
          tx -> {
            ReadTransaction loose = tx.snapshot();
            long now = number(loose.getBlocking(rate)); // whoever changes the rate does not disturb
            if (now > 2) {
              tx.addReadConflictKey(rate); // but here it matters after all
            }
            tx.set(price, bytes(7 * now));
            return null;
          });
      // end
      // snippet: atomic
      database.run(
          tx -> {
            tx.mutate(MutationType.ADD, seen, bytes(1)); // eight bytes, little endian
            return null;
          });
      // end
      assertThat(number(database.read(tx -> tx.getBlocking(price)))).isEqualTo(21);
      assertThat(number(database.read(tx -> tx.getBlocking(seen)))).isEqualTo(1);
    }
  }

  @Test
  void versionstampsOrderAndWatchesTell() {
    Subspace log = new Subspace(Tuple.from("log"));
    byte[] state = BANK.pack("state");
    try (Database database = Ashlar.inMemory()) {
      // snippet: versionstamp
      CompletableFuture<byte[]> stamp =
          database.run(
              tx -> {
                Tuple place = Tuple.from(Versionstamp.incomplete());
                tx.mutate(
                    MutationType.SET_VERSIONSTAMPED_KEY,
                    log.packWithVersionstamp(place),
                    "opened".getBytes(StandardCharsets.UTF_8));
                return tx.getVersionstamp(); // not waited for in here: it is there after the commit
              });
      byte[] key = log.pack(Versionstamp.complete(stamp.join()));
      // end
      byte[] found = database.read(tx -> tx.getBlocking(key));
      assertThat(found).asString().isEqualTo("opened");
      // snippet: watch
      CompletableFuture<Void> changed = database.run(tx -> tx.watch(state));
      database.run(
          tx -> {
            tx.set(state, bytes(1));
            return null;
          });
      changed.join(); // now read it again: it may have changed more than once
      // end
      assertThat(changed).isCompleted();
      // snippet: timeout
      database.run(
          tx -> {
            tx.options().setTimeout(2_000).setRetryLimit(10);
            tx.set(state, bytes(2));
            return null;
          });
      // end
      assertThat(number(database.read(tx -> tx.getBlocking(state)))).isEqualTo(2);
    }
  }
}
