package io.ashlar.server.demo;

import io.ashlar.client.Database;
import io.ashlar.client.KeyValue;
import io.ashlar.client.Range;
import io.ashlar.server.Failures;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The import of the places as a table with three indexes, and the same keys and values put as they
 * are: as many rows with their entries in a transaction, as many transactions at a time.
 */
public final class CityImport {
  private static final int IN_FLIGHT = 8;
  private static final int ROWS_READ_EACH = 20_000;

  private final List<City> cities;
  private List<List<KeyValue>> batches = List.of();
  private long keys;
  private long bytes;

  private CityImport(List<City> cities) {
    this.cities = cities;
  }

  /** With so many rows at most. */
  public static CityImport load(int rowsMax) throws IOException {
    List<City> all = Gazetteer.load();
    return new CityImport(all.subList(0, Math.min(all.size(), rowsMax)));
  }

  public int rows() {
    return cities.size();
  }

  /** All that {@link #remember} found. */
  public long keys() {
    return keys;
  }

  public long entries() {
    return keys - rows();
  }

  /** Of those keys and their values. */
  public long bytes() {
    return bytes;
  }

  /** Imports the table; gives the seconds that took. */
  public double importTable(Database database) throws InterruptedException {
    CityStore store = CityStore.withCells(database);
    long begun = System.nanoTime();
    store.importAll(cities, rows -> {});
    return (System.nanoTime() - begun) / 1e9;
  }

  /** Reads all rows and entries of the table that was imported, for {@link #putRaw}. */
  public void remember(Database database) {
    Subspace place = CityStore.place(database);
    Map<Long, List<KeyValue>> byCity = new TreeMap<>();
    keys = 0;
    bytes = 0;
    for (long part = 0; part < 2; part++) {
      Range range = place.range(Tuple.from(part));
      byte[] begin = range.begin;
      List<KeyValue> page;
      do {
        byte[] from = begin;
        page =
            database.read(
                reads -> reads.getRange(from, range.end, ROWS_READ_EACH, false).asList().join());
        for (KeyValue one : page) {
          Tuple key = place.unpack(one.getKey());
          byCity.computeIfAbsent(key.getLong(key.size() - 1), id -> new ArrayList<>()).add(one);
          keys++;
          bytes += one.getKey().length + one.getValue().length;
          begin = Arrays.copyOf(one.getKey(), one.getKey().length + 1);
        }
      } while (page.size() == ROWS_READ_EACH);
    }
    List<List<KeyValue>> found = new ArrayList<>();
    int rows = 0;
    for (List<KeyValue> ofCity : byCity.values()) {
      if (rows++ % CityStore.ROWS_PER_TRANSACTION == 0) {
        found.add(new ArrayList<>());
      }
      found.get(found.size() - 1).addAll(ofCity);
    }
    batches = found;
  }

  /** Puts what was remembered; gives the seconds that took. */
  public double putRaw(Database database) throws InterruptedException {
    Semaphore inFlight = new Semaphore(IN_FLIGHT);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    long begun = System.nanoTime();
    for (List<KeyValue> batch : batches) {
      inFlight.acquire();
      database
          .runAsync(
              transaction -> {
                batch.forEach(one -> transaction.set(one.getKey(), one.getValue()));
                return CompletableFuture.completedFuture(null);
              })
          .whenComplete(
              (nothing, failure) -> {
                if (failure != null) {
                  failed.compareAndSet(null, Failures.unwrap(failure));
                }
                inFlight.release();
              });
    }
    inFlight.acquire(IN_FLIGHT);
    if (failed.get() != null) {
      throw new IllegalStateException("a put failed", failed.get());
    }
    return (System.nanoTime() - begun) / 1e9;
  }
}
