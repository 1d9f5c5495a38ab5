package io.ashlar.simulation;

import io.ashlar.core.TagPlacement;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.leader.FollowOptions;
import io.ashlar.leader.ViewFollower;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.GetLogState;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.GetStorageState;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.LogSet;
import io.ashlar.message.LogState;
import io.ashlar.message.PeekLog;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import io.ashlar.message.StorageAddress;
import io.ashlar.message.StorageState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks a cluster's roles, as an operator would, until what was committed has come to rest: one
 * generation of logs, nothing in it that is not popped, no shard that moves, everything stored
 * where it belongs, and nothing that waits anywhere.
 */
final class ClusterProbe implements Role {
  static final long ENDPOINT = 200;
  static final String PROCESS = "10.0.2.1:0";
  private static final long INTERVAL_NANOS = 200_000_000;

  private static final String IDS_EXPIRED = "ids-expired-at-version";

  /** What must be 0 in the status of a role, whichever it is. */
  private static final List<String> QUEUES =
      List.of(
          "queued",
          "queued-bytes",
          "batches-in-flight",
          "retained-bytes",
          "under-way",
          "parked-batches",
          "ids-to-expire",
          "waiting-requests",
          "pushes-parked",
          "pushes-unacknowledged",
          "ranges-to-move",
          "ranges-moving",
          "reads-waiting",
          "reads-in-flight");

  /** A tag on one of the log servers that hold it. */
  private record Popped(Address log, int tag) implements Comparable<Popped> {
    @Override
    public int compareTo(Popped other) {
      int byLog = log.compareTo(other.log);
      return byLog != 0 ? byLog : Integer.compare(tag, other.tag);
    }
  }

  private final Host host;
  private final Questions questions;
  private final CoordinatorSet coordinators;
  private final ViewFollower follower;
  private final Supplier<List<Address>> unlisted;
  private final Function<ClusterView, String> missing;
  private final long lastWritten;
  private final Map<Address, StorageState> storages = new TreeMap<>();
  private final Map<Address, LogState> logs = new TreeMap<>();

  /** Through which version a tag is popped from a log server. */
  private final Map<Popped, Long> popped = new TreeMap<>();

  private final Map<Address, RoleStatus> statuses = new TreeMap<>();
  private ClusterView view;

  /**
   * @param unlisted where roles are that the view does not tell
   * @param missing which storage servers a view has not yet or has still, or null
   * @param lastWritten the last version that a client wrote
   */
  ClusterProbe(
      Host host,
      CoordinatorSet coordinators,
      Supplier<List<Address>> unlisted,
      Function<ClusterView, String> missing,
      long lastWritten) {
    this.host = host;
    this.questions = new Questions(host.network());
    this.coordinators = coordinators;
    this.follower = new ViewFollower(host, FollowOptions.defaults(), new Told());
    this.unlisted = unlisted;
    this.missing = missing;
    this.lastWritten = lastWritten;
  }

  @Override
  public void start() {
    follower.follow(coordinators);
    askAgain();
  }

  private void askAgain() {
    if (view != null) {
      askRoles();
    }
    host.timers().schedule(INTERVAL_NANOS, this::askAgain);
  }

  /** What the controller tells. */
  private final class Told extends AcceptedViews {
    @Override
    public void onAccepted(ClusterView before, ClusterView now) {
      view = now;
    }
  }

  private void askRoles() {
    for (StorageAddress storage : view.storages()) {
      if (!storage.address().equals(Address.NONE)) {
        questions.ask(
            storage.address(),
            new GetStorageState(),
            StorageState.class,
            state -> storages.put(storage.address(), state));
      }
    }
    for (Address log : currentLogs()) {
      questions.ask(log, new GetLogState(), LogState.class, state -> logs.put(log, state));
    }
    for (Popped one : needed()) {
      questions.ask(
          one.log,
          new PeekLog(one.tag, target() + 1, 1, 0),
          LogPeeked.class,
          reply -> popped.merge(one, reply.poppedThrough(), Math::max));
    }
    for (Address role : roles()) {
      questions.ask(
          role, new GetRoleStatus(), RoleStatus.class, status -> statuses.put(role, status));
    }
  }

  /**
   * What everyone must have: what clients wrote, the last recovery and moves after them, and the
   * last time that idempotency ids were cleared.
   */
  private long target() {
    long target = Math.max(lastWritten, current().generation().recoveryTransactionVersion());
    target = Math.max(target, told(follower.controller(), "moves-version"));
    for (Address proxy : view.commitProxies()) {
      target = Math.max(target, told(proxy, IDS_EXPIRED));
    }
    return target;
  }

  /** A version in the status of a role; 0 when it does not tell. */
  private long told(Address role, String name) {
    RoleStatus status = statuses.get(role);
    if (status != null) {
      for (StatusField field : status.fields()) {
        if (field.name().equals(name)) {
          return Long.parseLong(field.value());
        }
      }
    }
    return 0;
  }

  private LogSet current() {
    return view.generations().get(view.generations().size() - 1);
  }

  private List<Address> currentLogs() {
    return current().addresses();
  }

  /** Each storage server's tag on each log server of the epoch that holds it. */
  private List<Popped> needed() {
    TagPlacement placement = new TagPlacement(current().generation());
    List<Popped> needed = new ArrayList<>();
    for (StorageAddress storage : view.storages()) {
      for (int member : placement.membersFor(storage.tag())) {
        needed.add(new Popped(currentLogs().get(member), storage.tag()));
      }
    }
    return needed;
  }

  /** Every role of the epoch, and every storage server that is there. */
  private List<Address> roles() {
    List<Address> roles = new ArrayList<>(unlisted.get());
    roles.add(follower.controller());
    roles.addAll(view.readVersionProxies());
    roles.addAll(view.commitProxies());
    roles.addAll(currentLogs());
    for (StorageAddress storage : view.storages()) {
      roles.add(storage.address());
    }
    roles.removeIf(Address.NONE::equals);
    return roles;
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
    String unlike = missing.apply(view);
    if (unlike != null) {
      return unlike;
    }
    for (StorageAddress storage : view.storages()) {
      StorageState state = storages.get(storage.address());
      if (state == null) {
        return "the storage server of tag " + storage.tag() + " does not answer";
      }
      if (state.storedVersion() < target()) {
        return state + " has not stored " + target();
      }
    }
    for (Address log : currentLogs()) {
      LogState state = logs.get(log);
      if (state == null) {
        return "the log server at " + log + " does not answer";
      }
      if (state.locked() || state.epoch() != view.epoch()) {
        return state + " is not of epoch " + view.epoch();
      }
    }
    for (Popped one : needed()) {
      if (popped.getOrDefault(one, -1L) < target()) {
        return one + " is popped through " + popped.get(one) + " and not through " + target();
      }
    }
    return whatWaits();
  }

  private String whatWaits() {
    for (Address role : roles()) {
      RoleStatus status = statuses.get(role);
      if (status == null) {
        return "the role at " + role + " does not answer";
      }
      for (StatusField field : status.fields()) {
        if (QUEUES.contains(field.name()) && !field.value().equals("0")) {
          return "the " + status.role() + " at " + role + " has " + field;
        }
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
