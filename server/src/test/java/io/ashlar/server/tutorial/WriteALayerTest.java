package io.ashlar.server.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.SimulatedProgram;
import io.ashlar.simulation.junit.SimulatedCluster;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of {@code docs/how-to-write-a-layer.md}. */
@Timeout(300)
final class WriteALayerTest {
  private static final Subspace PLACE = new Subspace("journal".getBytes(StandardCharsets.UTF_8));
  private static final byte[] STOCK = "stock".getBytes(StandardCharsets.UTF_8);

  private static List<String> all(Journal journal, Database database) {
    List<String> all = new ArrayList<>();
    byte[] at = null;
    do {
      Journal.Page page = journal.read(database, at, 7).join();
      all.addAll(page.texts());
      at = page.continuation();
    } while (at != null);
    return all;
  }

  /** What the program of last year has left. */
  private static List<String> oldLines(Database database, int count) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add("old " + i);
      Versionstamp stamp = Versionstamp.complete(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) i});
      byte[] key = PLACE.get(1L).pack(Tuple.from(stamp, 0L));
      byte[] value = ("old " + i).getBytes(StandardCharsets.UTF_8);
      database.run(
          tx -> {
            tx.set(PLACE.pack(0L), Tuple.from(1L).pack());
            tx.set(key, value);
            return null;
          });
    }
    return texts;
  }

  @Test
  void lineIsPartOfTheTransactionThatItIsAbout() {
    try (Database database = Ashlar.inMemory()) {
      // snippet: use
      Journal journal = new Journal(PLACE);
      journal.append(database, "opened").join(); // a transaction of its own
      database.run(
          tx -> {
            tx.set(STOCK, Tuple.from(7).pack());
            journal.append(tx, "seven pieces").join(); // a part of this one
            return null;
          });
      // end
      assertThat(all(journal, database)).containsExactly("opened", "seven pieces");
      assertThat(journal.last(database).join()).isEqualTo("seven pieces");
    }
  }

  @Test
  void whoHasAskedForTheLastLineIsNotCommittedAfterAnother() {
    try (Database database = Ashlar.inMemory();
        Transaction one = database.createTransaction();
        Transaction other = database.createTransaction()) {
      Journal journal = new Journal(PLACE);
      journal.append(database, "first").join();
      assertThat(journal.last(one).join()).isEqualTo("first");
      assertThat(other.get(STOCK).join()).isNull();
      other.set(STOCK, new byte[0]);
      journal.append(database, "second").join();
      one.set(STOCK, new byte[0]);
      other.commitBlocking();
      assertThatThrownBy(one::commitBlocking)
          .isInstanceOfSatisfying(
              AshlarException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_COMMITTED));
    }
  }

  @Test
  void formatThatIsNotKnownIsRefused() {
    try (Database database = Ashlar.inMemory()) {
      Journal journal = new Journal(PLACE);
      List<String> old = oldLines(database, 25);
      assertThatThrownBy(() -> journal.append(database, "new").join())
          .isInstanceOf(CompletionException.class)
          .hasMessageContaining("the journal has format 1, this program knows 2");
      journal.upgrade(database, 10, Duration.ZERO).join();
      journal.append(database, "new").join();
      old.add("new");
      assertThat(all(journal, database)).isEqualTo(old);
      journal.upgrade(database, 10, Duration.ZERO).join();
      assertThat(all(journal, database)).isEqualTo(old);
    }
  }

  private static byte[] formatOf(Database database) {
    return database.run(tx -> tx.get(PLACE.pack(0L)).join());
  }

  @Test
  void whoWritesFirstSaysInWhichFormat() {
    try (Database database = Ashlar.inMemory()) {
      Journal journal = new Journal(PLACE);
      assertThat(all(journal, database)).isEmpty();
      assertThat(formatOf(database)).isNull();
      journal.append(database, "first").join();
      assertThat(formatOf(database)).isEqualTo(Tuple.from(2L).pack());
      journal.append(database, "second").join();
      assertThat(all(journal, database)).containsExactly("first", "second");
    }
  }

  // snippet: simulate
  @SimulatedCluster(seeds = 25, busySeconds = 3)
  void noLineIsLostOrTwiceWhileTheJournalIsUpgraded(Simulated cluster, Database database) {
    Journal journal = new Journal(PLACE);
    List<String> expected = oldLines(database, 40);
    List<SimulatedProgram<?>> upgraders = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      upgraders.add(
          cluster.spawn(
              "upgrader-" + i,
              client -> {
                new Journal(PLACE).upgrade(client.database(), 5, Duration.ofMillis(20)).join();
                return null;
              }));
    }
    journal.upgrade(database, 5, Duration.ofMillis(20)).join();
    while (cluster.isBusy()) {
      String text = "new " + expected.size();
      journal.append(database, text).join();
      expected.add(text);
    }
    upgraders.forEach(SimulatedProgram::join);
    assertEquals(expected, all(journal, database));
  }
  // end
}
