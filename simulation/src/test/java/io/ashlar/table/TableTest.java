package io.ashlar.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.Range;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.junit.SimulatedCluster;
import io.ashlar.table.TableException.Reason;
import io.ashlar.table.cbor.CborCodec;
import io.ashlar.tuple.Tuple;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class TableTest {
  private static final City VIENNA = new City(1, "Vienna", "AT", 2_000_000, List.of("Danube"));
  private static final City LINZ = new City(2, "Linz", "AT", 200_000, List.of("Danube", "Traun"));
  private static final City GRAZ = new City(3, "Graz", "AT", 300_000, List.of("Mur"));
  private static final City BERLIN = new City(4, "Berlin", "DE", 3_700_000, List.of("Spree"));
  private static final City BONN = new City(5, "Bonn", "DE", 330_000, List.of("Rhine"));
  private static final PassOptions TWO = new PassOptions(2, Duration.ZERO);

  private final Table<Long, City> cities = City.table();

  private static Throwable errorOf(CompletableFuture<?> future) {
    try {
      future.join();
    } catch (CompletionException e) {
      return e.getCause();
    }
    return null;
  }

  private static Reason reasonOf(CompletableFuture<?> future) {
    return errorOf(future) instanceof TableException e ? e.reason() : null;
  }

  private static <K, V> void putAll(Database database, Table<K, V> table, List<V> rows) {
    rows.forEach(row -> table.put(database, row).join());
  }

  private Database newCities() {
    Database database = Ashlar.inMemory();
    assertThat(cities.create(database).join()).isEmpty();
    putAll(database, cities, List.of(VIENNA, LINZ, GRAZ, BERLIN, BONN));
    return database;
  }

  private void expectClean(Database database, Table<Long, City> table) {
    assertThat(table.newScrub(database, false, TWO).run().join())
        .satisfies(report -> assertThat(report.isClean()).as("%s", report).isTrue());
  }

  @Test
  void rowsAreFoundByPrimaryKeyAndByIndexes() {
    try (Database database = newCities()) {
      assertThat(cities.get(database, 3L).join()).isEqualTo(GRAZ);
      assertThat(cities.get(database, 9L).join()).isNull();
      assertThat(cities.getAll(database, List.of(4L, 9L, 1L)).join())
          .containsExactly(BERLIN, null, VIENNA);
      assertThat(cities.getBy(database, City.BY_NAME, "Linz").join()).isEqualTo(LINZ);
      assertThat(cities.getBy(database, City.BY_NAME, "Lin").join()).isNull();
      Query<Long, City> byCountry = cities.query(City.BY_COUNTRY);
      assertThat(byCountry.page(database).join().found())
          .containsExactly(LINZ, GRAZ, VIENNA, BONN, BERLIN);
      assertThat(byCountry.equalTo("AT").reversed().limit(2).page(database).join().found())
          .containsExactly(VIENNA, GRAZ);
      assertThat(byCountry.equalTo("AT").from(300_000).page(database).join().found())
          .containsExactly(GRAZ, VIENNA);
      assertThat(byCountry.equalTo("AT").to(300_000).page(database).join().found())
          .containsExactly(LINZ);
      assertThat(byCountry.from("B").page(database).join().found()).containsExactly(BONN, BERLIN);
      assertThat(cities.query(City.BY_NAME).startingWith("B").page(database).join().found())
          .containsExactly(BERLIN, BONN);
      assertThat(cities.query(City.BY_RIVER).equalTo("Danube").page(database).join().found())
          .containsExactly(VIENNA, LINZ);
      assertThat(cities.query(City.BY_RIVER).count(database).join()).isEqualTo(6);
      assertThat(cities.query(City.LARGE).entries(database, null).join().found())
          .containsExactly(
              new IndexEntry<>(Tuple.from(2_000_000L), 1L, Tuple.from("Vienna", "AT")),
              new IndexEntry<>(Tuple.from(3_700_000L), 4L, Tuple.from("Berlin", "DE")));
      assertThat(cities.scan().from(4L).page(database).join().found())
          .containsExactly(BERLIN, BONN);
      expectClean(database, cities);
    }
  }

  @Test
  void textThatGoesOnWithAZeroIsAnotherValue() {
    try (Database database = Ashlar.inMemory()) {
      cities.create(database).join();
      City plain = new City(1, "a", "X", 1, List.of());
      City zero = new City(2, "a\0", "X\0", 1, List.of());
      City more = new City(3, "a\0b", "X\0b", 1, List.of());
      putAll(database, cities, List.of(more, zero, plain));
      assertThat(cities.query(City.BY_NAME).equalTo("a").page(database).join().found())
          .containsExactly(plain);
      assertThat(cities.query(City.BY_COUNTRY).equalTo("X").page(database).join().found())
          .containsExactly(plain);
      assertThat(cities.query(City.BY_COUNTRY).startingWith("X\0").page(database).join().found())
          .containsExactly(zero, more);
    }
  }

  @Test
  void pagesGoOnWhereTheOneBeforeEnded() {
    try (Database database = newCities()) {
      for (Query<Long, City> query :
          List.of(
              cities.scan(),
              cities.query(City.BY_COUNTRY),
              cities.query(City.BY_COUNTRY).equalTo("AT"),
              cities.query(City.BY_NAME).reversed())) {
        List<City> all = query.page(database).join().found();
        List<City> found = new ArrayList<>();
        TablePage<City> page = query.limit(2).page(database).join();
        found.addAll(page.found());
        while (page.hasMore()) {
          page = query.limit(2).page(database, page.continuation()).join();
          found.addAll(page.found());
        }
        assertThat(found).isEqualTo(all);
      }
      byte[] continuation =
          cities.query(City.BY_COUNTRY).limit(4).page(database).join().continuation();
      assertThat(reasonOf(cities.query(City.BY_COUNTRY).equalTo("AT").page(database, continuation)))
          .isEqualTo(Reason.FOREIGN_CONTINUATION);
      assertThat(reasonOf(cities.query(City.BY_COUNTRY).reversed().page(database, continuation)))
          .isEqualTo(Reason.FOREIGN_CONTINUATION);
    }
  }

  @Test
  void entriesFollowTheRow() {
    try (Database database = newCities()) {
      City moved = new City(2, "Linz an der Donau", "LI", 1_000_000, List.of("Traun", "Inn"));
      assertThat(cities.put(database, moved).join()).isEqualTo(LINZ);
      assertThat(cities.getBy(database, City.BY_NAME, "Linz").join()).isNull();
      assertThat(cities.query(City.BY_COUNTRY).equalTo("LI").page(database).join().found())
          .containsExactly(moved);
      assertThat(cities.query(City.BY_RIVER).equalTo("Danube").page(database).join().found())
          .containsExactly(VIENNA);
      assertThat(cities.query(City.LARGE).count(database).join()).isEqualTo(3);
      expectClean(database, cities);
      assertThat(cities.delete(database, 2L).join()).isEqualTo(moved);
      assertThat(cities.delete(database, 2L).join()).isNull();
      assertThat(cities.query(City.BY_COUNTRY).equalTo("LI").count(database).join()).isZero();
      expectClean(database, cities);
    }
  }

  @Test
  void whatIsNotUniqueIsRefusedAndLeavesTheTransactionAsItWas() {
    try (Database database = newCities()) {
      City other = new City(9, "Vienna", "US", 15_000, List.of());
      assertThat(reasonOf(cities.put(database, other))).isEqualTo(Reason.NOT_UNIQUE);
      assertThat(reasonOf(cities.insert(database, VIENNA))).isEqualTo(Reason.ALREADY_THERE);
      database.run(
          transaction -> {
            assertThat(reasonOf(cities.put(transaction, other))).isEqualTo(Reason.NOT_UNIQUE);
            cities.put(transaction, new City(8, "Salzburg", "AT", 150_000, List.of())).join();
            return null;
          });
      assertThat(cities.get(database, 9L).join()).isNull();
      assertThat(cities.query(City.BY_COUNTRY).equalTo("US").count(database).join()).isZero();
      expectClean(database, cities);
      // In one transaction a name may pass from one row to another.
      database.run(
          transaction -> {
            cities.delete(transaction, 1L).join();
            cities.put(transaction, other).join();
            return null;
          });
      assertThat(cities.getBy(database, City.BY_NAME, "Vienna").join()).isEqualTo(other);
      expectClean(database, cities);
    }
  }

  @Test
  void indexIsBuiltInSmallStepsAndReadableWithTheLast() {
    try (Database database = Ashlar.inMemory()) {
      Table<Long, City> before = City.table(List.of(City.byName()));
      before.create(database).join();
      putAll(database, before, List.of(VIENNA, LINZ, GRAZ, BERLIN, BONN));
      assertThat(cities.create(database).join())
          .containsExactly(City.BY_COUNTRY, City.BY_RIVER, City.LARGE);
      assertThat(reasonOf(cities.query(City.BY_COUNTRY).page(database)))
          .isEqualTo(Reason.INDEX_NOT_READABLE);
      assertThat(reasonOf(before.put(database, LINZ))).isEqualTo(Reason.INCOMPATIBLE);
      IndexBuild<Long, City> build = cities.newIndexBuild(database, City.BY_COUNTRY, TWO);
      assertThat(build.stepOnce().join()).isEqualTo(new IndexBuild.Progress(2, false));
      cities.put(database, new City(1, "Vienna", "A", 1, List.of())).join();
      cities.delete(database, 5L).join();
      cities.put(database, new City(0, "Rome", "IT", 2_800_000, List.of("Tiber"))).join();
      // Another process goes on.
      assertThat(cities.newIndexBuild(database, City.BY_COUNTRY, TWO).run().join())
          .isEqualTo(new IndexBuild.Progress(4, true));
      assertThat(cities.query(City.BY_COUNTRY).page(database).join().found().stream().map(City::id))
          .containsExactly(1L, 2L, 3L, 4L, 0L);
      assertThat(cities.newIndexBuild(database, City.BY_RIVER, TWO).run().join().finished())
          .isTrue();
      assertThat(cities.states(database).join())
          .isEqualTo(
              Map.of(
                  City.BY_COUNTRY, IndexState.READABLE,
                  City.BY_NAME, IndexState.READABLE,
                  City.BY_RIVER, IndexState.READABLE,
                  City.LARGE, IndexState.BUILDING));
      expectClean(database, cities);
    }
  }

  @Test
  void uniqueIndexIsNotBuiltOverRowsThatAreNot() {
    try (Database database = Ashlar.inMemory()) {
      Table<Long, City> before = City.table();
      Table<Long, City> plain = City.table(List.of(City.byCountry()));
      plain.create(database).join();
      City twin = new City(7, "Graz", "AT", 5, List.of());
      putAll(database, plain, List.of(VIENNA, GRAZ, twin));
      before.create(database).join();
      assertThat(reasonOf(before.newIndexBuild(database, City.BY_NAME, TWO).run()))
          .isEqualTo(Reason.NOT_UNIQUE);
      // A row that is written meanwhile claims its name; the one from before then has no entry.
      City renamed = new City(7, "Vienna", "AT", 5, List.of());
      before.put(database, new City(8, "Linz", "AT", 5, List.of())).join();
      before.put(database, new City(7, "Linz 2", "AT", 5, List.of())).join();
      assertThat(before.newIndexBuild(database, City.BY_NAME, TWO).run().join().finished())
          .isTrue();
      assertThat(reasonOf(before.put(database, renamed))).isEqualTo(Reason.NOT_UNIQUE);
      expectClean(database, before);
    }
  }

  @Test
  void whatAnotherRowHasInAUniqueIndexStaysWhileThatIsBuilt() {
    try (Database database = Ashlar.inMemory()) {
      Table<Long, City> plain = City.table(List.of(City.byCountry()));
      plain.create(database).join();
      putAll(database, plain, List.of(GRAZ));
      cities.create(database).join();
      // The row from before has no entry yet, so this one takes the name.
      cities.put(database, new City(8, "Graz", "US", 5, List.of())).join();
      cities.put(database, new City(3, "Graz an der Mur", "AT", 300_000, List.of())).join();
      assertThat(cities.newIndexBuild(database, City.BY_NAME, TWO).run().join().finished())
          .isTrue();
      assertThat(cities.getBy(database, City.BY_NAME, "Graz").join().id()).isEqualTo(8);
      expectClean(database, cities);
    }
  }

  @Test
  void droppedIndexHasNoEntriesAndComesBackOnlyWhenItIsAdded() {
    try (Database database = newCities()) {
      cities.dropIndex(database, City.BY_RIVER).join();
      assertThat(reasonOf(cities.query(City.BY_RIVER).page(database)))
          .isEqualTo(Reason.INDEX_NOT_READABLE);
      assertThat(cities.create(database).join()).isEmpty();
      cities.put(database, new City(1, "Vienna", "AT", 2_100_000, List.of("Wien"))).join();
      // Also a process that does not declare it may write now.
      Table<Long, City> without =
          City.table(List.of(City.byCountry(), City.byName(), City.large()));
      without.delete(database, 5L).join();
      byte[] entries = City.PLACE.get(1L).getKey();
      long before =
          database.read(r -> r.getRange(Range.startsWith(entries)).asList().join()).size();
      assertThat(cities.addIndex(database, City.BY_RIVER).join()).isEqualTo(IndexState.BUILDING);
      cities.newIndexBuild(database, City.BY_RIVER, TWO).run().join();
      assertThat(cities.query(City.BY_RIVER).count(database).join()).isEqualTo(5);
      long after = database.read(r -> r.getRange(Range.startsWith(entries)).asList().join()).size();
      assertThat(after - before).isEqualTo(5);
      expectClean(database, cities);
    }
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    try (Database database = newCities()) {
      Table<Long, City> other =
          City.table(
              List.of(
                  Index.on(City.BY_COUNTRY, City::country),
                  City.byName(),
                  City.byRiver(),
                  City.large()));
      assertThat(reasonOf(other.create(database))).isEqualTo(Reason.INCOMPATIBLE);
      assertThat(reasonOf(other.put(database, LINZ))).isEqualTo(Reason.INCOMPATIBLE);
      assertThat(errorOf(City.table().query(City.LARGE).page(database))).isNull();
      Table<Long, City> revised =
          City.table(
              List.of(City.byCountry(), City.byName().revision(1), City.byRiver(), City.large()));
      assertThat(errorOf(revised.delete(database, 1L)))
          .hasMessageContaining("its index by-name is");
      Table<Long, City> encoded =
          new Table<>(
              City.PLACE,
              PrimaryKey.longs(),
              City::id,
              RowCodec.of("other", city -> new byte[0], bytes -> VIENNA),
              List.of());
      assertThat(reasonOf(encoded.get(database, 1L))).isEqualTo(Reason.INCOMPATIBLE);
      Table<Long, City> elsewhere =
          new Table<>(
              City.PLACE.get("elsewhere"),
              PrimaryKey.longs(),
              City::id,
              RecordCodec.of(City.class),
              List.of());
      assertThat(reasonOf(elsewhere.put(database, LINZ))).isEqualTo(Reason.NO_TABLE);
      assertThatThrownBy(() -> cities.query("nothing")).isInstanceOf(TableException.class);
    }
  }

  @Test
  void scrubFindsAndRepairsWhatOthersHaveSpoilt() {
    try (Database database = newCities()) {
      byte[] place = City.PLACE.get(1L).getKey();
      database.run(
          transaction -> {
            List<io.ashlar.client.KeyValue> entries =
                transaction.getRange(Range.startsWith(place)).asList().join();
            transaction.clear(entries.get(0).getKey());
            transaction.clear(entries.get(6).getKey());
            transaction.clear(City.PLACE.get(0L).pack(4L));
            return null;
          });
      Scrub.Report found = cities.newScrub(database, false, TWO).run().join();
      assertThat(found.rows()).isEqualTo(4);
      assertThat(found.missing()).isEqualTo(2);
      // Four indexes still lead to the row that is gone.
      assertThat(found.dangling()).isEqualTo(4);
      assertThat(found.repaired()).isZero();
      assertThat(cities.newScrub(database, true, TWO).run().join().repaired()).isEqualTo(6);
      expectClean(database, cities);
      assertThat(cities.query(City.BY_COUNTRY).page(database).join().found())
          .containsExactly(LINZ, GRAZ, VIENNA, BONN);
    }
  }

  enum Kind {
    SMALL,
    LARGE
  }

  record Inner(String text, Double real) {}

  record Everything(
      long a,
      int b,
      Short c,
      byte d,
      boolean e,
      Boolean f,
      float g,
      double h,
      String i,
      byte[] j,
      UUID k,
      BigInteger l,
      Kind m,
      Inner n,
      List<Inner> o,
      List<Integer> p) {}

  record Early(long a, int b) {}

  @Test
  void recordsComeBackAsTheyWere() {
    RecordCodec<Everything> codec = RecordCodec.of(Everything.class);
    Everything all =
        new Everything(
            Long.MIN_VALUE,
            -7,
            (short) 3,
            (byte) -1,
            true,
            false,
            1.5f,
            -0.0,
            "ü\0",
            null,
            new UUID(1, 2),
            BigInteger.TEN,
            Kind.LARGE,
            new Inner(null, 2.5),
            List.of(new Inner("x", null)),
            List.of(1, -1));
    assertThat(codec.decode(codec.encode(all))).isEqualTo(all);
    Everything bytes =
        codec.decode(
            codec.encode(
                new Everything(
                    0,
                    0,
                    null,
                    (byte) 0,
                    false,
                    null,
                    0,
                    0,
                    null,
                    new byte[] {0, -1},
                    null,
                    BigInteger.TWO.pow(100),
                    null,
                    null,
                    null,
                    null)));
    assertThat(bytes.j()).containsExactly(0, -1);
    assertThat(bytes.l()).isEqualTo(BigInteger.TWO.pow(100));
    assertThat(bytes.o()).isNull();
    // What is added to a record is null or 0 in rows from before.
    Everything later = codec.decode(RecordCodec.of(Early.class).encode(new Early(4, 5)));
    assertThat(later)
        .isEqualTo(
            new Everything(
                4, 5, null, (byte) 0, false, null, 0, 0, null, null, null, null, null, null, null,
                null));
    record Unknown(Object what) {}
    assertThatThrownBy(() -> RecordCodec.of(Unknown.class)).hasMessageContaining("Unknown.what");
  }

  record Leaf(int size) {}

  record Twice(Leaf one, Leaf other) {}

  record Branch(Leaf leaf, Fork fork) {}

  record Fork(List<Branch> branches) {}

  @Test
  void recordThatHasItselfWithinItHasNoCodec() {
    RecordCodec<Twice> twice = RecordCodec.of(Twice.class);
    Twice row = new Twice(new Leaf(1), new Leaf(2));
    assertThat(twice.decode(twice.encode(row))).isEqualTo(row);
    assertThatThrownBy(() -> RecordCodec.of(Branch.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Fork.branches");
    assertThatThrownBy(() -> CborCodec.of(Fork.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Branch.fork");
  }

  @SimulatedCluster(seeds = 8, faults = "none", busySeconds = 1)
  void indexIsBuiltWhileOthersWrite(Simulated client, Database database) {
    Table<Long, City> before = City.table(List.of(City.byName()));
    before.create(database).join();
    for (long id = 0; id < 40; id++) {
      before.put(database, new City(id, "city" + id, "A", (int) id, List.of())).join();
    }
    cities.create(database).join();
    List<CompletableFuture<?>> writes = new ArrayList<>();
    CompletableFuture<IndexBuild.Progress> built =
        cities
            .newIndexBuild(database, City.BY_COUNTRY, new PassOptions(5, Duration.ofMillis(2)))
            .run();
    for (int i = 0; !built.isDone() || i < 50; i++) {
      long id = client.random().nextInt(50);
      City row = new City(id, "city" + id, "B" + i % 3, i, List.of());
      writes.add(
          client.random().nextInt(4) == 0
              ? cities.delete(database, id)
              : cities.put(database, row));
      client.sleep(Duration.ofNanos(client.random().nextInt(2_000_000)));
    }
    writes.forEach(CompletableFuture::join);
    assertThat(built.join().finished()).isTrue();
    expectClean(database, cities);
    assertThat(cities.query(City.BY_COUNTRY).count(database).join())
        .isEqualTo(cities.scan().count(database).join());
  }
}
