package io.ashlar.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.simulation.Simulated;
import io.ashlar.simulation.junit.SimulatedCluster;
import io.ashlar.tuple.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the building of an index ends, and how it goes on. */
@Timeout(300)
class IndexBuildTest {
  private static final PassOptions TWO = new PassOptions(2, Duration.ZERO);

  private final Table<Long, City> cities = City.table(List.of(City.byName(), City.byCountry()));

  private static City city(long id) {
    return new City(id, "city" + id, "C" + id % 3, 1, List.of());
  }

  /** A table with these rows, which then gets another index. */
  private void createWithRowsFromBefore(Database database, long count) {
    Table<Long, City> before = City.table(List.of(City.byName()));
    before.create(database).join();
    for (long id = 1; id <= count; id++) {
      before.put(database, city(id)).join();
    }
    assertThat(cities.create(database).join()).containsExactly(City.BY_COUNTRY);
  }

  private IndexBuild<Long, City> newBuild(Database database) {
    return cities.newIndexBuild(database, City.BY_COUNTRY, TWO);
  }

  private void expectClean(Database database) {
    assertThat(cities.newScrub(database, false, TWO).run().join())
        .satisfies(report -> assertThat(report.isClean()).as("%s", report).isTrue());
    assertThat(cities.query(City.BY_COUNTRY).count(database).join())
        .isEqualTo(cities.scan().count(database).join());
  }

  @Test
  void rowsThatAreInsertedBehindTheLastOneAreNotGoneThrough() {
    try (Database database = Ashlar.inMemory()) {
      createWithRowsFromBefore(database, 5);
      assertThat(newBuild(database).stepOnce().join()).isEqualTo(new IndexBuild.Progress(2, false));
      for (long id = 100; id < 120; id++) {
        cities.put(database, city(id)).join();
      }
      assertThat(newBuild(database).run().join()).isEqualTo(new IndexBuild.Progress(5, true));
      expectClean(database);
    }
  }

  /** The last batch read to the end of all rows, and conflicted with each that came there. */
  @SimulatedCluster(seeds = 3, faults = "none", busySeconds = 1)
  void buildEndsWhileRowsAreInsertedAtTheEnd(Simulated client, Database database) {
    createWithRowsFromBefore(database, 20);
    IndexBuild<Long, City> build = newBuild(database);
    assertThat(build.stepOnce().join()).isEqualTo(new IndexBuild.Progress(2, false));
    CompletableFuture<IndexBuild.Progress> built = build.run();
    List<CompletableFuture<?>> inserts = new ArrayList<>();
    for (long id = 1_000; id < 4_000 && !built.isDone(); id++) {
      inserts.add(cities.put(database, city(id)));
      client.sleep(Duration.ofNanos(client.random().nextInt(1_000_000)));
    }
    boolean endedInTime = built.isDone();
    inserts.forEach(CompletableFuture::join);
    assertThat(built.join()).isEqualTo(new IndexBuild.Progress(20, true));
    assertThat(endedInTime).isTrue();
    expectClean(database);
  }

  /** What a process before this one has left says only how many rows, and which was the last. */
  @Test
  void markFromBeforeTheEndWasKeptIsGoneOnFrom() {
    for (long reached : new long[] {2, 4, 5, 9}) {
      try (Database database = Ashlar.inMemory()) {
        createWithRowsFromBefore(database, 5);
        Layout layout = cities.layout();
        IndexBuild<Long, City> build = newBuild(database);
        while (!build.progress().finished() && build.progress().rows() < Math.min(4, reached)) {
          build.stepOnce().join();
        }
        if (reached > 4) {
          cities.delete(database, 5L).join();
        }
        database.run(
            transaction -> {
              byte[] place = layout.buildKey(1);
              assertThat(transaction.get(place).join()).isNotNull();
              byte[] row = layout.rowKey(Tuple.from(reached));
              transaction.set(place, Tuple.from(reached, row).pack());
              return null;
            });
        cities.put(database, city(3)).join();
        assertThat(build.run().join())
            .isEqualTo(new IndexBuild.Progress(reached > 4 ? reached : 5, true));
        expectClean(database);
      }
    }
  }
}
