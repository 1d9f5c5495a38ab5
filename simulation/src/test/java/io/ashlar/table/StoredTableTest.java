package io.ashlar.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.tuple.Tuple;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class StoredTableTest {
  private static final City VIENNA = new City(1, "Vienna", "AT", 2_000_000, List.of());

  /** Without indexes nothing that only the program knows was asked for to delete a row. */
  @Test
  void rowsAreNotWrittenWithoutTheirProgram() {
    for (List<Index<City>> indexes : List.of(List.<Index<City>>of(), List.of(City.byName()))) {
      Table<Long, City> cities = City.table(indexes);
      try (Database database = Ashlar.inMemory()) {
        cities.create(database).join();
        cities.put(database, VIENNA).join();
        StoredTable stored = StoredTable.open(database, City.PLACE).join();
        Table<Tuple, byte[]> rows = stored.rows();
        for (long id : new long[] {1, 2}) {
          assertThatThrownBy(() -> rows.delete(database, Tuple.from(id)).join())
              .hasRootCauseInstanceOf(UnsupportedOperationException.class);
        }
        assertThatThrownBy(() -> rows.newScrub(database, true, PassOptions.defaults()).run().join())
            .hasRootCauseInstanceOf(UnsupportedOperationException.class);
        assertThat(cities.get(database, 1L).join()).isEqualTo(VIENNA);
      }
    }
  }
}
