package io.ashlar.embedded;

import io.ashlar.client.Client;
import io.ashlar.client.ClientHost;
import io.ashlar.client.Database;
import io.ashlar.client.DatabaseAddress;
import io.ashlar.client.DatabaseOptions;
import io.ashlar.client.DirectReads;
import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.runtime.ProcessHost;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

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

  /** A loop that only connects to others, and a client on it. */
  public static Database connect(ClusterFile cluster, DatabaseOptions options) {
    Callbacks callbacks = new Callbacks("client");
    Database client = connect(cluster, options, callbacks);
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
            new DatabaseAddress(cluster.coordinators(), cluster.databaseId().toString()),
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
