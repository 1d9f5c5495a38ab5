package io.ashlar.server.coordinators;

import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.embedded.ClusterFile;
import io.ashlar.embedded.ClusterStatus;
import io.ashlar.embedded.StatusProbe;
import io.ashlar.message.CoordinatorPlaces;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.server.CommandFailedException;
import io.ashlar.server.ExitCodes;
import io.ashlar.server.Failures;
import io.ashlar.server.Stores;
import io.ashlar.server.status.ClusterLook;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Changes the coordinators of a cluster.
 *
 * <ol>
 *   <li>Those that are wanted are written into the database, by a transaction.
 *   <li>A new epoch begins with that, whose controller takes the state to them. They elect another.
 *   <li>The processes are heard of by that one: then none needs the coordinators before any more.
 *   <li>The cluster file is written.
 * </ol>
 */
final class CoordinatorMove {
  private static final String ACCEPTING = "accepting commits";
  private static final long BETWEEN_NANOS = 300_000_000L;

  /** After this time those that have not followed are named, and not waited for any more. */
  private static final double FOLLOW_SECONDS_MAX = 15;

  private final Path file;
  private final StatusProbe probe;
  private final PrintWriter out;
  private final long timeoutSeconds;
  private final long begunNanos = System.nanoTime();
  private String told = "";

  CoordinatorMove(Path file, StatusProbe probe, PrintWriter out, long timeoutSeconds) {
    this.file = file;
    this.probe = probe;
    this.out = out;
    this.timeoutSeconds = timeoutSeconds;
  }

  /**
   * Moves them.
   *
   * @param before what the cluster told, with the answers of {@code wanted}
   * @return exit code
   */
  int to(ClusterStatus before, List<String> wanted) throws InterruptedException {
    List<String> refusals = CoordinatorChoice.refusals(before, wanted);
    if (!refusals.isEmpty()) {
      throw new CommandFailedException(String.join("; ", refusals), ExitCodes.FAILED);
    }
    TreeSet<String> places = new TreeSet<>(wanted);
    boolean isAsked = ask(before, places);
    if (!isAsked && isAt(before.set(), places)) {
      tell("the coordinators are " + String.join(", ", places) + " already");
      write(before.set());
      return ExitCodes.OK;
    }
    tell("asked for " + String.join(", ", places));
    CoordinatorSet moved = awaitMoved(places);
    awaitFollowers(before);
    write(moved);
    tell("the coordinators are " + String.join(", ", places));
    return ExitCodes.OK;
  }

  private static boolean isAt(CoordinatorSet set, TreeSet<String> places) {
    return CoordinatorChoice.places(set).equals(places);
  }

  /** False when nothing had to be written. */
  private boolean ask(ClusterStatus before, TreeSet<String> places) {
    byte[] value = CoordinatorPlaces.encode(List.copyOf(places)).toArray();
    try (Database database = Stores.connect(file)) {
      return database.run(transaction -> ask(transaction, before, places, value));
    } catch (AshlarException | CompletionException failure) {
      throw new CommandFailedException(
          "the coordinators cannot be changed now: " + Failures.line(Failures.unwrap(failure)),
          ExitCodes.UNAVAILABLE,
          failure);
    }
  }

  private boolean ask(
      Transaction transaction, ClusterStatus before, TreeSet<String> places, byte[] value) {
    transaction.options().setTimeout(TimeUnit.SECONDS.toMillis(timeoutSeconds));
    transaction.options().setAccessSystemKeys();
    // To ask for the same twice is as good as once.
    transaction.options().setIdempotent();
    byte[] row = transaction.get(Keys.COORDINATORS.toArray()).join();
    TreeSet<String> asked = new TreeSet<>(CoordinatorChoice.places(before.set()));
    if (row != null) {
      asked.clear();
      CoordinatorPlaces.decode(Bytes.wrap(row)).forEach(each -> asked.add(each.process()));
    }
    if (asked.equals(places)) {
      return false;
    }
    transaction.set(Keys.COORDINATORS.toArray(), value);
    return true;
  }

  private double seconds() {
    return (System.nanoTime() - begunNanos) / 1e9;
  }

  private void tell(String words) {
    if (!words.equals(told)) {
      told = words;
      out.printf(Locale.ROOT, "%5.1f s: %s%n", seconds(), words);
      out.flush();
    }
  }

  private CoordinatorSet awaitMoved(TreeSet<String> places) throws InterruptedException {
    while (true) {
      ClusterStatus status = ClusterLook.look(probe, List.of());
      boolean isThere = isAt(status.set(), places);
      String phase = status.controller().field("phase");
      if (isThere && phase.equals(ACCEPTING)) {
        return status.set();
      }
      tell(progress(isThere, status.controller().isThere(), phase));
      if (seconds() > timeoutSeconds) {
        throw new CommandFailedException(
            "after "
                + timeoutSeconds
                + " s the coordinators have not moved; they stay asked for, until you ask for"
                + " others. `status` tells what holds them up",
            ExitCodes.FAILED);
      }
      ClusterLook.await(probe.after(BETWEEN_NANOS));
    }
  }

  private static String progress(boolean isThere, boolean hasController, String phase) {
    String what = isThere ? "the state has moved; " : "";
    if (!hasController) {
      return what + "a controller is being elected";
    }
    return phase.equals(ACCEPTING)
        ? "the controller takes the state to them"
        : what + "a new epoch begins: " + phase;
  }

  /** The controller of the new ones hears of everybody who has followed. */
  private void awaitFollowers(ClusterStatus before) throws InterruptedException {
    while (true) {
      List<String> missing = missing(before, ClusterLook.look(probe, List.of()));
      if (missing.isEmpty()) {
        return;
      }
      tell("these have not followed yet: " + String.join(", ", missing));
      if (seconds() > FOLLOW_SECONDS_MAX) {
        tell(
            "keep the coordinators before running until these have followed: "
                + String.join(", ", missing));
        return;
      }
      ClusterLook.await(probe.after(BETWEEN_NANOS));
    }
  }

  private static List<String> missing(ClusterStatus before, ClusterStatus now) {
    List<String> missing = new ArrayList<>();
    for (ClusterStatus.ProcessAnswer one : before.processes()) {
      boolean isHeardOf =
          now.processes().stream()
              .anyMatch(each -> each.name().equals(one.name()) && each.silentMillis() >= 0);
      if (one.silentMillis() >= 0 && !isHeardOf) {
        missing.add(one.name());
      }
    }
    return missing;
  }

  /** A process may have written it by now; it writes the same. */
  private void write(CoordinatorSet set) {
    ClusterFile present = ClusterFile.read(file);
    ClusterFile next = present.at(set);
    if (next.equals(present)) {
      return;
    }
    try {
      next.write(file);
    } catch (AshlarException failure) {
      throw new CommandFailedException(
          "the coordinators have moved, but "
              + Failures.line(failure)
              + "; write this line into it: "
              + next,
          ExitCodes.FAILED,
          failure);
    }
    tell("wrote " + file + ": give it to clients and processes that have another");
  }
}
