package io.ashlar.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.junit.SimulatedCluster;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

  private static void set(Database database, byte[] key, byte[] value) {
    database.run(
        transaction -> {
          transaction.set(key, value);
          return null;
        });
  }

  private static byte[] noTupleBelow(Subspace place) {
    byte[] key = Arrays.copyOf(place.getKey(), place.getKey().length + 1);
    key[key.length - 1] = 7;
    return key;
  }

  /** It ended the scrub, with an exception that said nothing of the key. */
  @Test
  void whatIsNoRowAndNoEntryIsNamedAndDoesNotEndIt() {
    Table<Long, City> cities = City.table(List.of(City.byCountry(), City.byName()));
    try (Database database = newCities(cities, 5)) {
      Layout layout = cities.layout();
      byte[] noEntry = Tuple.from(1L, 0L).pack();
      byte[] junk = noTupleBelow(layout.entries(0));
      byte[] tooShort = layout.entries(0).pack(Tuple.from("C1"));
      byte[] empty = layout.entries(1).pack(Tuple.from("city1"));
      byte[] foreign = layout.entries(1).pack(Tuple.from("nobody"));
      byte[] row = layout.rowKey(Tuple.from(3L));
      byte[] noKey = noTupleBelow(layout.rows());
      set(database, junk, new byte[0]);
      set(database, tooShort, new byte[0]);
      set(database, empty, new byte[0]);
      set(database, foreign, noEntry);
      set(database, row, new byte[] {(byte) 0xee, 1, 2});
      set(database, noKey, new byte[] {1});

      Scrub.Report found = cities.newScrub(database, true, TWO).run().join();
      assertThat(found.corrupt()).as("%s", found).isEqualTo(2);
      // The empty entry is one that the row lacks.
      assertThat(found.missing()).as("%s", found).isEqualTo(1);
      assertThat(found.dangling()).as("%s", found).isEqualTo(3);
      assertThat(found.repaired()).as("%s", found).isEqualTo(4);
      for (byte[] key : List.of(junk, tooShort, foreign, row, noKey)) {
        assertThat(found.examples())
            .anyMatch(example -> example.contains(Bytes.copyOf(key).printable(60)));
      }
      assertThat(cities.getBy(database, City.BY_NAME, "city1").join()).isEqualTo(city(1));
      assertThatThrownBy(() -> cities.get(database, 3L).join())
          .hasCauseInstanceOf(TableException.class)
          .hasMessageContaining("(3)");

      // Who takes away what is no row has only to scrub again.
      database.run(
          transaction -> {
            transaction.clear(row);
            transaction.clear(noKey);
            return null;
          });
      assertThat(cities.newScrub(database, true, TWO).run().join().repaired()).isEqualTo(2);
      expectClean(database, cities);
    }
  }

  /** Within a batch the row that comes later took the entry of the other one, without a word. */
  @Test
  void entryOfTwoRowsIsNotTakenFromTheFirst() {
    Table<Long, City> cities = City.table(List.of(City.byName()));
    try (Database database = newCities(cities, 0)) {
      RowCodec<City> codec = RecordCodec.of(City.class);
      for (long id = 1; id <= 2; id++) {
        City row = new City(id, "both", "C", 1, List.of());
        set(database, cities.layout().rowKey(Tuple.from(id)), codec.encode(row));
      }
      Scrub.Report report = cities.newScrub(database, true, PassOptions.defaults()).run().join();
      assertThat(report.missing()).as("%s", report).isEqualTo(2);
      assertThat(report.repaired()).as("%s", report).isEqualTo(1);
      assertThat(cities.getBy(database, City.BY_NAME, "both").join().id()).isEqualTo(1);
    }
  }

  /**
   * The answer to a commit that repairs gets lost; the batch was repeated, found nothing, and that
   * was told.
   */
  @SimulatedCluster(seeds = 20, busySeconds = 6)
  void whatWasRepairedIsToldAlsoWhenAnAnswerIsLost(Simulated client, Database database) {
    Table<Long, City> cities = City.table(List.of(City.byName()));
    cities.create(database).join();
    int spoilt = 60;
    RowCodec<City> codec = RecordCodec.of(City.class);
    database.run(
        transaction -> {
          for (long id = 1; id <= spoilt; id++) {
            transaction.set(cities.layout().rowKey(Tuple.from(id)), codec.encode(city(id)));
          }
          return null;
        });
    PassOptions slowly = new PassOptions(1, Duration.ofMillis(50));
    Scrub.Report report = cities.newScrub(database, true, slowly).run().join();
    assertThat(report.repaired()).as("%s", report).isGreaterThanOrEqualTo(spoilt);
    assertThat(report.missing()).as("%s", report).isGreaterThanOrEqualTo(spoilt);
  }

  /** As the database, but nobody hears of the commits of the first calls. */
  private static Database silent(Database database, int calls) {
    int[] left = {calls};
    return (Database)
        Proxy.newProxyInstance(
            Database.class.getClassLoader(),
            new Class<?>[] {Database.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(database, arguments);
              if (!method.getName().equals("runAsync") || left[0]-- <= 0) {
                return result;
              }
              return ((CompletableFuture<?>) result)
                  .thenCompose(
                      done ->
                          CompletableFuture.failedFuture(
                              new AshlarException(ErrorCode.COMMIT_UNKNOWN_RESULT)));
            });
  }

  @Test
  void whatMayHaveBeenRepairedIsToldWhenNobodyKnows() {
    Table<Long, City> cities = City.table(List.of(City.byName()));
    try (Database database = newCities(cities, 6)) {
      database.run(
          transaction -> {
            transaction.clear(Layout.all(cities.layout().entries(0)));
            return null;
          });
      PassOptions options = new PassOptions(8, Duration.ZERO);
      Scrub.Report report = cities.newScrub(silent(database, 2), true, options).run().join();
      assertThat(report.isClean()).as("%s", report).isFalse();
      assertThat(report.missing()).as("%s", report).isEqualTo(6);
      assertThat(report.repaired()).as("%s", report).isEqualTo(6);
      assertThat(report.rows()).as("%s", report).isEqualTo(6);
      assertThat(report.entries()).as("%s", report).isEqualTo(6);
    }
  }

  /** Batches were bounded by rows alone: ten thousand of the longest are a gigabyte. */
  @Test
  void batchesOfLongRowsAreShorter() {
    Table<Long, City> cities = City.table(List.of());
    Table<Long, City> indexed = City.table(List.of(City.byCountry()));
    try (Database database = newCities(cities, 0)) {
      String name = "x".repeat(90_000);
      for (long id = 1; id <= 60; id++) {
        cities.put(database, new City(id, name, "C", 1, List.of())).join();
      }
      indexed.create(database).join();
      PassOptions options = new PassOptions(10_000, Duration.ZERO);
      IndexBuild<Long, City> build = indexed.newIndexBuild(database, City.BY_COUNTRY, options);
      assertThat(build.stepOnce().join().rows()).isBetween(1L, 59L);
      assertThat(build.run().join()).isEqualTo(new IndexBuild.Progress(60, true));
      Scrub<Long, City> scrub = indexed.newScrub(database, false, options);
      assertThat(scrub.stepOnce().join().rows()).isBetween(1L, 59L);
      assertThat(scrub.run().join().rows()).isEqualTo(60);
      assertThat(scrub.report().entries()).isEqualTo(60);
      assertThat(scrub.report().isClean()).isTrue();
    }
  }
}
