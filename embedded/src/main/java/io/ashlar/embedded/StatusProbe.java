package io.ashlar.embedded;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.leader.FollowOptions;
import io.ashlar.leader.ViewFollower;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
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

/** Asks the roles of a cluster how they are, from a process of its own or another. */
public final class StatusProbe implements AutoCloseable {
  private static final long ENDPOINT = 17;
  private static final long TIMEOUT_NANOS = 3_000_000_000L;

  private final ProcessHost host;
  private final boolean ownsHost;
  private final Uid databaseId;
  private final CoordinatorSet coordinators;
  private final CompletableFuture<Host> ports = new CompletableFuture<>();

  private StatusProbe(
      ProcessHost host, boolean ownsHost, Uid databaseId, CoordinatorSet coordinators) {
    this.host = host;
    this.ownsHost = ownsHost;
    this.databaseId = databaseId;
    this.coordinators = coordinators;
    host.execute(
        () -> {
          Host made = host.host("status-probe", ENDPOINT, "status-probe");
          host.start(ENDPOINT, new Asking());
          ports.complete(made);
        });
  }

  /** On a node's own loop; close it before the node. */
  static StatusProbe on(ProcessHost host, Uid databaseId, CoordinatorSet coordinators) {
    return new StatusProbe(host, false, databaseId, coordinators);
  }

  /** Over the network. */
  public static StatusProbe connect(ClusterFile cluster) {
    try {
      ProcessHost own = ProcessHost.builder().name("status-probe").hasPeers().open();
      return new StatusProbe(own, true, cluster.databaseId(), cluster.coordinators());
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

  /**
   * What can be known of the cluster now, within some seconds; never fails while the probe is open.
   *
   * @param processes {@code host:port} of processes that are to be asked though nobody may know
   *     them
   */
  public CompletableFuture<ClusterStatus> cluster(List<String> processes) {
    CompletableFuture<ClusterStatus> result = new CompletableFuture<>();
    ports.thenAccept(
        from ->
            host.execute(
                () ->
                    new ClusterInspection(from, databaseId, coordinators, processes, result)
                        .begin()));
    return result;
  }

  /** Completes after a while, on the probe's loop. */
  public CompletableFuture<Void> after(long nanos) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    ports.thenAccept(
        from -> host.execute(() -> from.timers().schedule(nanos, () -> over.complete(null))));
    return over;
  }

  private void askView(Host from, CompletableFuture<List<RoleStatus>> result) {
    ViewOnce listener = new ViewOnce(from, databaseId, result);
    listener.follower = new ViewFollower(from, FollowOptions.defaults(), listener);
    listener.follower.follow(coordinators);
    from.timers().schedule(TIMEOUT_NANOS, listener::giveUp);
  }

  /** Goes on with the first view, or fails the whole question. */
  private static final class ViewOnce implements ViewFollower.Listener {
    private final Host from;
    private final Uid databaseId;
    private final CompletableFuture<List<RoleStatus>> result;
    private ViewFollower follower;
    private String lastFailure = "no coordinator answers";

    ViewOnce(Host from, Uid databaseId, CompletableFuture<List<RoleStatus>> result) {
      this.from = from;
      this.databaseId = databaseId;
      this.result = result;
    }

    void giveUp() {
      if (follower.view() == null) {
        follower.stop();
        result.completeExceptionally(new AshlarException(ErrorCode.TIMED_OUT, lastFailure));
      }
    }

    @Override
    public boolean accept(ClusterView told) {
      boolean isOurs = told.databaseId().equals(databaseId);
      if (!isOurs) {
        lastFailure = "database " + told.databaseId() + " answers, and not " + databaseId;
      }
      return isOurs;
    }

    @Override
    public void onAccepted(ClusterView before, ClusterView now) {
      follower.stop();
      askLogServers(from, now, result);
    }

    @Override
    public void onLeader(Candidate leader) {}

    @Override
    public void onNoView(Failure failure) {
      lastFailure = failure.detail();
    }

    @Override
    public void onMoved(CoordinatorSet next) {}
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
