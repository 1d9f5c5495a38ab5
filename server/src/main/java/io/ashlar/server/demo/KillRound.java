package io.ashlar.server.demo;

import io.ashlar.client.Database;
import io.ashlar.client.Range;
import io.ashlar.server.CommandFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One kill of a process in the middle of commits, and what the store has afterwards. */
public final class KillRound {
  static final int COMMITTERS = 8;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progressed = lock.newCondition();
  private final Ledger ledger = new Ledger();
  private final int round;
  private int exitCode;

  /**
   * What the store had when it was opened again.
   *
   * @param acknowledged commits that the process had been told of
   * @param inFlight commits that it was waiting for when it died
   * @param survived of those in flight, how many are there
   * @param lost acknowledged commits that are not there
   * @param invented entries that nobody asked for
   * @param torn whether a transaction was applied in part
   */
  public record Outcome(
      int acknowledged, int inFlight, int survived, int lost, int invented, boolean torn) {}

  /**
   * @param round separates the entries of this round from others in the same store
   */
  public KillRound(int round) {
    this.round = round;
  }

  /**
   * Runs the writer on {@code directory}, which nobody may have open, and kills it once {@code
   * commits} commits were acknowledged. Returns when the process is gone.
   */
  public void killAfter(int commits, Path directory, Path temporary)
      throws IOException, InterruptedException {
    String[] arguments = {
      "ledger-writer",
      "--dir",
      directory.toString(),
      "--round",
      "" + round,
      "--threads",
      "" + COMMITTERS
    };
    try (ChildJvm child = new ChildJvm(temporary, this::onLine, arguments)) {
      lock.lock();
      try {
        long patience = PATIENCE_NANOS;
        while (ledger.acknowledgedCount() < commits) {
          // Wakes up now and then, to see whether the process is still there.
          patience -= 100_000_000L - Math.max(0, progressed.awaitNanos(100_000_000L));
          if (!child.isAlive() || patience < 0) {
            throw new CommandFailedException(
                "the process that should commit "
                    + (child.isAlive() ? "makes no progress" : "ended by itself")
                    + " after "
                    + ledger.acknowledgedCount()
                    + " commits");
          }
        }
      } finally {
        lock.unlock();
      }
      exitCode = child.kill();
    }
  }

  private void onLine(String line) {
    lock.lock();
    try {
      if (ledger.accept(line)) {
        progressed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The exit code of the killed process: 128 + 9 where signals exist. */
  int exitCode() {
    return exitCode;
  }

  /** Compares the opened store with what the process had said. */
  public Outcome check(Database database) {
    String prefix = LedgerWriterCommand.prefix(round);
    TreeSet<Ledger.Entry> found = new TreeSet<>();
    Scans.forEach(
        database,
        Range.startsWith(CityStore.utf8(prefix)),
        row ->
            found.add(
                Ledger.Entry.ofKeyEnd(CityStore.text(row.getKey()).substring(prefix.length()))));
    byte[] total = database.read(tx -> tx.getBlocking(LedgerWriterCommand.totalKey(round)));
    int lost = ledger.lost(found).size();
    return new Outcome(
        ledger.acknowledgedCount(),
        ledger.inFlightCount(),
        found.size() - (ledger.acknowledgedCount() - lost),
        lost,
        ledger.invented(found).size(),
        total == null || CityStore.number(total) != found.size());
  }
}
