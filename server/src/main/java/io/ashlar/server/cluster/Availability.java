package io.ashlar.server.cluster;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Failures;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits until processes that were just started have their database, and tells how it goes. */
final class Availability {
  private static final long LOOK_MILLIS = 50;
  private static final double TELL_SECONDS = 5;

  /**
   * A process that was started.
   *
   * @param logBegin where its output begins
   */
  record Started(LocalProcess process, long logBegin) {}

  private final LocalCluster cluster;
  private final PrintWriter out;
  private final long begunNanos = System.nanoTime();
  private double toldSeconds;

  Availability(LocalCluster cluster, PrintWriter out) {
    this.cluster = cluster;
    this.out = out;
  }

  double seconds() {
    return (System.nanoTime() - begunNanos) / 1e9;
  }

  /**
   * Waits until the database gives a read version and all of {@code started} have it.
   *
   * @throws CommandFailedException when one of them ends, or after {@code secondsMax}
   */
  void await(List<Started> started, long secondsMax) throws IOException, InterruptedException {
    try (Database database = Ashlar.connect(cluster.clusterFile())) {
      CompletableFuture<Long> version = database.readAsync(tx -> tx.getReadVersion());
      boolean isDone = false;
      while (!isDone) {
        isDone = isAvailable(version) & missing(started).isEmpty();
        if (!isDone && seconds() > secondsMax) {
          throw new CommandFailedException(
              "the database is not available after "
                  + secondsMax
                  + " s; "
                  + (version.isDone() ? "" : "no read version yet; ")
                  + inWords(missing(started)),
              ExitCodes.UNAVAILABLE);
        }
        if (!isDone && seconds() - toldSeconds > TELL_SECONDS) {
          toldSeconds = seconds();
          out.printf(Locale.ROOT, "  %.0f s: %s%n", seconds(), inWords(missing(started)));
          out.flush();
        }
      }
    }
  }

  private static boolean isAvailable(CompletableFuture<Long> version) throws InterruptedException {
    try {
      version.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException notYet) {
      return false;
    } catch (ExecutionException failure) {
      throw new CommandFailedException(
          Failures.line(Failures.unwrap(failure)), ExitCodes.UNAVAILABLE, failure);
    }
  }

  /** Those that do not have their database yet; fails when one has ended. */
  private static List<Started> missing(List<Started> started)
      throws IOException, InterruptedException {
    List<Started> missing = new ArrayList<>();
    for (Started one : started) {
      if (one.process.isReadySince(one.logBegin)) {
        continue;
      }
      if (one.process.handle().isEmpty()) {
        throw new CommandFailedException(
            "process "
                + one.process.number()
                + " has ended: "
                + one.process.lastLineSince(one.logBegin),
            ExitCodes.UNAVAILABLE);
      }
      missing.add(one);
    }
    return missing;
  }

  private static String inWords(List<Started> missing) throws IOException {
    StringBuilder words = new StringBuilder();
    for (Started one : missing) {
      String last = one.process.logSince(one.logBegin).strip();
      words.append(words.isEmpty() ? "" : ", ").append("process ").append(one.process.number());
      if (!last.isEmpty()) {
        words.append(" (").append(last.substring(last.lastIndexOf('\n') + 1)).append(')');
      }
    }
    return words.isEmpty() ? "all processes are ready" : "waiting for " + words;
  }
}
