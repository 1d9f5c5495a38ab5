package io.ashlar.embedded;

import io.ashlar.client.Client;
import io.ashlar.client.ClientHost;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseAddress;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.DirectReads;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.runtime.ProcessHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Databases together with what they run on. */
public final class Connections {
  private static final long CLIENT_ENDPOINT = 16;

  private Connections() {}

  /** A node of its own, and a client on it; closing the database closes the node. */
  public static Database open(NodeOptions node, DatabaseOptions options) {
    LocalNode local = LocalNode.start(node);
    Database client = local.connect(options);
    return new OpenDatabase(
        client,
        () -> {
          client.close();
          local.close();
        });
  }

  /**
   * A loop that only connects to others, and a client on it. When the coordinators move the file is
   * rewritten, so that a later client finds them when those before are gone.
   */
  public static Database connect(Path file, DatabaseOptions options) {
    ClusterFile cluster = ClusterFile.read(file);
    return connect(cluster, options, next -> ClusterFile.follow(file, cluster.databaseId(), next));
  }

  /** As the other one, for a file that is nowhere. */
  public static Database connect(ClusterFile cluster, DatabaseOptions options) {
    return connect(cluster, options, next -> {});
  }

  private static Database connect(
      ClusterFile cluster, DatabaseOptions options, Consumer<CoordinatorSet> onMoved) {
    Callbacks callbacks = new Callbacks("client");
    DatabaseAddress address =
        new DatabaseAddress(
            cluster.coordinators(),
            cluster.databaseId().toString(),
            // The loop does not wait for the disk.
            next -> callbacks.callbacks().execute(() -> onMoved.accept(next)));
    Database client = connect(address, options, callbacks);
    return new OpenDatabase(
        client,
        () -> {
          client.close();
          callbacks.close();
        });
  }

  /**
   * As the other one, for callers with threads of their own.
   *
   * @param callers where futures complete; must take tasks until the database is closed
   */
  public static Database connect(ClusterFile cluster, DatabaseOptions options, ClientHost callers) {
    return connect(
        new DatabaseAddress(cluster.coordinators(), cluster.databaseId().toString()),
        options,
        callers);
  }

  private static Database connect(
      DatabaseAddress address, DatabaseOptions options, ClientHost callers) {
    AtomicReference<ClientRoleHosts> clients = new AtomicReference<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    ProcessHost host;
    try {
      host =
          ProcessHost.builder()
              .name("client")
              .hasPeers()
              .onFailure(
                  cause -> {
                    failure.set(cause);
                    clients.get().onLoopDied();
                  })
              .open();
    } catch (IOException e) {
      throw new AshlarException(ErrorCode.IO_ERROR, "cannot start a client: " + e, e);
    }
    clients.set(new ClientRoleHosts(host));
    Database client =
        Client.connect(
            clients.get(),
            CLIENT_ENDPOINT,
            host,
            callers,
            address,
            options,
            DirectReads.NONE,
            failure::get);
    return new OpenDatabase(
        client,
        () -> {
          client.close();
          host.close();
        });
  }
}
