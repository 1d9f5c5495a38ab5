package io.ashlar.server.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.client.Database;
import io.ashlar.core.SeededRandom;
import io.ashlar.server.shell.TypedShell;
import io.ashlar.table.PassOptions;
import io.ashlar.table.Scrub;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each function of docs/requirements.md in each kind of database: ten thousand random operations
 * and more by several clients at once, all that they are told compared with models, and in the
 * middle the database is closed and opened again, or one of its processes is killed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FunctionalRequirementsTest {
  private static final int OPERATIONS = 10_000;
  private static final int CLIENTS = 8;
  private static final long SEED = Long.getLong("functions.seed", 20_261_126);

  /** The kinds of databases. */
  enum Kind {
    IN_MEMORY,
    DURABLE,
    CLUSTER
  }

  /** Makes a client of a row. */
  private interface Making<C> {
    C client(Subspace place, String name, SeededRandom random);
  }

  private final Map<Kind, Place> places = new EnumMap<>(Kind.class);

  @BeforeAll
  void open(@TempDir Path home) {
    places.put(Kind.IN_MEMORY, new Place.Memory());
    places.put(Kind.DURABLE, new Place.Directory(home.resolve("store")));
    places.put(Kind.CLUSTER, new Place.Cluster(home.resolve("cluster")));
  }

  @AfterAll
  void close() {
    places.values().forEach(Place::close);
  }

  @ParameterizedTest
  @EnumSource
  void getsShowWhatWasPutAndNotDeleted(Kind kind) throws Exception {
    run(kind, "get-put-delete", KeyClient.GetPutDelete::new);
  }

  @ParameterizedTest
  @EnumSource
  void comparesAndSwapsOnlyWhatIsAsExpected(Kind kind) throws Exception {
    run(kind, "compare-and-swap", KeyClient.CompareAndSwap::new);
  }

  @ParameterizedTest
  @EnumSource
  void increasesAndDecreasesCountersExactly(Kind kind) throws Exception {
    List<CounterClient> clients = run(kind, "counters", CounterClient::new);
    for (int i = 0; i < CounterClient.SHARED; i++) {
      String key = CounterClient.shared(i);
      long expected =
          clients.stream().mapToLong(client -> client.model().getOrDefault(key, 0L)).sum();
      assertThat(clients.get(0).stored(places.get(kind).database(), key))
          .as("%s of seed %s", key, SEED)
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysExpireWhenTheyShouldAndNotBefore(Kind kind) throws Exception {
    run(kind, "expiry", ExpiryClient::new);
  }

  @ParameterizedTest
  @EnumSource
  void scansShowAllKeysWithAPrefixInOrder(Kind kind) throws Exception {
    run(kind, "scans", KeyClient.PrefixScans::new);
  }

  @ParameterizedTest
  @EnumSource
  void batchesReadAndWriteSeveralKeysAtOnce(Kind kind) throws Exception {
    run(kind, "batches", KeyClient.Batches::new);
  }

  @ParameterizedTest
  @EnumSource
  void sessionsSeeWhatTheyHaveDoneThoughTheyAskForNoVersion(Kind kind) throws Exception {
    run(kind, "sessions", KeyClient.Sessions::new);
  }

  @ParameterizedTest
  @EnumSource
  void eventualReadsShowTheStateAtTheVersionThatTheySay(Kind kind) throws Exception {
    run(kind, "eventual", EventualClient::new);
  }

  @ParameterizedTest
  @EnumSource
  void rowsAreFoundByTheirAttributes(Kind kind) throws Exception {
    Subspace place = place("rows");
    RowClient.table(place).create(places.get(kind).database()).join();
    List<RowClient> clients = run(kind, "rows", RowClient::new);
    Database database = places.get(kind).database();
    Scrub.Report report =
        RowClient.table(place).newScrub(database, false, PassOptions.defaults()).run().join();
    assertThat(report.isClean()).as("%s", report).isTrue();
    assertThat(report.rows())
        .isEqualTo(clients.stream().mapToLong(client -> client.model().size()).sum());
  }

  @ParameterizedTest
  @EnumSource
  void transactionsAcrossKeysHappenWhollyOrNotAtAllAndOneAfterTheOther(Kind kind) throws Exception {
    List<TransferClient> clients = run(kind, "transfers", TransferClient::new);
    long[] expected = new long[TransferClient.ACCOUNTS];
    for (TransferClient client : clients) {
      client
          .model()
          .forEach(
              transfer -> {
                expected[transfer.from()] -= transfer.amount();
                expected[transfer.to()] += transfer.amount();
              });
    }
    for (int account = 0; account < expected.length; account++) {
      assertThat(clients.get(0).stored(places.get(kind).database(), account))
          .as("account %s of seed %s", account, SEED)
          .isEqualTo(expected[account]);
    }
  }

  /** All of them as people type them; programs are what the other tests are about. */
  @ParameterizedTest
  @EnumSource
  void everyFunctionWorksFromTheShell(Kind kind) throws Exception {
    Place where = places.get(kind);
    TypedFunctions.writeTable(where.database());
    try (TypedShell typed = new TypedShell(where.database())) {
      TypedFunctions functions = new TypedFunctions(typed);
      where.duringFirstHalf();
      functions.perform();
      functions.lookAt();
    }
    where.atHalf();
    where.duringSecondHalf();
    try (TypedShell typed = new TypedShell(where.database())) {
      new TypedFunctions(typed).lookAt();
    }
  }

  private static Subspace place(String row) {
    return new Subspace(Tuple.from("functions", row));
  }

  /** Runs both halves, then compares everything. */
  private <C extends ModelledClient<?>> List<C> run(Kind kind, String row, Making<C> making)
      throws Exception {
    Place where = places.get(kind);
    SeededRandom random = new SeededRandom(SEED).fork(row);
    List<C> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(making.client(place(row), "c" + i, random));
    }
    int operations = half(where.database(), clients, where::duringFirstHalf);
    where.atHalf();
    operations += half(where.database(), clients, where::duringSecondHalf);
    assertThat(operations).isGreaterThanOrEqualTo(OPERATIONS);
    for (C client : clients) {
      client.check(where.database());
    }
    return clients;
  }

  /** What befalls a database. */
  private interface Fate {
    void befall() throws InterruptedException;
  }

  /**
   * All clients at once, until each has done its part and what is to happen meanwhile has.
   *
   * @return how many operations
   */
  private static int half(Database database, List<? extends ModelledClient<?>> clients, Fate fate)
      throws InterruptedException {
    CountDownLatch befallen = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(clients.size() + 1);
    try {
      Future<?> fateful =
          pool.submit(
              () -> {
                try {
                  fate.befall();
                } finally {
                  befallen.countDown();
                }
                return null;
              });
      List<Future<Integer>> parts = new ArrayList<>();
      for (ModelledClient<?> client : clients) {
        parts.add(
            pool.submit(
                () -> {
                  int done = 0;
                  while (done < OPERATIONS / 2 / CLIENTS || befallen.getCount() > 0) {
                    done += client.transact(database);
                  }
                  return done;
                }));
      }
      int operations = 0;
      for (Future<Integer> part : parts) {
        operations += part.get();
      }
      fateful.get();
      return operations;
    } catch (ExecutionException failure) {
      throw new AssertionError("with -Dfunctions.seed=" + SEED, failure.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
