package io.ashlar.simulation;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.GetLogState;
import io.ashlar.message.GetStorageState;
import io.ashlar.message.LogSet;
import io.ashlar.message.LogState;
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
  private final Map<Address, LogState> logs = new TreeMap<>();
  private final Map<Address, StorageState> storages = new TreeMap<>();
  private ClusterView view;
  private long target = -1;

  ClusterProbe(Host host, Address controller) {
    this.host = host;
    this.controller = controller;
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
    for (LogSet set : view.generations()) {
      for (Address log : set.addresses()) {
        if (!log.equals(Address.NONE)) {
          ask(log, new GetLogState(), LogState.class, state -> logs.put(log, state));
        }
      }
    }
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

  /** What has not come to rest yet, or null. */
  String unrest() {
    if (view == null) {
      return "there is no view";
    }
    if (view.generations().size() != 1) {
      return view.generations().size() + " generations of logs are not drained";
    }
    if (target < 0) {
      return askForTarget();
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

  /** What is known committed when the question is first put must come to rest. */
  private String askForTarget() {
    long known = -1;
    for (Address log : view.generations().get(0).addresses()) {
      LogState state = logs.get(log);
      if (state == null) {
        return "the log server at " + log + " does not answer";
      }
      known = Math.max(known, state.knownCommittedVersion());
    }
    target = known;
    return "version " + target + " is not stored everywhere";
  }

  @Override
  public void onMessage(Inbound inbound) {}

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {}
}
