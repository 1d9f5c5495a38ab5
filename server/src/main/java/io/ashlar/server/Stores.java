package io.ashlar.server;

import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import java.nio.file.Path;

/** Where the program gets its databases from. */
public final class Stores {
  /**
   * How long a transaction over the network may take: without a bound a command would wait for ever
   * for a node that is not there.
   */
  private static final long NETWORK_TIMEOUT_MILLIS = 60_000;

  private Stores() {}

  /** Opens a directory in this process; it is made if it is absent. */
  public static Database open(Path directory) {
    return Ashlar.open(directory);
  }

  public static Database inMemory() {
    return Ashlar.inMemory();
  }

  /** Connects to the store that a cluster file names. */
  public static Database connect(Path clusterFile) {
    return Ashlar.connect(
        clusterFile,
        DatabaseOptions.defaults().withTransactionTimeoutMillis(NETWORK_TIMEOUT_MILLIS));
  }
}
