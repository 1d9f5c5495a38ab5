package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.directory.DirectoryException;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.directory.DirectorySubspace;
import io.ashlar.tuple.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of {@code docs/tutorial-directory.md}. */
@Timeout(120)
final class DirectoryTutorialTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void directoriesAreOpenedMovedAndListed() {
    try (Database database = Ashlar.inMemory()) {
      // snippet: open
      DirectoryLayer root = new DirectoryLayer();
      DirectorySubspace users = root.createOrOpen(database, List.of("shop", "users")).join();
      database.run(
          tx -> {
            tx.set(users.subspace().pack("ann"), utf8("ann@example.org"));
            return null;
          });
      // end
      // snippet: together
      database.run(
          tx -> {
            DirectorySubspace orders = root.create(tx, List.of("shop", "orders")).join();
            tx.set(orders.subspace().pack("next"), Tuple.from(1).pack());
            return null;
          });
      // end
      // snippet: move
      root.createOrOpen(database, List.of("archive")).join();
      root.move(database, List.of("shop"), List.of("archive", "shop-2024")).join();
      List<String> names = root.list(database, List.of("archive", "shop-2024")).join();
      // end
      assertThat(names).containsExactly("orders", "users");
      byte[] ann = database.read(reads -> reads.get(users.subspace().pack("ann")).join());
      assertThat(ann).isEqualTo(utf8("ann@example.org"));
    }
  }

  @Test
  void directoryIsNotOpenedForAnotherLayer() {
    try (Database database = Ashlar.inMemory()) {
      DirectoryLayer root = new DirectoryLayer();
      assertThatThrownBy(
              () -> {
                // snippet: layer
                root.createOrOpen(database, List.of("jobs"), utf8("queue")).join();
                root.open(database, List.of("jobs"), utf8("table")).join(); // fails: LAYER_MISMATCH
                // end
              })
          .hasCauseInstanceOf(DirectoryException.class)
          .hasMessageContaining("queue");
    }
  }

  @Test
  void partitionIsRemovedAsAWhole() {
    try (Database database = Ashlar.inMemory()) {
      DirectoryLayer root = new DirectoryLayer();
      // snippet: partition
      DirectorySubspace customer =
          root.createOrOpen(database, List.of("customer-17"), DirectoryLayer.partition()).join();
      DirectorySubspace invoices = customer.createOrOpen(database, List.of("invoices")).join();
      customer.remove(database).join(); // and all that was in it
      // end
      assertThat(invoices.exists(database).join()).isFalse();
      assertThat(root.list(database).join()).isEmpty();
    }
  }
}
