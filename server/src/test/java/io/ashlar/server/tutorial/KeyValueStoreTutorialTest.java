package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.directory.DirectorySubspace;
import io.ashlar.kv.BulkWrite;
import io.ashlar.kv.Codec;
import io.ashlar.kv.Entry;
import io.ashlar.kv.KeyValueStore;
import io.ashlar.kv.Page;
import io.ashlar.kv.Scan;
import io.ashlar.kv.Sweeper;
import io.ashlar.kv.SweeperOptions;
import io.ashlar.tuple.Subspace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of {@code docs/tutorial-key-value-store.md}. */
@Timeout(120)
final class KeyValueStoreTutorialTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static KeyValueStore<String, String> store(String place) {
    return new KeyValueStore<>(new Subspace(utf8(place)), Codec.utf8(), Codec.utf8());
  }

  @Test
  void ticketIsBought() {
    try (Database database = Ashlar.inMemory()) {
      DirectoryLayer root = new DirectoryLayer();
      // snippet: open
      DirectorySubspace place = root.createOrOpen(database, List.of("shop", "sessions")).join();
      KeyValueStore<String, String> sessions =
          new KeyValueStore<>(place.subspace(), Codec.utf8(), Codec.utf8());
      sessions.put(database, "ann", "cart 17", Duration.ofMinutes(30)).join();
      String cart = sessions.get(database, "ann").join();
      Duration left = sessions.ttl(database, "ann").join();
      // end
      assertThat(cart).isEqualTo("cart 17");
      assertThat(left).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(30));
      KeyValueStore<String, String> stock = store("stock");
      stock.increment(database, "ticket", 1).join();
      // snippet: buy
      boolean bought =
          database.run(
              tx -> {
                if (stock.incrementWithin(tx, "ticket", -1, 0, 1_000).join().isEmpty()) {
                  return false; // sold out
                }
                sessions.put(tx, "ann", "cart 17, with a ticket").join();
                return true;
              });
      // end
      assertThat(bought).isTrue();
      assertThat(stock.getCounter(database, "ticket").join()).isZero();
      // snippet: compare
      Entry<String, String> seen = sessions.getEntry(database, "ann").join();
      boolean wasFirst =
          sessions.compareVersionAndSet(database, "ann", seen.version(), "checked out").join();
      boolean moved =
          sessions
              .apply(
                  database,
                  sessions.newBatch().ifAbsent("bob").put("bob", "from ann").delete("ann"))
              .join();
      // end
      assertThat(wasFirst).isTrue();
      assertThat(moved).isTrue();
      assertThat(sessions.get(database, "ann").join()).isNull();
      // snippet: sweep
      Sweeper sweeper = sessions.newSweeper(database, SweeperOptions.defaults());
      CompletableFuture<Void> swept = sweeper.start(); // goes on until it is closed
      Duration behind = sweeper.lag();
      sweeper.close();
      // end
      swept.join();
      assertThat(behind).isZero();
    }
  }

  @Test
  void leaseHolderWrites() {
    try (Database database = Ashlar.inMemory()) {
      KeyValueStore<String, String> leases = store("leases");
      String me = "worker 1";
      byte[] result = utf8("result");
      // snippet: lease
      leases.putIfAbsent(database, "nightly job", me, Duration.ofSeconds(10)).join();
      database.run(
          tx -> {
            if (!me.equals(leases.get(tx, "nightly job").join())) {
              throw new IllegalStateException("the lease is over");
            }
            tx.set(result, utf8("done")); // committed while the lease lasts, or not at all
            return null;
          });
      // end
      byte[] found = database.read(reads -> reads.get(result).join());
      assertThat(found).isEqualTo(utf8("done"));
    }
  }

  @Test
  void manyKeysAreWrittenAndScanned() {
    try (Database database = Ashlar.inMemory()) {
      KeyValueStore<String, String> sessions = store("sessions");
      // snippet: bulk
      BulkWrite<String, String> bulk = new BulkWrite<>(sessions);
      for (int i = 0; i < 10_000; i++) {
        bulk.put("customer-" + i, "empty cart");
      }
      Map<String, BulkWrite.Result> results = bulk.run(database).join();
      // end
      assertThat(results).hasSize(10_000);
      assertThat(results.values())
          .allSatisfy(one -> assertThat(one.outcome()).isEqualTo(BulkWrite.Outcome.WRITTEN));
      int pages = 1;
      // snippet: scan
      Scan<String, String> scan = sessions.scanPrefix("customer-").limit(100);
      Page<String, String> page = scan.page(database).join();
      while (page.hasMore()) {
        page = scan.page(database, page.continuation()).join();
        // end
        pages++;
        // snippet: scan
      }
      // end
      assertThat(pages).isBetween(100, 101);
    }
  }
}
