package io.ashlar.server.demo;

import io.ashlar.core.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Writers that move places about, each those of its own, until they are stopped. */
final class Movers implements AutoCloseable {
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final ExecutorService pool;
  private final List<Future<Map<Integer, City>>> movers = new ArrayList<>();
  private final long begunNanos = System.nanoTime();

  Movers(CityStore store, List<City> cities, int writers, long seed) {
    pool = Executors.newFixedThreadPool(writers);
    for (int writer = 0; writer < writers; writer++) {
      int own = writer;
      movers.add(pool.submit(() -> move(store, cities, own, writers, seed)));
    }
  }

  private Map<Integer, City> move(
      CityStore store, List<City> cities, int own, int writers, long seed) {
    SeededRandom random = new SeededRandom(seed + own);
    Map<Integer, City> moved = new TreeMap<>();
    while (!stopped.get()) {
      int at = random.nextInt(cities.size());
      if (at % writers == own) {
        City city = cities.get(at).movedTo(random.nextInt(-89, 90), random.nextInt(-179, 180));
        store.put(city);
        moved.put(city.id(), city);
      }
    }
    return moved;
  }

  /**
   * What happened.
   *
   * @param places that were moved, by number, as they are now
   */
  record Moved(Map<Integer, City> places, double seconds) {}

  /** Stops them, and gives what they did. */
  Moved stop() throws InterruptedException, ExecutionException {
    stopped.set(true);
    Map<Integer, City> all = new TreeMap<>();
    for (Future<Map<Integer, City>> mover : movers) {
      all.putAll(mover.get());
    }
    return new Moved(all, (System.nanoTime() - begunNanos) / 1e9);
  }

  @Override
  public void close() {
    stopped.set(true);
    pool.shutdownNow();
  }
}
