package io.ashlar.server;

import io.ashlar.client.Database;
import io.ashlar.client.Transaction;
import io.ashlar.core.AshlarException;
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
        description = "The store in this directory, opened in this process; made if it is absent.")
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
    return chosen.dir == null ? Path.of("ashlar-data") : chosen.dir;
  }

  /** Opens it; the caller closes it. */
  public Database open() {
    if (chosen.memory) {
      return Stores.inMemory();
    }
    return chosen.cluster != null ? reach(chosen.cluster) : Stores.open(directory());
  }

  /** Connecting says nothing of whether somebody is there: asks once, and gives up in time. */
  private static Database reach(Path clusterFile) {
    Database database = Stores.connect(clusterFile);
    try (Transaction probe = database.createTransaction()) {
      probe.options().setTimeout(REACH_MILLIS);
      probe.getReadVersion().join();
      return database;
    } catch (CompletionException | AshlarException failure) {
      database.close();
      throw new CommandFailedException(
          "no answer from the node that "
              + clusterFile
              + " names; is it running? ("
              + Failures.line(Failures.unwrap(failure))
              + ")",
          ExitCodes.UNAVAILABLE);
    }
  }
}
