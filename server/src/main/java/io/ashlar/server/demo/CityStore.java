package io.ashlar.server.demo;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.MutationType;
import io.ashlar.client.Range;
import io.ashlar.client.ReadTransaction;
import io.ashlar.client.Transaction;
import io.ashlar.server.Failures;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Places in a database, with two indexes and a count for each country, as plain keys:
 *
 * <pre>
 * city/00000001            → the row
 * name/sant julia/00000001 → nothing; the name is folded, so that a prefix finds what people type
 * country/AD/00000001      → nothing
 * count/AD                 → how many, as a little-endian number that grows by atomic additions
 * </pre>
 *
 * A transaction writes a row with all its entries, so no index is ever ahead or behind.
 */
final class CityStore {
  /** Rows in one transaction: some 150 KB, well below the limit of a transaction. */
  static final int ROWS_PER_TRANSACTION = 500;

  /** Transactions under way at a time: enough to keep the pipeline full. */
  private static final int TRANSACTIONS_IN_FLIGHT = 8;

  private static final byte[] NOTHING = new byte[0];
  private static final byte[] ONE = littleEndian(1);

  private final Database database;

  CityStore(Database database) {
    this.database = database;
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
      database
          .runAsync(
              tx -> {
                rows.forEach(city -> put(tx, city));
                return CompletableFuture.completedFuture(rows.size());
              })
          .whenComplete(
              (count, failure) -> {
                if (failure == null) {
                  onRows.accept(count);
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

  private static void put(Transaction tx, City city) {
    tx.set(cityKey(city.id()), utf8(city.line()));
    tx.set(utf8("name/" + city.foldedName() + "/" + idText(city.id())), NOTHING);
    tx.set(utf8("country/" + city.country() + "/" + idText(city.id())), NOTHING);
    tx.mutate(MutationType.ADD, utf8("count/" + city.country()), ONE);
  }

  /** The place with this number, or null. */
  CompletableFuture<City> byId(int id) {
    return database.readAsync(tx -> byId(tx, id));
  }

  private static CompletableFuture<City> byId(ReadTransaction tx, int id) {
    return tx.get(cityKey(id)).thenApply(row -> row == null ? null : City.parse(text(row)));
  }

  /** The places whose folded name begins with {@code prefix}, by name, up to {@code limit}. */
  List<City> byName(String prefix, int limit) {
    return database.read(
        tx -> {
          Range range = Range.startsWith(utf8("name/" + City.fold(prefix)));
          return rows(tx, tx.getRange(range, limit).asList().join());
        });
  }

  /** All places of a country, by number. */
  List<City> byCountry(String country) {
    return database.read(
        tx -> rows(tx, tx.getRangeBlocking(Range.startsWith(utf8("country/" + country + "/")))));
  }

  /** How many places of a country the index has. */
  int indexedInCountry(String country) {
    return database.read(
        tx -> tx.getRangeBlocking(Range.startsWith(utf8("country/" + country + "/"))).size());
  }

  /** What an index entry points at: the entries end with the place's number. */
  private static List<City> rows(ReadTransaction tx, List<KeyValue> entries) {
    List<byte[]> keys =
        entries.stream()
            .map(
                entry -> {
                  String key = text(entry.getKey());
                  return cityKey(Integer.parseInt(key.substring(key.length() - 8)));
                })
            .toList();
    return tx.getManyBlocking(keys).stream().map(row -> City.parse(text(row))).toList();
  }

  /** The number of places by country, as the atomic additions left it. */
  SortedMap<String, Long> countsByCountry() {
    return database.read(
        tx -> {
          SortedMap<String, Long> counts = new TreeMap<>();
          for (KeyValue row : tx.getRangeBlocking(Range.startsWith(utf8("count/")))) {
            counts.put(text(row.getKey()).substring("count/".length()), number(row.getValue()));
          }
          return counts;
        });
  }

  /** Rows of places, counted one page after the other in short transactions. */
  long countRows() {
    Range rows = Range.startsWith(utf8("city/"));
    return Scans.count(database, rows.begin, rows.end);
  }

  private static byte[] cityKey(int id) {
    return utf8("city/" + idText(id));
  }

  private static String idText(int id) {
    return String.format(Locale.ROOT, "%08d", id);
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
