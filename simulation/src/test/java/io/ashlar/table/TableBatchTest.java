package io.ashlar.table;

import static io.ashlar.table.Refusals.errorOf;
import static io.ashlar.table.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.table.TableException.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several rows at once, and rows with more than an index can have. */
@Timeout(120)
class TableBatchTest {
  private static final PassOptions TWO = new PassOptions(2, Duration.ZERO);
  private static final String LONG = "x".repeat(10_000);

  private final Table<Long, City> cities = City.table();

  private static City city(long id, String name) {
    return new City(id, name, "AT", 1, List.of());
  }

  private void expectClean(Database database) {
    assertThat(cities.newScrub(database, false, TWO).run().join())
        .satisfies(report -> assertThat(report.isClean()).as("%s", report).isTrue());
  }

  @Test
  void rowsThatArePutTogetherMayPassNamesOnAmongEachOther() {
    try (Database database = Ashlar.inMemory()) {
      cities.create(database).join();
      assertThat(cities.putAll(database, List.of(city(1, "a"), city(2, "b"))).join())
          .containsExactly(null, null);
      assertThat(cities.putAll(database, List.of(city(1, "b"), city(3, "c"), city(2, "a"))).join())
          .containsExactly(city(1, "a"), null, city(2, "b"));
      assertThat(cities.getBy(database, City.BY_NAME, "a").join().id()).isEqualTo(2);
      assertThat(cities.getBy(database, City.BY_NAME, "b").join().id()).isEqualTo(1);
      expectClean(database);
      // Neither with one that is there, nor among each other.
      assertThat(reasonOf(cities.putAll(database, List.of(city(4, "d"), city(5, "c")))))
          .isEqualTo(Reason.NOT_UNIQUE);
      assertThat(reasonOf(cities.putAll(database, List.of(city(4, "d"), city(5, "d")))))
          .isEqualTo(Reason.NOT_UNIQUE);
      assertThat(cities.scan().count(database).join()).isEqualTo(3);
      assertThat(cities.deleteAll(database, List.of(3L, 9L, 1L)).join())
          .containsExactly(city(3, "c"), null, city(1, "b"));
      assertThat(cities.putAll(database, List.of()).join()).isEmpty();
      expectClean(database);
      assertThatThrownBy(() -> cities.putAll(database, List.of(city(1, "a"), city(1, "b"))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("two rows have the primary key");
    }
  }

  @Test
  void rowWithATooLongEntryIsRefusedAtTheWrite() {
    try (Database database = Ashlar.inMemory()) {
      cities.create(database).join();
      cities.put(database, city(1, "a")).join();
      assertThat(errorOf(cities.put(database, city(1, LONG))))
          .hasMessageContaining("by-name")
          .hasMessageContaining("not more than 10000");
      assertThat(reasonOf(cities.put(database, new City(2, "b", "AT", 1, List.of("r", LONG)))))
          .isEqualTo(Reason.ENTRY_TOO_LARGE);
      database.run(
          transaction -> {
            assertThat(reasonOf(cities.put(transaction, city(3, LONG))))
                .isEqualTo(Reason.ENTRY_TOO_LARGE);
            cities.put(transaction, city(4, "d")).join();
            return null;
          });
      assertThat(cities.scan().page(database).join().found())
          .containsExactly(city(1, "a"), city(4, "d"));
      expectClean(database);
    }
  }

  /** The entries were set before the row was refused, and committed by a caller who went on. */
  @Test
  void rowThatIsTooLargeIsRefusedBeforeItsEntriesAreWritten() {
    Table<Long, City> byCountry = City.table(List.of(City.byCountry()));
    try (Database database = Ashlar.inMemory()) {
      byCountry.create(database).join();
      byCountry.put(database, city(1, "a")).join();
      String large = "x".repeat(100_000);
      City changed = new City(1, large, "DE", 1, List.of());
      database.run(
          transaction -> {
            assertThat(errorOf(byCountry.put(transaction, changed)))
                .hasMessageContaining("(1)")
                .hasMessageContaining("not more than 100000");
            assertThat(reasonOf(byCountry.insert(transaction, city(2, large))))
                .isEqualTo(Reason.ROW_TOO_LARGE);
            List<City> three = List.of(city(3, "c"), city(4, large), city(5, "e"));
            assertThat(reasonOf(byCountry.putAll(transaction, three)))
                .isEqualTo(Reason.ROW_TOO_LARGE);
            byCountry.put(transaction, city(6, "f")).join();
            return null;
          });
      assertThat(byCountry.scan().page(database).join().found())
          .containsExactly(city(1, "a"), city(6, "f"));
      assertThat(byCountry.query(City.BY_COUNTRY).count(database).join()).isEqualTo(2);
      assertThat(byCountry.newScrub(database, false, TWO).run().join())
          .satisfies(report -> assertThat(report.isClean()).as("%s", report).isTrue());
    }
  }

  /** The row could not be changed nor removed any more, and the build failed without a name. */
  @Test
  void rowFromBeforeAnIndexThatCannotHaveItIsReportedAndCanBePutRight() {
    try (Database database = Ashlar.inMemory()) {
      Table<Long, City> before = City.table(List.of(City.byCountry()));
      before.create(database).join();
      for (long id = 1; id <= 9; id++) {
        before.put(database, city(id, id % 3 == 2 ? LONG + id : "c" + id)).join();
      }
      cities.create(database).join();
      IndexBuild<Long, City> build = cities.newIndexBuild(database, City.BY_NAME, TWO);
      assertThat(errorOf(build.run())).hasMessageContaining("(2)").hasMessageContaining("by-name");
      assertThat(reasonOf(cities.newIndexBuild(database, City.BY_NAME, TWO).stepOnce()))
          .isEqualTo(Reason.ENTRY_TOO_LARGE);
      // It may be written as it is otherwise, but not get another entry that does not fit.
      cities.put(database, new City(2, LONG + 2, "DE", 7, List.of("r"))).join();
      assertThat(reasonOf(cities.put(database, city(2, LONG + 3))))
          .isEqualTo(Reason.ENTRY_TOO_LARGE);
      cities.put(database, city(2, "short")).join();
      cities.delete(database, 5L).join();
      assertThat(errorOf(cities.newIndexBuild(database, City.BY_NAME, TWO).run()))
          .hasMessageContaining("(8)");
      cities.delete(database, 8L).join();
      assertThat(cities.newIndexBuild(database, City.BY_NAME, TWO).run().join().finished())
          .isTrue();
      assertThat(cities.query(City.BY_NAME).count(database).join()).isEqualTo(7);
      expectClean(database);
    }
  }

  @Test
  void whatAnIndexCoversCanBeTooLargeToo() {
    try (Database database = Ashlar.inMemory()) {
      Table<Long, City> covering =
          City.table(
              List.of(Index.<City>on("c", City::country).covering(City::name, City::country)));
      covering.create(database).join();
      String half = "y".repeat(60_000);
      assertThat(reasonOf(covering.put(database, new City(1, half, "AT", 1, List.of())))).isNull();
      Table<Long, City> twice =
          City.table(List.of(Index.<City>on("c", City::country).covering(City::name, City::name)));
      assertThat(errorOf(twice.put(database, new City(2, half, "AT", 1, List.of()))))
          .hasMessageContaining("whose value has 120")
          .hasMessageContaining("not more than 100000");
    }
  }
}
