package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.counter.Counter;
import io.ashlar.lease.Lease;
import io.ashlar.lease.Leases;
import io.ashlar.queue.Queue;
import io.ashlar.queue.QueueItem;
import io.ashlar.queue.QueueOptions;
import io.ashlar.tuple.Subspace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of {@code docs/tutorial-building-blocks.md}. */
@Timeout(120)
final class BuildingBlocksTutorialTest {
  private static final Subspace SHOP = new Subspace("shop".getBytes(StandardCharsets.UTF_8));

  @Test
  void pageIsCounted() {
    try (Database database = Ashlar.inMemory()) {
      // snippet: count
      Counter seen = new Counter(SHOP.get("front page seen"));
      seen.add(database, 1).join();
      seen.add(database, 1).join();
      long times = seen.get(database).join();
      // end
      assertThat(times).isEqualTo(2);
    }
  }

  @Test
  void reportIsWrittenByOneAlone() {
    try (Database database = Ashlar.inMemory()) {
      byte[] report = SHOP.pack("report");
      // snippet: lease
      Leases leases = new Leases(SHOP.get("leases"));
      Duration time = Duration.ofSeconds(10);
      Lease lease =
          leases
              .acquire(database, "nightly report", "worker 7", time, Duration.ofMinutes(1))
              .join();
      // end
      assertThat(lease.token()).isEqualTo(1);
      // snippet: require
      database.run(
          tx -> {
            leases.require(tx, lease).join();
            tx.set(report, new byte[] {42}); // committed while the lease lasts, or not at all
            return null;
          });
      leases.release(database, lease).join();
      // end
      byte[] found = database.read(reads -> reads.get(report).join());
      assertThat(found).containsExactly(42);
      assertThat(leases.holder(database, "nightly report").join()).isNull();
    }
  }

  @Test
  void orderIsShippedOnce() {
    try (Database database = Ashlar.inMemory()) {
      byte[] order = "order 17".getBytes(StandardCharsets.UTF_8);
      Subspace shipped = SHOP.get("shipped");
      // snippet: push
      Queue orders = new Queue(SHOP.get("orders"), QueueOptions.defaults());
      orders.push(database, order).join();
      // end
      // snippet: take
      Duration time = Duration.ofSeconds(30);
      QueueItem item = orders.take(database, time, Duration.ofMinutes(1)).join();
      database.run(
          tx -> {
            if (orders.finish(tx, item).join()) {
              tx.set(shipped.pack(item.payload()), new byte[0]);
            }
            return null;
          });
      // end
      assertThat(item.attempt()).isEqualTo(1);
      List<?> rows = database.read(reads -> reads.getRange(shipped.range()).asList().join());
      assertThat(rows).hasSize(1);
      assertThat(orders.isEmpty(database).join()).isTrue();
    }
  }
}
