package io.ashlar;

import io.ashlar.client.Database;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.embedded.Connections;
import io.ashlar.embedded.NodeOptions;
import java.nio.file.Path;

/**
 * Opens databases: durable in a directory, in memory, or served by another process. Each has its
 * own threads and files, and there can be any number of them in a JVM. Close them: {@link Database}
 * is AutoCloseable.
 */
public final class Ashlar {
  private Ashlar() {}

  /**
   * Opens the database in {@code directory}, and creates it where there is none. What was
   * acknowledged by a commit is there again after any crash of the process or the machine.
   *
   * <p>It takes some threads, a block cache of 256 MiB outside of the heap, and in the heap all
   * that was written in the last seconds. A directory is open once at a time; one {@link Database}
   * is for all threads. Waits until the database accepts commits.
   *
   * @throws io.ashlar.core.AshlarException {@code directory_in_use} (7002) when it is open
   *     elsewhere, {@code directory_version} (7003) when another version or another program wrote
   *     it, {@code io_error} (1510), {@code file_corrupt} (1522), {@code client_invalid_operation}
   *     (2000) when it is of a database of several nodes, {@code timed_out} (1004) when it does not
   *     accept commits within a minute
   */
  public static Database open(Path directory) {
    return open(directory, DatabaseOptions.defaults());
  }

  /** As {@link #open(Path)}, with defaults for its transactions. */
  public static Database open(Path directory, DatabaseOptions options) {
    return Connections.open(NodeOptions.on(directory), options);
  }

  /** A database that is gone when it is closed. The same roles, over memory; nothing native. */
  public static Database inMemory() {
    return inMemory(DatabaseOptions.defaults());
  }

  /** As {@link #inMemory()}, with defaults for its transactions. */
  public static Database inMemory(DatabaseOptions options) {
    return Connections.open(NodeOptions.inMemory(), options);
  }

  /**
   * Connects to the database that a cluster file names, such as the {@code ashlar.cluster} which a
   * node writes into its directory. Returns at once; calls wait until the cluster can be reached:
   * give transactions a timeout to bound that.
   *
   * @throws io.ashlar.core.AshlarException {@code no_cluster_file_found} (1515), {@code
   *     connection_string_invalid} (2104)
   */
  public static Database connect(Path clusterFile) {
    return connect(clusterFile, DatabaseOptions.defaults());
  }

  /** As {@link #connect(Path)}, with defaults for its transactions. */
  public static Database connect(Path clusterFile, DatabaseOptions options) {
    return Connections.connect(clusterFile, options);
  }
}
