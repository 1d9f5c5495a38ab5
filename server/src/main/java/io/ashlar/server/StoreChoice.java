package io.ashlar.server;

import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say which store a command works on. */
public final class StoreChoice {
  private static final long REACH_MILLIS = 10_000;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  private Place chosen = new Place();

  /** At most one of its options is given. */
  static final class Place {
    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description =
            "The store in this directory, opened in this process; made if it is absent."
                + " Default where nothing else is chosen: ashlar-data")
    Path dir;

    @Option(names = "--memory", description = "A store in memory, gone at the end.")
    boolean memory;

    @Option(
        names = "--cluster",
        paramLabel = "FILE",
        description = "The store that this cluster file names, over the network.")
    Path cluster;
  }

  /** In which directory, file or memory it is. Without an option: the directory ashlar-data. */
  public String place() {
    if (chosen.memory) {
      return "memory";
    }
    return chosen.cluster != null ? "cluster file " + chosen.cluster : "directory " + directory();
  }

  private Path directory() {
    if (chosen.dir != null && chosen.dir.toString().isEmpty()) {
      throw new CommandFailedException("--dir is empty; name a directory", ExitCodes.USAGE);
    }
    return chosen.dir == null ? Path.of("ashlar-data") : chosen.dir;
  }

  /**
   * Opens it; the caller closes it.
   *
   * @param err where it is told that a directory was made
   * @param timeoutMillis how long to wait for a node at most, 0 for no bound of the caller's
   */
  public Database open(PrintWriter err, long timeoutMillis) {
    if (chosen.memory) {
      return Stores.inMemory();
    }
    try {
      return chosen.cluster != null ? reach(chosen.cluster, timeoutMillis) : open(directory(), err);
    } catch (AshlarException failure) {
      throw new CommandFailedException(Failures.line(failure), ExitCodes.UNAVAILABLE, failure);
    }
  }

  private static Database open(Path directory, PrintWriter err) {
    boolean isNew = !Files.exists(directory);
    Database database = Stores.open(directory);
    if (isNew) {
      err.println("Made a new store in " + directory.toAbsolutePath().normalize() + ".");
      err.flush();
    }
    return database;
  }

  /** Connecting says nothing of whether somebody is there: asks once, and gives up in time. */
  private static Database reach(Path clusterFile, long timeoutMillis) {
    Database database = Stores.connect(clusterFile);
    try (Transaction probe = database.createTransaction()) {
      probe
          .options()
          .setTimeout(timeoutMillis == 0 ? REACH_MILLIS : Math.min(timeoutMillis, REACH_MILLIS));
      probe.getReadVersion().join();
      return database;
    } catch (CompletionException | AshlarException failure) {
      database.close();
      Throwable cause = Failures.unwrap(failure);
      if (cause instanceof AshlarException known
          && known.code() != ErrorCode.TRANSACTION_TIMED_OUT) {
        throw known;
      }
      throw new CommandFailedException(
          "no answer from the node that "
              + clusterFile
              + " names; is it running, and is it an Ashlar node that listens there?",
          ExitCodes.UNAVAILABLE);
    }
  }
}
