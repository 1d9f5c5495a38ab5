package io.ashlar.embedded.kill;

import io.ashlar.core.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lives of a process on a few stores, each ended by SIGKILL at a drawn instant: while it opens the
 * store, while it commits, or while it closes it. What each life finds is held against the ledger.
 */
final class KillRun {
  static final int COMMITTERS = 16;

  /** Of the first two stores, one of each kind; those after them live longer. */
  private static final int FIRST_STORE_KILLS = 10;

  private static final int STORE_KILLS = 40;

  private static final int OPENING_EVERY = 30;
  private static final int CLOSING_EVERY = 20;
  private static final int CLOSE_AFTER_MAX = 400;
  private static final int NEVER = Integer.MAX_VALUE;
  private static final long COMMITTING_NANOS = TimeUnit.MILLISECONDS.toNanos(120);

  /** What the process does when it is killed, as far as its parent knows. */
  enum Phase {
    OPENING,
    COMMITTING,
    CLOSING
  }

  private final Path home;
  private final SeededRandom random;
  private final Path errors;
  private final String classPath;
  private final Path libraries;
  private final Path archive;
  private final int[] killsByPhase = new int[Phase.values().length];
  private CommitLedger ledger = new CommitLedger();
  private Path store;
  private int stores;
  private int storeKills;
  private int lives;
  private int killsInFlight;
  private int ends;
  private final long[] outcomes = new long[CommitLedger.Outcome.values().length];

  /** How long opening and closing take, as of late. */
  private long openingNanos = TimeUnit.MILLISECONDS.toNanos(300);

  private long closingNanos = TimeUnit.MILLISECONDS.toNanos(20);

  KillRun(Path home, long seed) throws IOException {
    this.home = home;
    random = new SeededRandom(seed);
    errors = home.resolve("errors");
    libraries = Files.createDirectories(home.resolve("libraries"));
    classPath = ChildClassPath.of(libraries);
    ChildClassPath.unpackRocks(libraries);
    archive = libraries.resolve("classes.jsa");
    nextStore();
  }

  int kills() {
    return Arrays.stream(killsByPhase).sum();
  }

  int kills(Phase phase) {
    return killsByPhase[phase.ordinal()];
  }

  int killsInFlight() {
    return killsInFlight;
  }

  /** For people. */
  String summary() {
    StringBuilder text = new StringBuilder();
    text.append(kills()).append(" kills by SIGKILL (");
    for (Phase phase : Phase.values()) {
      text.append(kills(phase)).append(' ').append(phase.name().toLowerCase(Locale.ROOT));
      text.append(phase == Phase.CLOSING ? "), " : ", ");
    }
    text.append(killsInFlight).append(" with commits in flight, ");
    text.append(ends).append(" lives ended by themselves, ");
    text.append(stores).append(" stores; commits:");
    for (CommitLedger.Outcome outcome : CommitLedger.Outcome.values()) {
      text.append(' ').append(outcomes[outcome.ordinal()]).append(' ');
      text.append(outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ')).append(',');
    }
    return text.substring(0, text.length() - 1);
  }

  private void nextStore() {
    store = home.resolve("store" + stores++);
    storeKills = 0;
    ledger = new CommitLedger();
  }

  private boolean isSmall() {
    return stores % 2 == 0;
  }

  /** A life that closes the store and ends. */
  void liveToTheEnd() throws IOException, InterruptedException {
    liveToTheEnd(COMMITTERS, 1 + random.nextInt(CLOSE_AFTER_MAX));
  }

  private void liveToTheEnd(int committers, int closeAfter)
      throws IOException, InterruptedException {
    Life life = new Life(committers, closeAfter, lives > 0);
    try (KilledProcess process = life.process) {
      expectEnd(process.awaitEnd());
    }
    if (life.ready.getCount() > 0) {
      throw new AssertionError("it ended without opening the store: " + said());
    }
  }

  private void expectEnd(int exitCode) throws IOException {
    if (exitCode != 0) {
      throw new AssertionError("it ended by itself with exit code " + exitCode + ": " + said());
    }
    ends++;
  }

  private String said() throws IOException {
    return Files.exists(errors) ? Files.readString(errors) : "nothing on standard error";
  }

  /** Lives until so many more kills were done, and finds the store right after each. */
  void kill(int count) throws IOException, InterruptedException {
    int until = kills() + count;
    while (kills() < until) {
      if (storeKills >= (stores <= 2 ? FIRST_STORE_KILLS : STORE_KILLS)) {
        finishStore();
        nextStore();
      }
      killOnce();
    }
    finishStore();
  }

  /**
   * Opens the store twice more: once to settle what was in flight, and once to find it so again.
   */
  private void finishStore() throws IOException, InterruptedException {
    liveToTheEnd(0, 0);
    liveToTheEnd(0, 0);
    long[] last = ledger.outcomes();
    for (int i = 0; i < outcomes.length; i++) {
      outcomes[i] += last[i];
    }
  }

  /** Few at the opening and the closing: there is little in flight then. */
  private Phase nextPhase() {
    if (kills() % OPENING_EVERY == OPENING_EVERY / 2) {
      return Phase.OPENING;
    }
    return kills() % CLOSING_EVERY == CLOSING_EVERY / 4 ? Phase.CLOSING : Phase.COMMITTING;
  }

  private void killOnce() throws IOException, InterruptedException {
    Phase phase = nextPhase();
    Life life =
        new Life(
            COMMITTERS, phase == Phase.CLOSING ? 1 + random.nextInt(CLOSE_AFTER_MAX) : NEVER, true);
    try (KilledProcess process = life.process) {
      switch (phase) {
        case OPENING -> {
          process.await(life.opening);
          process.letRun(random.nextLong(1 + openingNanos));
        }
        case COMMITTING -> {
          process.await(life.begun);
          process.letRun(random.nextLong(COMMITTING_NANOS));
        }
        case CLOSING -> {
          process.await(life.closing);
          process.letRun(random.nextLong(1 + closingNanos));
        }
      }
      int exitCode = process.kill();
      if (exitCode == KilledProcess.KILLED) {
        killsByPhase[phase.ordinal()]++;
        storeKills++;
        killsInFlight += ledger.inFlight(life.number) > 0 ? 1 : 0;
      } else {
        expectEnd(exitCode);
      }
    }
  }

  /** One process, and what it says. */
  private final class Life {
    final int number = lives++;
    final CountDownLatch opening = new CountDownLatch(1);
    final CountDownLatch ready = new CountDownLatch(1);
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch closing = new CountDownLatch(1);
    final KilledProcess process;
    private final StoreContent found = new StoreContent();
    private long sinceNanos;

    Life(int committers, int closeAfter, boolean hasArchive) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add((hasArchive ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + archive);
      command.add("-Xlog:disable");
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
      command.add("-Djava.library.path=" + libraries);
      command.add("-Djava.io.tmpdir=" + libraries);
      command.add("-Dslf4j.internal.verbosity=ERROR");
      if (Runtime.version().feature() >= 22) {
        command.add("--enable-native-access=ALL-UNNAMED");
      }
      if (Runtime.version().feature() >= 24) {
        command.add("--sun-misc-unsafe-memory-access=allow");
      }
      command.addAll(List.of("-cp", classPath, KilledProgram.class.getName()));
      command.addAll(List.of(store.toString(), "" + number, "" + committers, "" + closeAfter));
      command.add(isSmall() ? "small" : "default");
      process = new KilledProcess(command, errors, this::onLine);
    }

    private void onLine(String line) {
      if (ledger.accept(line)) {
        begun.countDown();
        return;
      }
      if (found.accept(line)) {
        return;
      }
      long now = System.nanoTime();
      switch (line) {
        case "opening" -> opening.countDown();
        case "ready" -> {
          openingNanos = (3 * openingNanos + now - sinceNanos) / 4;
          // Before this life begins to commit: what is open now is decided.
          List<String> wrong = ledger.check(found);
          if (!wrong.isEmpty()) {
            throw new AssertionError("life " + number + " on " + store + " found: " + wrong);
          }
          ready.countDown();
        }
        case "closing" -> closing.countDown();
        case "closed" -> closingNanos = (3 * closingNanos + now - sinceNanos) / 4;
        default -> throw new AssertionError("it said: " + line);
      }
      sinceNanos = now;
    }
  }
}
