package io.ashlar.table;

import io.ashlar.tuple.Subspace;
import java.util.List;

/** The rows of the tests. */
record City(long id, String name, String country, int population, List<String> rivers) {
  static final Subspace PLACE = new Subspace(new byte[] {'t'});

  static final String BY_COUNTRY = "by-country";
  static final String BY_NAME = "by-name";
  static final String BY_RIVER = "by-river";
  static final String LARGE = "large";

  static Index<City> byCountry() {
    return Index.on(BY_COUNTRY, City::country, City::population);
  }

  static Index<City> byName() {
    return Index.<City>on(BY_NAME, City::name).unique();
  }

  static Index<City> byRiver() {
    return Index.each(BY_RIVER, City::rivers);
  }

  /** Sparse and covering. */
  static Index<City> large() {
    return Index.<City>on(LARGE, City::population)
        .where(city -> city.population() >= 1_000_000)
        .covering(City::name, City::country);
  }

  static Table<Long, City> table(List<Index<City>> indexes) {
    return new Table<>(PLACE, PrimaryKey.longs(), City::id, RecordCodec.of(City.class), indexes);
  }

  static Table<Long, City> table() {
    return table(List.of(byCountry(), byName(), byRiver(), large()));
  }
}
