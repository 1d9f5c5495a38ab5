package io.ashlar.server.demo;

import io.ashlar.client.Database;
import io.ashlar.directory.DirectoryLayer;
import io.ashlar.server.Failures;
import io.ashlar.table.Index;
import io.ashlar.table.IndexBuild;
import io.ashlar.table.IndexEntry;
import io.ashlar.table.PassOptions;
import io.ashlar.table.PrimaryKey;
import io.ashlar.table.RecordCodec;
import io.ashlar.table.Table;
import io.ashlar.table.TablePage;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Places as rows of a table, with indexes by country, by folded name and by {@link Cell}. A
 * transaction writes a row with all its entries, so no index is ever ahead or behind.
 */
final class CityStore {
  /** Where the table is, for the shell. */
  static final List<String> PATH = List.of("demo", "cities");

  /** Rows in one transaction: some 250 KB, well below the limit of a transaction. */
  static final int ROWS_PER_TRANSACTION = 500;

  static final String BY_COUNTRY = "by-country";
  static final String BY_NAME = "by-name";
  static final String BY_CELL = "by-cell";

  /** Transactions under way at a time: enough to keep the pipeline full. */
  private static final int TRANSACTIONS_IN_FLIGHT = 8;

  private static final int ENTRIES_EACH = 5_000;
  private static final int BUILD_BATCH = 1_000;

  private final Database database;
  private final Table<Integer, City> table;

  private CityStore(Database database, Table<Integer, City> table) {
    this.database = database;
    this.table = table;
  }

  /** Opens the table, or makes it, with the first two indexes. */
  static CityStore withoutCells(Database database) {
    return open(database, List.of(byCountry(), byName()));
  }

  /** The same with the index by cell: which is to be built, if there are rows already. */
  static CityStore withCells(Database database) {
    return open(database, List.of(byCountry(), byName(), Index.<City>on(BY_CELL, City::cell)));
  }

  private static Index<City> byCountry() {
    return Index.on(BY_COUNTRY, City::country);
  }

  private static Index<City> byName() {
    return Index.on(BY_NAME, City::foldedName);
  }

  /** Where the keys of the table are. */
  static Subspace place(Database database) {
    return new DirectoryLayer().createOrOpen(database, PATH).join().subspace();
  }

  private static CityStore open(Database database, List<Index<City>> indexes) {
    Subspace place = place(database);
    Table<Integer, City> table =
        new Table<>(
            place,
            PrimaryKey.of(1, id -> Tuple.from(id), key -> (int) key.getLong(0)),
            City::id,
            RecordCodec.of(City.class),
            indexes);
    table.create(database).join();
    return new CityStore(database, table);
  }

  /**
   * Writes all of {@code cities}; {@code onRows} hears of rows as they are committed.
   *
   * @return how many transactions it took
   */
  int importAll(List<City> cities, IntConsumer onRows) throws InterruptedException {
    Semaphore inFlight = new Semaphore(TRANSACTIONS_IN_FLIGHT);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    int transactions = 0;
    for (int from = 0; from < cities.size() && failed.get() == null; from += ROWS_PER_TRANSACTION) {
      List<City> rows = cities.subList(from, Math.min(cities.size(), from + ROWS_PER_TRANSACTION));
      inFlight.acquire();
      transactions++;
      table
          .putAll(database, rows)
          .whenComplete(
              (before, failure) -> {
                if (failure == null) {
                  onRows.accept(rows.size());
                } else {
                  failed.compareAndSet(null, Failures.unwrap(failure));
                }
                inFlight.release();
              });
    }
    inFlight.acquire(TRANSACTIONS_IN_FLIGHT);
    if (failed.get() instanceof RuntimeException failure) {
      throw failure;
    }
    return transactions;
  }

  /** Sets one row. */
  void put(City city) {
    table.put(database, city).join();
  }

  /** The place with this number, or null. */
  CompletableFuture<City> byId(int id) {
    return table.get(database, id);
  }

  /** The places whose folded name begins with {@code prefix}, by name, up to {@code limit}. */
  List<City> byName(String prefix, int limit) {
    return table
        .query(BY_NAME)
        .startingWith(City.fold(prefix))
        .limit(limit)
        .page(database)
        .join()
        .found();
  }

  /** The places of a country, by number, up to {@code limit}. */
  List<City> byCountry(String country, int limit) {
    return table.query(BY_COUNTRY).equalTo(country).limit(limit).page(database).join().found();
  }

  /** The places in a cell, by smaller cells, up to {@code limit}. */
  List<City> inCell(String cell, int limit) {
    return table.query(BY_CELL).startingWith(cell).limit(limit).page(database).join().found();
  }

  /** All entries of an index, in its order, read in many transactions. */
  List<IndexEntry<Integer>> entries(String index) {
    List<IndexEntry<Integer>> all = new ArrayList<>();
    byte[] at = null;
    do {
      TablePage<IndexEntry<Integer>> page =
          table.query(index).limit(ENTRIES_EACH).entries(database, at).join();
      all.addAll(page.found());
      at = page.continuation();
    } while (at != null);
    return all;
  }

  /** Builds the index by cell. */
  IndexBuild<Integer, City> buildCells() {
    return table.newIndexBuild(
        database, BY_CELL, new PassOptions(BUILD_BATCH, PassOptions.defaults().pause()));
  }

  /** How many rows there are, counted in short transactions. */
  long countRows() {
    return table.scan().countInParts(database).join();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  static byte[] littleEndian(long number) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
  }

  static long number(byte[] littleEndian) {
    return ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }
}
