package io.ashlar.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a scrub says and repairs when tables are changed or spoilt meanwhile. */
@Timeout(300)
class ScrubTest {
  private static final String A = "a";
  private static final String B = "b";
  private static final PassOptions TWO = new PassOptions(2, Duration.ZERO);

  private static City city(long id) {
    return new City(id, "city" + id, "C" + id, 1, List.of());
  }

  private static Database newCities(Table<Long, City> cities, long count) {
    Database database = Ashlar.inMemory();
    cities.create(database).join();
    for (long id = 1; id <= count; id++) {
      cities.put(database, city(id)).join();
    }
    return database;
  }

  private static void expectClean(Database database, Table<Long, City> cities) {
    assertThat(cities.newScrub(database, false, TWO).run().join())
        .satisfies(report -> assertThat(report.isClean()).as("%s", report).isTrue());
  }

  /**
   * An index that is added again has other keys, behind those of the others. The scrub went on
   * behind the last key that it had seen: through the entries of another index, which it took for
   * entries of no row.
   */
  @Test
  void indexThatIsDroppedAndAddedAgainIsBegunAnew() {
    for (boolean unique : new boolean[] {true, false}) {
      Index<City> first = unique ? Index.<City>on(A, City::name).unique() : Index.on(A, City::name);
      Table<Long, City> cities =
          City.table(List.of(first, Index.<City>on(B, City::country).unique()));
      try (Database database = newCities(cities, 10)) {
        Scrub<Long, City> scrub = cities.newScrub(database, true, TWO);
        while (scrub.report().entries() == 0) {
          scrub.stepOnce().join();
        }
        cities.dropIndex(database, A).join();
        cities.addIndex(database, A).join();
        cities.newIndexBuild(database, A, TWO).run().join();
        Scrub.Report report = scrub.run().join();
        assertThat(report.repaired()).as("%s", report).isZero();
        assertThat(report.isClean()).as("%s", report).isTrue();
        for (long id = 1; id <= 10; id++) {
          assertThat(cities.getBy(database, B, "C" + id).join()).isEqualTo(city(id));
        }
        expectClean(database, cities);
      }
    }
  }
}
