package io.ashlar.table;

import static io.ashlar.table.Refusals.errorOf;
import static io.ashlar.table.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.layer.SlowClock;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What conditions find, and what takes longer than a transaction. */
@Timeout(120)
class TableQueryTest {
  private static final Subspace PLACE = new Subspace(new byte[] {'q'});

  record Stored(long id, Long count, Double degrees, Float ratio, String name) {}

  private final Table<Long, Stored> table =
      new Table<>(
          PLACE,
          PrimaryKey.longs(),
          Stored::id,
          RecordCodec.of(Stored.class),
          List.of(
              Index.on("count", Stored::count),
              Index.on("name-degrees", Stored::name, Stored::degrees),
              Index.on("ratio", Stored::ratio),
              Index.<Stored>on("one", Stored::degrees).unique(),
              Index.on("mixed", stored -> "int".equals(stored.name()) ? (Object) 1 : 1.0)));

  private List<Long> ids(Database database, Query<Long, Stored> query) {
    return query.page(database).join().found().stream().map(Stored::id).toList();
  }

  private Database newTable() {
    Database database = Ashlar.inMemory();
    table.create(database).join();
    return database;
  }

  /** Tuples order integers before doubles: the query for 5 found nothing where 5.0 was. */
  @Test
  void numbersOfAnotherTypeFindTheSameNumber() {
    try (Database database = newTable()) {
      table.put(database, new Stored(1, 5L, 5.0, 0.5f, "a")).join();
      table.put(database, new Stored(2, 6L, 6.5, 2f, "a")).join();
      table.put(database, new Stored(3, 1L << 60, -7.0, 3f, "b")).join();
      table.put(database, new Stored(4, null, null, null, null)).join();
      assertThat(ids(database, table.query("count").equalTo(5.0))).containsExactly(1L);
      assertThat(ids(database, table.query("count").from(5.0f).to(7.0))).containsExactly(1L, 2L);
      assertThat(ids(database, table.query("count").equalTo(0x1p60))).containsExactly(3L);
      assertThat(ids(database, table.query("name-degrees").equalTo("a", 5))).containsExactly(1L);
      assertThat(ids(database, table.query("name-degrees").equalTo("a").from(6)))
          .containsExactly(2L);
      assertThat(ids(database, table.query("name-degrees").equalTo("a").to(6L)))
          .containsExactly(1L);
      assertThat(ids(database, table.query("ratio").equalTo(0.5))).containsExactly(1L);
      assertThat(ids(database, table.query("ratio").from(2).reversed())).containsExactly(3L, 2L);
      assertThat(ids(database, table.query("ratio").equalTo((Object) null))).containsExactly(4L);
      assertThat(table.getBy(database, "one", -7).join().id()).isEqualTo(3);
      assertThat(table.getBy(database, "one", 8).join()).isNull();
      assertThat(ids(database, table.scan().from(2.0).to(4))).containsExactly(2L, 3L);
    }
  }

  @Test
  void conditionThatCannotHoldForAnythingBecauseOfItsTypeIsRefused() {
    try (Database database = newTable()) {
      // Where there is nothing yet, there is nothing to find.
      assertThat(ids(database, table.query("count").equalTo("five"))).isEmpty();
      table.put(database, new Stored(1, 5L, 5.0, 0.5f, "a")).join();
      assertThat(errorOf(table.query("count").equalTo(5.5).page(database)))
          .hasMessageContaining("column 1 of the index count has integers")
          .hasMessageContaining("(5.5)");
      for (Query<Long, Stored> wrong :
          List.of(
              table.query("count").equalTo("five"),
              table.query("count").startingWith("f"),
              table.query("count").from(Double.NaN),
              table.query("count").to(Double.POSITIVE_INFINITY),
              table.query("name-degrees").equalTo(5),
              table.query("name-degrees").equalTo("a", (1L << 53) + 1),
              table.query("name-degrees").equalTo("a").from("b"),
              table.query("ratio").equalTo(0.1),
              table.scan().equalTo("1"),
              table.scan().from(1.5))) {
        assertThat(reasonOf(wrong.page(database))).isEqualTo(Reason.WRONG_KIND);
        assertThat(reasonOf(wrong.count(database))).isEqualTo(Reason.WRONG_KIND);
      }
      assertThat(reasonOf(table.getBy(database, "one", true))).isEqualTo(Reason.WRONG_KIND);
      assertThat(table.scan().page(database).join().found()).hasSize(1);
    }
  }

  /** It found all rows. */
  @Test
  void nullIsNoTextToStartWithAndIsAValueOfAColumn() {
    try (Database database = newTable()) {
      Query<Long, Stored> query = table.query("name-degrees");
      assertThatThrownBy(() -> query.startingWith(null))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("text");
      assertThatThrownBy(() -> query.equalTo((Object[]) null))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("(Object) null");
      table.put(database, new Stored(1, 5L, 5.0, 0.5f, "a")).join();
      table.put(database, new Stored(2, 5L, null, 0.5f, null)).join();
      assertThat(ids(database, query.equalTo((Object) null))).containsExactly(2L);
      assertThat(ids(database, query.equalTo(null, null))).containsExactly(2L);
      assertThat(ids(database, query.from((Object) null))).containsExactly(2L, 1L);
      assertThat(ids(database, query.to((Object) null))).isEmpty();
    }
  }

  @Test
  void columnWithNumbersOfTwoTypesCannotBeAskedForNumbers() {
    try (Database database = newTable()) {
      table.put(database, new Stored(1, 5L, 5.0, 0.5f, "int")).join();
      assertThat(ids(database, table.query("mixed").equalTo(1))).containsExactly(1L);
      table.put(database, new Stored(2, 5L, 6.0, 0.5f, "double")).join();
      assertThat(errorOf(table.query("mixed").equalTo(1).page(database)))
          .hasMessageContaining("has integers and doubles");
      assertThat(table.query("mixed").count(database).join()).isEqualTo(2);
    }
  }

  /** What an index learns while it is built is known when it can be read. */
  @Test
  void indexThatIsBuiltKnowsItsTypes() {
    try (Database database = Ashlar.inMemory()) {
      Table<Long, City> before = City.table(List.of(City.byName()));
      before.create(database).join();
      for (long id = 0; id < 5; id++) {
        before.put(database, new City(id, "c" + id, "AT", (int) id, List.of("r"))).join();
      }
      Table<Long, City> cities = City.table();
      cities.create(database).join();
      PassOptions two = new PassOptions(2, Duration.ZERO);
      for (String index : List.of(City.BY_COUNTRY, City.BY_RIVER)) {
        assertThat(cities.newIndexBuild(database, index, two).run().join().finished()).isTrue();
      }
      assertThat(
              cities
                  .query(City.BY_COUNTRY)
                  .equalTo("AT", 3.0)
                  .page(database)
                  .join()
                  .found()
                  .stream()
                  .map(City::id))
          .containsExactly(3L);
      assertThat(reasonOf(cities.query(City.BY_RIVER).equalTo(1).page(database)))
          .isEqualTo(Reason.WRONG_KIND);
    }
  }

  @Test
  void whatTakesLongerThanATransactionGoesOnOrIsRefused() {
    try (Database database = newTable()) {
      List<Stored> rows = new ArrayList<>();
      for (long id = 0; id < 3_500; id++) {
        rows.add(new Stored(id, id, (double) id, 0f, "n"));
      }
      table.putAll(database, rows).join();
      Database slow = SlowClock.on(database);
      Query<Long, Stored> byKey = table.scan();
      for (Query<Long, Stored> query :
          List.of(byKey, table.query("count"), table.query("count").reversed())) {
        Query<Long, Stored> large = query.limit(5_000);
        List<Stored> all = large.page(database).join().found();
        assertThat(all).hasSize(3_500);
        // Who asks for few gets them all.
        assertThat(query.page(slow).join().found()).isEqualTo(all.subList(0, 1_000));
        TablePage<Stored> page = large.page(slow).join();
        // Rows of entries are read together, with few looks at the clock.
        assertThat(page.found()).hasSizeBetween(1_000, query == byKey ? 2_000 : 3_500);
        List<Stored> found = new ArrayList<>(page.found());
        while (page.hasMore()) {
          page = large.page(slow, page.continuation()).join();
          found.addAll(page.found());
        }
        assertThat(found).isEqualTo(all);
        assertThat(errorOf(query.count(slow))).hasMessageContaining("countInParts");
        assertThat(reasonOf(query.count(slow))).isEqualTo(Reason.TOO_MANY);
        assertThat(query.countInParts(slow).join()).isEqualTo(3_500);
        List<Stored> walked = new ArrayList<>();
        large.forEach(slow, walked::add).join();
        assertThat(walked).isEqualTo(all);
      }
      assertThat(table.query("count").to(500).count(slow).join()).isEqualTo(500);
      IllegalStateException thrown = new IllegalStateException("enough");
      assertThat(
              errorOf(
                  table
                      .scan()
                      .forEach(
                          database,
                          row -> {
                            throw thrown;
                          })))
          .isSameAs(thrown);
    }
  }

  @Test
  void largePagesEndEarly() {
    try (Database database = newTable()) {
      String large = "x".repeat(90_000);
      Table<Long, Stored> plain =
          new Table<>(
              PLACE.get("plain"),
              PrimaryKey.longs(),
              Stored::id,
              RecordCodec.of(Stored.class),
              List.of(Index.on("count", Stored::count)));
      plain.create(database).join();
      for (long id = 0; id < 400; id += 20) {
        List<Stored> rows = new ArrayList<>();
        for (long i = id; i < id + 20; i++) {
          rows.add(new Stored(i, i, 0.0, 0f, large));
        }
        plain.putAll(database, rows).join();
      }
      TablePage<Stored> page = plain.scan().page(database).join();
      assertThat(page.found()).hasSizeBetween(150, 199);
      TablePage<Stored> rest = plain.scan().page(database, page.continuation()).join();
      assertThat(rest.found()).hasSizeBetween(150, 199);
      assertThat(plain.scan().count(database).join()).isEqualTo(400);
      List<Long> byIndex = new ArrayList<>();
      TablePage<Stored> some = plain.query("count").page(database).join();
      while (some.hasMore()) {
        assertThat(some.found()).hasSizeLessThan(300);
        some.found().forEach(row -> byIndex.add(row.id()));
        some = plain.query("count").page(database, some.continuation()).join();
      }
      some.found().forEach(row -> byIndex.add(row.id()));
      assertThat(byIndex).isEqualTo(LongStream.range(0, 400).boxed().toList());
    }
  }

  @Test
  void compositePrimaryKeysAreAskedForByTheirFirstColumns() {
    try (Database database = Ashlar.inMemory()) {
      record Seat(String hall, int row, String guest) {}
      Table<Tuple, Seat> seats =
          new Table<>(
              PLACE.get("seats"),
              PrimaryKey.tuples(2),
              seat -> Tuple.from(seat.hall(), seat.row()),
              RecordCodec.of(Seat.class),
              List.of());
      seats.create(database).join();
      List<Seat> all = new ArrayList<>();
      for (String hall : List.of("a", "aa", "b")) {
        for (int row = 0; row < 4; row++) {
          all.add(new Seat(hall, row, hall + row));
        }
      }
      seats.putAll(database, all).join();
      assertThat(seats.scan().equalTo("a").page(database).join().found())
          .isEqualTo(all.subList(0, 4));
      assertThat(seats.scan().equalTo("aa").from(1).to(3.0).page(database).join().found())
          .isEqualTo(all.subList(5, 7));
      assertThat(
              seats.scan().startingWith("a").from("a", 2).to("aa", 1).page(database).join().found())
          .isEqualTo(all.subList(2, 5));
      assertThat(seats.get(database, Tuple.from("b", 3)).join()).isEqualTo(all.get(11));
    }
  }

  /** Such a query failed as a key that is too large, where {@code getBy} gave nothing. */
  @Test
  void conditionThatIsLongerThanAnyEntryFindsWhatIsOnItsSide() {
    try (Database database = Ashlar.inMemory()) {
      record Named(long id, String name) {}
      Table<Long, Named> rows =
          new Table<>(
              PLACE.get("long"),
              PrimaryKey.longs(),
              Named::id,
              RecordCodec.of(Named.class),
              List.of(Index.<Named>on("name", Named::name).unique()));
      rows.create(database).join();
      Named before = new Named(1, "x".repeat(9_900));
      Named behind = new Named(2, "y");
      rows.putAll(database, List.of(before, behind)).join();
      for (int length : List.of(9_980, 9_990, 9_995, 9_999, 10_000, 10_001, 20_000)) {
        for (String wanted : List.of("x".repeat(length), "x".repeat(length) + "\0")) {
          Query<Long, Named> all = rows.query("name");
          assertThat(rows.getBy(database, "name", wanted).join()).isNull();
          for (Query<Long, Named> none :
              List.of(all.equalTo(wanted), all.startingWith(wanted), all.equalTo(wanted).from())) {
            assertThat(none.page(database).join().found()).isEmpty();
            assertThat(none.reversed().count(database).join()).isZero();
          }
          assertThat(all.from(wanted).page(database).join().found()).containsExactly(behind);
          assertThat(all.to(wanted).page(database).join().found()).containsExactly(before);
          assertThat(all.to(wanted).reversed().entries(database, null).join().found()).hasSize(1);
        }
      }
    }
  }
}
