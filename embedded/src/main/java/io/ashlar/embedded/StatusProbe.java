package io.ashlar.embedded;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.LogSet;
import io.ashlar.message.Message;
import io.ashlar.message.RoleStatus;
import io.ashlar.runtime.ProcessHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Asks the log servers of a cluster how they are, from a process of its own or another. */
public final class StatusProbe implements AutoCloseable {
  private static final long ENDPOINT = 17;
  private static final long TIMEOUT_NANOS = 3_000_000_000L;

  private final ProcessHost host;
  private final boolean ownsHost;
  private final Address controller;
  private final CompletableFuture<Host> ports = new CompletableFuture<>();

  private StatusProbe(ProcessHost host, boolean ownsHost, Address controller) {
    this.host = host;
    this.ownsHost = ownsHost;
    this.controller = controller;
    host.execute(
        () -> {
          Host made = host.host("status-probe", ENDPOINT, "status-probe");
          host.start(ENDPOINT, new Asking());
          ports.complete(made);
        });
  }

  /** On a node's own loop; close it before the node. */
  static StatusProbe on(ProcessHost host, Address controller) {
    return new StatusProbe(host, false, controller);
  }

  /** Over the network. */
  public static StatusProbe connect(ClusterFile cluster) {
    try {
      ProcessHost own = ProcessHost.builder().name("status-probe").hasPeers().open();
      return new StatusProbe(own, true, cluster.controller());
    } catch (IOException e) {
      throw new AshlarException(ErrorCode.IO_ERROR, "cannot start a client: " + e, e);
    }
  }

  /** The status of every log server of the present generation; fails when one does not answer. */
  public CompletableFuture<List<RoleStatus>> logServers() {
    CompletableFuture<List<RoleStatus>> result = new CompletableFuture<>();
    ports.thenAccept(from -> host.execute(() -> askView(from, result)));
    return result;
  }

  private void askView(Host from, CompletableFuture<List<RoleStatus>> result) {
    from.network()
        .request(
            controller,
            new GetClusterView(0, 0),
            ClusterView.class,
            TIMEOUT_NANOS,
            new Answer<>(result, view -> askLogServers(from, view, result)));
  }

  private static void askLogServers(
      Host from, ClusterView view, CompletableFuture<List<RoleStatus>> result) {
    LogSet present = view.generations().get(view.generations().size() - 1);
    List<RoleStatus> found = new ArrayList<>();
    for (Address each : present.addresses()) {
      from.network()
          .request(
              each,
              new GetRoleStatus(),
              RoleStatus.class,
              TIMEOUT_NANOS,
              new Answer<>(
                  result,
                  status -> {
                    found.add(status);
                    if (found.size() == present.addresses().size()) {
                      result.complete(List.copyOf(found));
                    }
                  }));
    }
  }

  @Override
  public void close() {
    if (ownsHost) {
      host.close();
    } else {
      host.execute(() -> host.stop(ENDPOINT));
    }
  }

  /** Goes on with a reply, or fails the whole question. */
  private record Answer<R extends Message>(
      CompletableFuture<List<RoleStatus>> result, Consumer<R> next) implements ReplyHandler<R> {
    @Override
    public void onReply(R reply) {
      next.accept(reply);
    }

    @Override
    public void onFailure(Failure failure) {
      result.completeExceptionally(new AshlarException(failure.code(), failure.detail()));
    }
  }

  /** Only asks. */
  private static final class Asking implements Role {
    @Override
    public void start() {}

    @Override
    public void onMessage(Inbound inbound) {}

    @Override
    public void onBatchEnd() {}

    @Override
    public void stop() {}
  }
}
