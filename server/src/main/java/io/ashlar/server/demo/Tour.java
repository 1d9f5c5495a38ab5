package io.ashlar.server.demo;

import io.ashlar.client.Database;
import io.ashlar.core.SeededRandom;
import io.ashlar.server.Stores;
import io.ashlar.table.IndexBuild;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The chapters of the tour, in order. Every claim is compared with the file or with a ledger. */
final class Tour {
  private static final long SEED = 20_260_101;
  private static final int POINT_READS = 20_000;
  private static final int READS_IN_FLIGHT = 64;
  private static final int ACCOUNTS = 8;
  private static final int TELLERS = 16;
  private static final int TRANSFERS_EACH = 125;
  private static final int COMMITS_BEFORE_KILL = 1_000;
  private static final int MOVERS = 4;
  private static final int NEIGHBOURHOOD = 4;
  private static final int JOBS = 500;
  private static final int CONSUMERS = 4;
  private static final Duration TICKET_TIME = Duration.ofSeconds(2);

  private final Narrator narrator;
  private final Path directory;
  private final Path temporary;
  private final List<City> cities;
  private final List<String> figures = new ArrayList<>();

  Tour(Narrator narrator, Path directory, Path temporary, List<City> cities) {
    this.narrator = narrator;
    this.directory = directory;
    this.temporary = temporary;
    this.cities = cities;
  }

  /** Takes the whole tour, with {@code kills} kills. */
  void take(int kills) throws IOException, InterruptedException, ExecutionException {
    narrator.chapter("A durable store in a fresh directory");
    long begun = System.nanoTime();
    try (Database database = Stores.open(directory)) {
      narrator.say("%s: open and ready after %,.0f ms", directory, secondsSince(begun) * 1000);
      importAndLookUp(database);
      buildAnIndex(database);
      transfer(database);
      workOnAQueue(database);
      letATicketRunOut(database);
    }
    kill(kills);
  }

  /** What was measured on the way, a line each. */
  List<String> figures() {
    return figures;
  }

  /** The chapters that need no second process. */
  void importAndLookUp(Database database) throws InterruptedException, ExecutionException {
    CityStore store = CityStore.withoutCells(database);
    importCities(store);
    lookUp(store);
  }

  private void importCities(CityStore store) throws InterruptedException {
    narrator.chapter("The places of the world, through transactions");
    narrator.say(
        "A table with indexes by country and by name; each transaction writes %d rows",
        CityStore.ROWS_PER_TRANSACTION);
    narrator.say("with their entries. Data: GeoNames, CC BY 4.0.");
    BlockingQueue<Integer> committed = new ArrayBlockingQueue<>(cities.size() + 1);
    long begun = System.nanoTime();
    CompletableFuture<Integer> transactions = new CompletableFuture<>();
    Thread importer =
        new Thread(
            () -> {
              try {
                transactions.complete(store.importAll(cities, committed::add));
              } catch (InterruptedException | RuntimeException failure) {
                transactions.completeExceptionally(failure);
              }
              // Wakes the narrator; a failure is told by the future.
              committed.add(0);
            },
            "importer");
    importer.start();
    long done = 0;
    while (done < cities.size()) {
      int rows = committed.take();
      if (rows == 0) {
        break;
      }
      done += rows;
      narrator.progress(done, cities.size(), secondsSince(begun));
    }
    int count = transactions.join();
    double seconds = secondsSince(begun);
    long stored = store.countRows();
    narrator.claim(
        stored == cities.size(),
        "%,d places in the file, %,d in the store after %,d transactions and %.1f s",
        cities.size(),
        stored,
        count,
        seconds);
    figures.add(
        String.format(
            Locale.ROOT,
            "import         %,.0f rows/s with %,.0f index entries/s in %,d durable transactions",
            cities.size() / seconds,
            2 * cities.size() / seconds,
            count));
    SortedMap<String, Long> expected = new TreeMap<>();
    cities.forEach(city -> expected.merge(city.country(), 1L, Long::sum));
    SortedMap<String, Long> found = new TreeMap<>();
    store
        .entries(CityStore.BY_COUNTRY)
        .forEach(entry -> found.merge(entry.values().getString(0), 1L, Long::sum));
    narrator.claim(
        found.equals(expected),
        "the index has every place of all %d countries once, though transactions ran side by side",
        expected.size());
  }

  private void lookUp(CityStore store) throws InterruptedException, ExecutionException {
    narrator.chapter("Look-ups");
    pointReads(store);
    for (String prefix : List.of("san fran", "zuri", "reykja")) {
      List<City> found = store.byName(prefix, 1_000);
      List<City> expected =
          cities.stream()
              .filter(city -> city.foldedName().startsWith(prefix))
              .sorted(
                  Comparator.comparing(
                          (City city) -> CityStore.utf8(city.foldedName()), Arrays::compareUnsigned)
                      .thenComparing(City::id))
              .toList();
      narrator.claim(
          found.equals(expected),
          "prefix \"%s\": %d places, such as %s",
          prefix,
          found.size(),
          found.stream().limit(3).map(city -> city.name() + " (" + city.country() + ")").toList());
    }
    for (String country : List.of("IS", "NZ", "PT")) {
      List<City> expected = cities.stream().filter(city -> city.country().equals(country)).toList();
      long begun = System.nanoTime();
      List<City> found = store.byCountry(country, cities.size());
      narrator.claim(
          found.equals(expected),
          "country %s: all %,d places by index, in %.0f ms",
          country,
          found.size(),
          secondsSince(begun) * 1000);
    }
  }

  /** A third index, built over the rows that are there while others write. */
  void buildAnIndex(Database database) throws InterruptedException, ExecutionException {
    narrator.chapter("A new index, built while others write");
    CityStore store = CityStore.withCells(database);
    narrator.say(
        "An index by cells of the map is added; %d writers move places meanwhile.", MOVERS);
    IndexBuild.Progress progress;
    Movers.Moved moved;
    long begun = System.nanoTime();
    try (Movers movers = new Movers(store, cities, MOVERS, SEED);
        IndexBuild<Integer, City> build = store.buildCells()) {
      do {
        progress = build.stepOnce().join();
        long rows = Math.min(progress.rows(), cities.size());
        narrator.progress(
            progress.finished() ? cities.size() : rows, cities.size(), secondsSince(begun));
      } while (!progress.finished());
      moved = movers.stop();
    }
    double seconds = secondsSince(begun);
    List<City> now =
        cities.stream().map(city -> moved.places().getOrDefault(city.id(), city)).toList();
    List<String> expected = now.stream().map(Tour::cellEntry).sorted().toList();
    List<String> found =
        store.entries(CityStore.BY_CELL).stream()
            .map(entry -> entry.values().getString(0) + " " + entry.key())
            .sorted()
            .toList();
    narrator.claim(
        found.equals(expected),
        "built in %.1f s; it has every place where it is now, %,d that were moved meanwhile too",
        seconds,
        moved.places().size());
    for (String name : List.of("Reykjavík", "Zürich")) {
      now.stream()
          .filter(city -> city.name().equals(name))
          .findFirst()
          .ifPresent(city -> lookAround(store, city, now));
    }
    figures.add(
        String.format(
            Locale.ROOT,
            "index build    %,.0f rows/s, while %d writers moved %,.0f different places/s",
            cities.size() / seconds,
            MOVERS,
            moved.places().size() / moved.seconds()));
  }

  private static String cellEntry(City city) {
    return city.cell() + " " + city.id();
  }

  private void lookAround(CityStore store, City middle, List<City> now) {
    String cell = middle.cell().substring(0, NEIGHBOURHOOD);
    List<City> expected =
        now.stream()
            .filter(city -> city.cell().startsWith(cell))
            .sorted(Comparator.comparing(City::cell).thenComparing(City::id))
            .toList();
    List<City> found = store.inCell(cell, cities.size());
    narrator.claim(
        found.equals(expected),
        "around %s, cell %s: %d places, such as %s",
        middle.name(),
        cell,
        found.size(),
        found.stream().limit(3).map(City::name).toList());
  }

  /** Competing consumers, and one that dies with a job in its hands. */
  void workOnAQueue(Database database) throws InterruptedException, ExecutionException {
    narrator.chapter("A queue, and consumers that compete for its jobs");
    Jobs jobs = new Jobs(database);
    jobs.push(JOBS);
    jobs.takeAndDie();
    narrator.say("%,d jobs; a consumer took one and died, %d others go on.", JOBS, CONSUMERS);
    Jobs.Outcome outcome = jobs.consume(JOBS, CONSUMERS, done -> {});
    narrator.claim(
        outcome.jobs() == JOBS && outcome.twice() == 0,
        "every job was done exactly once, that of the dead consumer too, in %.1f s",
        outcome.seconds());
    figures.add(
        String.format(
            Locale.ROOT,
            "queue          %,.0f jobs/s, each claimed and finished durably, %d consumers",
            JOBS / outcome.seconds(),
            CONSUMERS));
  }

  /** A key with a time to live. */
  void letATicketRunOut(Database database) {
    narrator.chapter("A key that runs out");
    narrator.say(
        "A ticket is put with %d seconds to live, and looked at again and again.",
        TICKET_TIME.toSeconds());
    Ticket.Outcome outcome = new Ticket(database).runOut(TICKET_TIME);
    narrator.claim(
        outcome.wrong() == 0 && outcome.before() > 0,
        "%,d looks before its instant saw it, %,d after it did not; no sweeper had to run",
        outcome.before(),
        outcome.after());
  }

  private void pointReads(CityStore store) throws InterruptedException {
    SeededRandom random = new SeededRandom(SEED);
    BlockingQueue<long[]> ended = new ArrayBlockingQueue<>(POINT_READS);
    long[] nanos = new long[POINT_READS];
    long wrong = 0;
    int sent = 0;
    long begun = System.nanoTime();
    for (int read = 0; read < POINT_READS; read++) {
      while (sent < POINT_READS && sent - read < READS_IN_FLIGHT) {
        sent++;
        City expected = cities.get(random.nextInt(cities.size()));
        long sentAt = System.nanoTime();
        store
            .byId(expected.id())
            .whenComplete(
                (found, failure) ->
                    ended.add(
                        new long[] {
                          System.nanoTime() - sentAt,
                          failure == null && Objects.equals(found, expected) ? 0 : 1
                        }));
      }
      long[] end = ended.take();
      nanos[read] = end[0];
      wrong += end[1];
    }
    double seconds = secondsSince(begun);
    Arrays.sort(nanos);
    narrator.claim(
        wrong == 0,
        "%,d random places by number, each in a strictly serializable transaction of its own: all right",
        POINT_READS);
    figures.add(
        String.format(
            Locale.ROOT,
            "point reads    %,.0f transactions/s, %d at a time; median %.2f ms, 99th percentile %.2f ms",
            POINT_READS / seconds,
            READS_IN_FLIGHT,
            nanos[POINT_READS / 2] / 1e6,
            nanos[POINT_READS * 99 / 100] / 1e6));
  }

  /** Contention: few accounts, many threads. */
  void transfer(Database database) throws InterruptedException, ExecutionException {
    narrator.chapter("Many threads want the same few accounts");
    Bank bank = new Bank(database, ACCOUNTS);
    bank.open();
    Bank.Outcome outcome = bank.transfer(TELLERS, TRANSFERS_EACH, SEED);
    narrator.say(
        "%d threads made %,d transfers between %d accounts in %.1f s.",
        TELLERS, outcome.transfers(), ACCOUNTS, outcome.seconds());
    narrator.claim(
        outcome.repeated() > 0,
        "%,d attempts read what another had changed: refused, applied nowhere, and repeated",
        outcome.repeated());
    narrator.claim(
        outcome.audits() > 0 && outcome.audited(),
        "%,d audits read all accounts in the middle of it, and each found %,d coins",
        outcome.audits(),
        bank.coinsInTheWorld());
    narrator.claim(
        bank.sum() == bank.coinsInTheWorld(),
        "no coin was lost or made: %,d at the end",
        bank.sum());
    figures.add(
        String.format(
            Locale.ROOT,
            "contention     %,.0f transfers/s with %.2f attempts each",
            outcome.transfers() / outcome.seconds(),
            (double) outcome.attempts() / outcome.transfers()));
  }

  private void kill(int kills) throws IOException, InterruptedException {
    narrator.chapter("A process is killed in the middle of its commits");
    narrator.say(
        "Another JVM opens the same directory and commits from %d threads.", KillRound.COMMITTERS);
    narrator.say(
        "Through a pipe it says what it asks for and what was acknowledged; then comes SIGKILL.");
    SeededRandom random = new SeededRandom(SEED);
    double openSeconds = 0;
    for (int round = 1; round <= kills; round++) {
      KillRound kill = new KillRound(round);
      kill.killAfter(
          COMMITS_BEFORE_KILL + random.nextInt(COMMITS_BEFORE_KILL), directory, temporary);
      long begun = System.nanoTime();
      try (Database database = Stores.open(directory)) {
        openSeconds = Math.max(openSeconds, secondsSince(begun));
        tell(kill.check(database), kill);
        if (round == kills) {
          CityStore store = CityStore.withCells(database);
          narrator.claim(
              store.countRows() == cities.size(), "all %,d places are still there", cities.size());
          narrator.claim(
              new Bank(database, ACCOUNTS).sum() == ACCOUNTS * Bank.COINS_PER_ACCOUNT,
              "and so is all the money");
        }
      }
    }
    figures.add(
        String.format(
            Locale.ROOT,
            "after a kill   open, recovered and ready after %,.0f ms at most",
            openSeconds * 1000));
  }

  private void tell(KillRound.Outcome outcome, KillRound kill) {
    narrator.claim(
        outcome.lost() == 0
            && outcome.acknowledged() >= COMMITS_BEFORE_KILL
            && kill.exitCode() != 0,
        "killed (exit code %d): all %,d acknowledged transactions are there",
        kill.exitCode(),
        outcome.acknowledged());
    narrator.claim(
        outcome.invented() == 0 && !outcome.torn(),
        "of %d in flight %d had been committed; none is there in part",
        outcome.inFlight(),
        outcome.survived());
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
