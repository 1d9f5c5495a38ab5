package io.ashlar.simulation;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.GetStorageState;
import io.ashlar.message.Message;
import io.ashlar.message.StorageAddress;
import io.ashlar.message.StorageState;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Asks a cluster's roles, as an operator would, until what was committed has come to rest: one
 * generation of logs, nothing in it that is not popped, everything durable where it belongs.
 */
final class ClusterProbe implements Role {
  static final long ENDPOINT = 200;
  static final String PROCESS = "10.0.2.1:0";
  private static final long INTERVAL_NANOS = 200_000_000;
  private static final long TIMEOUT_NANOS = 1_000_000_000;

  private final Host host;
  private final Address controller;
  private final long target;
  private final Map<Address, StorageState> storages = new TreeMap<>();
  private ClusterView view;

  /**
   * @param target the last version that somebody wrote
   */
  ClusterProbe(Host host, Address controller, long target) {
    this.host = host;
    this.controller = controller;
    this.target = target;
  }

  @Override
  public void start() {
    ask(
        controller,
        new GetClusterView(0, 0),
        ClusterView.class,
        newer -> {
          view = newer;
          askRoles();
        });
    host.timers().schedule(INTERVAL_NANOS, this::start);
  }

  private void askRoles() {
    for (StorageAddress storage : view.storages()) {
      if (!storage.address().equals(Address.NONE)) {
        ask(
            storage.address(),
            new GetStorageState(),
            StorageState.class,
            state -> storages.put(storage.address(), state));
      }
    }
  }

  private <R extends Message> void ask(
      Address to, Message question, Class<R> reply, Consumer<R> onAnswer) {
    host.network()
        .request(
            to,
            question,
            reply,
            TIMEOUT_NANOS,
            new ReplyHandler<R>() {
              @Override
              public void onReply(R answer) {
                onAnswer.accept(answer);
              }

              @Override
              public void onFailure(Failure failure) {
                // It is asked again.
              }
            });
  }

  /** The newest view, or null. */
  ClusterView view() {
    return view;
  }

  /** What has not come to rest yet, or null. */
  String unrest() {
    if (view == null) {
      return "there is no view";
    }
    if (view.generations().size() != 1) {
      return view.generations().size() + " generations of logs are not drained";
    }
    for (StorageAddress storage : view.storages()) {
      StorageState state = storages.get(storage.address());
      if (state == null) {
        return "the storage server of tag " + storage.tag() + " does not answer";
      }
      if (state.storedVersion() < target) {
        return state + " has not stored " + target;
      }
    }
    return null;
  }

  @Override
  public void onMessage(Inbound inbound) {}

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {}
}
