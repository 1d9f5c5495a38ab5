package io.ashlar.client;

import io.ashlar.host.Host;
import io.ashlar.host.Loop;
import io.ashlar.host.RoleHosts;
import io.ashlar.message.CoordinatorSet;
import java.util.function.Supplier;

/**
 * Connects to a database.
 *
 * <p>Not for programs: how {@code embedded} and the simulator put a client together. Use {@code
 * io.ashlar.Ashlar}.
 */
public final class Client {
  private Client() {}

  /**
   * A database whose network half is a role on {@code loop}. Returns at once; calls wait until the
   * cluster is there (give transactions a timeout to bound that).
   *
   * @param hosts makes and starts the role
   * @param endpoint of the role, free in its process
   * @param loop the loop of {@code hosts}
   * @param host the process as its callers' threads see it
   * @param coordinators whom to ask who leads the cluster
   */
  public static Database connect(
      RoleHosts hosts,
      long endpoint,
      Loop loop,
      ClientHost host,
      CoordinatorSet coordinators,
      DatabaseOptions options) {
    return connect(
        hosts,
        endpoint,
        loop,
        host,
        new DatabaseAddress(coordinators, null),
        options,
        DirectReads.NONE,
        () -> null);
  }

  /**
   * As the other one, for a client in the process of the storage servers, or of a database that is
   * known.
   *
   * @param address where it is; calls fail with CONNECTION_STRING_INVALID when another database
   *     answers there
   * @param directReads what point reads are tried at first, on the executor of {@code host}
   * @param failure why the loop has stopped by itself, or null; asked when it has stopped
   */
  public static Database connect(
      RoleHosts hosts,
      long endpoint,
      Loop loop,
      ClientHost host,
      DatabaseAddress address,
      DatabaseOptions options,
      DirectReads directReads,
      Supplier<Throwable> failure) {
    Mailbox mailbox = new Mailbox(loop, failure);
    KnownCommitted known = new KnownCommitted(host::nowNanos);
    loop.execute(
        () -> {
          Host ports = hosts.host("client", endpoint, "client");
          hosts.start(
              endpoint, new ClientRole(ports, mailbox, host.callbacks(), address, options, known));
        });
    return new ClientDatabase(hosts, endpoint, loop, host, options, mailbox, directReads, known);
  }
}
