package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.directory.DirectorySubspace;
import io.ashlar.table.Index;
import io.ashlar.table.IndexBuild;
import io.ashlar.table.IndexEntry;
import io.ashlar.table.PassOptions;
import io.ashlar.table.PrimaryKey;
import io.ashlar.table.RecordCodec;
import io.ashlar.table.Scrub;
import io.ashlar.table.Table;
import io.ashlar.table.TableException;
import io.ashlar.table.TablePage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of {@code docs/tutorial-table.md}. */
@Timeout(120)
final class TableTutorialTest {
  // snippet: row
  record Customer(long id, String email, String city, int orders, List<String> tags) {}

  // end

  private static DirectorySubspace place(Database database) {
    return new DirectoryLayer().createOrOpen(database, List.of("shop", "customers")).join();
  }

  private static Table<Long, Customer> table(DirectorySubspace place) {
    // snippet: open
    Table<Long, Customer> customers =
        new Table<>(
            place.subspace(),
            PrimaryKey.longs(),
            Customer::id,
            RecordCodec.of(Customer.class),
            List.of(
                Index.<Customer>on("email", Customer::email).unique(),
                Index.on("city", Customer::city, Customer::orders)));
    // end
    return customers;
  }

  private static Table<Long, Customer> tableWithTags(DirectorySubspace place) {
    // snippet: more
    Table<Long, Customer> customers =
        new Table<>(
            place.subspace(),
            PrimaryKey.longs(),
            Customer::id,
            RecordCodec.of(Customer.class),
            List.of(
                Index.<Customer>on("email", Customer::email).unique(),
                Index.on("city", Customer::city, Customer::orders),
                Index.each("tag", Customer::tags),
                Index.<Customer>on("loyal", Customer::orders)
                    .where(customer -> customer.orders() >= 10)
                    .covering(Customer::email)));
    // end
    return customers;
  }

  @Test
  void customersAreFoundByIndexes() {
    try (Database database = Ashlar.inMemory()) {
      Table<Long, Customer> customers = table(place(database));
      // snippet: use
      customers.create(database).join();
      customers.put(database, new Customer(1, "ann@a.at", "Graz", 12, List.of("vip"))).join();
      customers.put(database, new Customer(2, "bob@b.at", "Graz", 3, List.of())).join();
      customers.put(database, new Customer(3, "cy@c.at", "Linz", 7, List.of("new"))).join();
      Customer ann = customers.getBy(database, "email", "ann@a.at").join();
      List<Customer> best =
          customers
              .query("city")
              .equalTo("Graz")
              .reversed()
              .limit(10)
              .page(database)
              .join()
              .found();
      // end
      assertThat(ann.id()).isEqualTo(1);
      assertThat(best).extracting(Customer::id).containsExactly(1L, 2L);
      // snippet: unique
      Customer other = new Customer(4, "ann@a.at", "Wels", 0, List.of());
      String refusal = null;
      try {
        customers.put(database, other).join();
      } catch (CompletionException e) {
        refusal = ((TableException) e.getCause()).reason().name(); // NOT_UNIQUE
      }
      // end
      assertThat(refusal).isEqualTo("NOT_UNIQUE");
      byte[] order = "orders/2/4".getBytes(StandardCharsets.UTF_8);
      // snippet: together
      database.run(
          tx -> {
            Customer bob = customers.get(tx, 2L).join();
            Customer more =
                new Customer(bob.id(), bob.email(), bob.city(), bob.orders() + 1, bob.tags());
            customers.put(tx, more).join();
            tx.set(order, new byte[0]);
            return null;
          });
      // end
      assertThat(customers.get(database, 2L).join().orders()).isEqualTo(4);
      List<Customer> all = new ArrayList<>();
      // snippet: pages
      TablePage<Customer> page = customers.query("city").from("G").limit(2).page(database).join();
      while (true) {
        all.addAll(page.found());
        if (!page.hasMore()) {
          break;
        }
        page =
            customers.query("city").from("G").limit(2).page(database, page.continuation()).join();
      }
      // end
      assertThat(all).hasSize(3);
    }
  }

  @Test
  void indexIsAddedToATableThatIsInUse() {
    try (Database database = Ashlar.inMemory()) {
      Table<Long, Customer> before = table(place(database));
      before.create(database).join();
      for (long id = 0; id < 50; id++) {
        before
            .put(database, new Customer(id, "c" + id, "Graz", (int) id, List.of("t" + id % 5)))
            .join();
      }
      Table<Long, Customer> customers = tableWithTags(place(database));
      Map<String, Long> rows = new TreeMap<>();
      // snippet: build
      List<String> toBuild = customers.create(database).join(); // "loyal" and "tag"
      for (String name : toBuild) {
        PassOptions gently = new PassOptions(10, Duration.ofMillis(1));
        IndexBuild.Progress built = customers.newIndexBuild(database, name, gently).run().join();
        rows.put(name, built.rows());
      }
      List<IndexEntry<Long>> loyal =
          customers.query("loyal").reversed().limit(5).entries(database, null).join().found();
      // end
      assertThat(toBuild).containsExactly("loyal", "tag");
      assertThat(rows).isEqualTo(Map.of("loyal", 50L, "tag", 50L));
      assertThat(loyal.get(0).covered().getString(0)).isEqualTo("c49");
      assertThat(customers.query("tag").equalTo("t3").count(database).join()).isEqualTo(10);
      // snippet: scrub
      Scrub.Report report =
          customers.newScrub(database, false, PassOptions.defaults()).run().join();
      boolean agree = report.isClean();
      // end
      assertThat(agree).isTrue();
      assertThat(report.rows()).isEqualTo(50);
    }
  }
}
