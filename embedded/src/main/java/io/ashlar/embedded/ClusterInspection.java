package io.ashlar.embedded;

import io.ashlar.core.Keys;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.leader.FollowOptions;
import io.ashlar.leader.LeaderFollower;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Endpoints;
import io.ashlar.message.GetClusterView;
import io.ashlar.message.GetKeyLocations;
import io.ashlar.message.GetReadVersion;
import io.ashlar.message.GetRoleStatus;
import io.ashlar.message.KeyLocations;
import io.ashlar.message.Message;
import io.ashlar.message.ReadVersion;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.ShardLocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * One look at a cluster, on a loop: asks the coordinators, whoever leads, then every process and
 * role that anybody has named, and tells what came back. It never fails; what is not there is not
 * there.
 */
public final class ClusterInspection {
  /** How long somebody may take to answer; a view that is not there yet takes a second. */
  private static final long ANSWER_NANOS = 2_000_000_000L;

  /** How long it waits for a controller that answers. */
  private static final long LEADER_NANOS = 4_000_000_000L;

  /** More are not looked at. */
  private static final int SHARDS_MAX = 10_000;

  private final Host host;
  private final Uid databaseId;
  private final TreeSet<String> processes;
  private final CompletableFuture<ClusterStatus> result;
  private final LeaderFollower follower;
  private final Timers.Timer patience;
  private CoordinatorSet coordinators;

  private final Map<Address, ClusterStatus.Answer> answers = new TreeMap<>();
  private final TreeSet<Address> asked = new TreeSet<>();
  private int open;
  private boolean hasController;
  private boolean isOver;
  private ClusterStatus.Answer controller =
      new ClusterStatus.Answer(Address.NONE, null, "no majority of the coordinators names one");
  private ClusterView view;
  private String noView = "there is no controller";
  private long readVersionNanos = -1;
  private List<ShardLocation> shards = List.of();

  /**
   * Called on the loop.
   *
   * @param host of a role that has been started there
   * @param databaseId which one it must be: what others tell is passed over
   * @param processes who are asked besides those that are named by somebody
   */
  public ClusterInspection(
      Host host,
      Uid databaseId,
      CoordinatorSet coordinators,
      List<String> processes,
      CompletableFuture<ClusterStatus> result) {
    this.host = host;
    this.databaseId = databaseId;
    this.coordinators = coordinators;
    this.processes = new TreeSet<>(processes);
    this.result = result;
    this.follower = new LeaderFollower(host, FollowOptions.defaults(), new Led());
    this.patience = host.timers().schedule(LEADER_NANOS, this::goOnWithoutController);
  }

  /** Asks; called once. */
  public void begin() {
    askCoordinators();
    follower.follow(coordinators);
  }

  private void askCoordinators() {
    for (Address each : coordinators.coordinators()) {
      processes.add(each.process());
      ask(each);
    }
    processes.forEach(this::askProcess);
  }

  private void askProcess(String process) {
    ask(new Address(process, Endpoints.WORKER));
    ask(new Address(process, Endpoints.PROCESS));
  }

  private void ask(Address whom) {
    if (asked.add(whom)) {
      request(
          whom,
          new GetRoleStatus(),
          RoleStatus.class,
          (status, failure) ->
              answers.put(
                  whom,
                  new ClusterStatus.Answer(whom, status, failure == null ? "" : inWords(failure))));
    }
  }

  private <R extends Message> void request(
      Address to, Message message, Class<R> reply, BiConsumer<R, Failure> onEnd) {
    open++;
    host.network()
        .request(
            to,
            message,
            reply,
            ANSWER_NANOS,
            new Once<>(
                (answer, failure) -> {
                  open--;
                  onEnd.accept(answer, failure);
                  finishWhenAllIsKnown();
                }));
  }

  private static String inWords(Failure failure) {
    return switch (failure.kind()) {
      case TIMED_OUT -> "no answer in time";
      case DISCONNECTED ->
          failure.detail().contains("Connection refused")
              ? "nobody listens there"
              : "cannot be reached" + (failure.detail().isEmpty() ? "" : ": " + failure.detail());
      case REFUSED -> failure.detail().isEmpty() ? failure.code().label() : failure.detail();
    };
  }

  private void onLeader(Candidate leader) {
    if (hasController || isOver) {
      return;
    }
    Address address = leader.address();
    request(
        address,
        new GetRoleStatus(),
        RoleStatus.class,
        (status, failure) -> onController(address, status, failure));
    request(address, new GetClusterView(0, 0), ClusterView.class, this::onView);
  }

  private void onController(Address address, RoleStatus status, Failure failure) {
    controller = new ClusterStatus.Answer(address, status, failure == null ? "" : inWords(failure));
    if (status == null) {
      // Another may be named soon.
      return;
    }
    String database = controller.field("database");
    if (!database.isEmpty() && !database.equals(databaseId.toString())) {
      // Where the leader was another's process may be by now.
      controller = new ClusterStatus.Answer(address, null, isOfAnother(database));
      return;
    }
    hasController = true;
    for (String worker : controller.fields("worker")) {
      String process = words(worker, 4)[1];
      processes.add(process);
      askProcess(process);
    }
    for (String role : controller.fields("role")) {
      Address where = roleAddress(words(role, 4)[2]);
      if (!where.equals(Address.NONE)) {
        ask(where);
      }
    }
  }

  private String isOfAnother(Object database) {
    return "is of database " + database + ", and not of " + databaseId;
  }

  private void onView(ClusterView told, Failure failure) {
    if (told != null && !told.databaseId().equals(databaseId)) {
      noView = "the epoch there " + isOfAnother(told.databaseId());
    } else if (told != null) {
      view = told;
      noView = "";
      askForVersion(told.readVersionProxies());
      askForShards(told.commitProxies());
    } else if (view == null) {
      noView = inWords(failure);
    }
  }

  private void askForVersion(List<Address> proxies) {
    long begunNanos = host.clock().nowNanos();
    Address any = proxies.get(host.random().nextInt(proxies.size()));
    request(
        any,
        new GetReadVersion(false),
        ReadVersion.class,
        (version, failure) -> {
          if (version != null) {
            readVersionNanos = host.clock().nowNanos() - begunNanos;
          }
        });
  }

  private void askForShards(List<Address> proxies) {
    request(
        proxies.get(host.random().nextInt(proxies.size())),
        new GetKeyLocations(Keys.ALL, SHARDS_MAX, false),
        KeyLocations.class,
        (locations, failure) -> {
          if (locations != null) {
            shards = locations.shards();
          }
        });
  }

  /** The words of a field: the last one may hold spaces, and is empty when it is not there. */
  private static String[] words(String field, int count) {
    String[] found = field.split(" ", count);
    String[] words = new String[count];
    for (int i = 0; i < count; i++) {
      words[i] = i < found.length ? found[i] : "";
    }
    return words;
  }

  /** What {@link Address#toString} wrote, or NONE. */
  private static Address roleAddress(String text) {
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      return Address.NONE;
    }
    try {
      return new Address(
          text.substring(0, slash), Long.parseUnsignedLong(text.substring(slash + 1), 16));
    } catch (NumberFormatException notOurs) {
      return Address.NONE;
    }
  }

  private void goOnWithoutController() {
    if (!isOver && !hasController) {
      hasController = true;
      finishWhenAllIsKnown();
    }
  }

  private void finishWhenAllIsKnown() {
    if (isOver || open > 0 || !hasController) {
      return;
    }
    isOver = true;
    follower.stop();
    patience.cancel();
    result.complete(
        new ClusterStatus(
            coordinators,
            coordinators.coordinators().stream().map(this::coordinator).toList(),
            controller.address(),
            controller,
            view,
            noView,
            readVersionNanos,
            shards,
            processes(),
            roles()));
  }

  private ClusterStatus.Answer answer(Address whom) {
    return answers.getOrDefault(whom, new ClusterStatus.Answer(whom, null, "was not asked"));
  }

  /**
   * One that does not have the register of the set is none of its coordinators, though it answers.
   */
  private ClusterStatus.Answer coordinator(Address whom) {
    ClusterStatus.Answer told = answer(whom);
    String set = coordinators.id().toString();
    if (!told.isThere() || told.fields("set").contains(set)) {
      return told;
    }
    String failure =
        told.fields("corrupt").stream()
            .filter(each -> each.startsWith(set))
            .map(each -> "its register is lost: " + each.substring(set.length()).strip())
            .findFirst()
            .orElse("has no register of this database");
    return new ClusterStatus.Answer(whom, null, failure);
  }

  private List<ClusterStatus.ProcessAnswer> processes() {
    Map<String, String[]> registered = new LinkedHashMap<>();
    for (String worker : controller.fields("worker")) {
      String[] words = words(worker, 4);
      registered.put(words[1], words);
    }
    List<ClusterStatus.ProcessAnswer> found = new ArrayList<>();
    for (String process : processes) {
      String[] words = registered.get(process);
      found.add(
          new ClusterStatus.ProcessAnswer(
              process,
              words == null ? "" : words[3],
              words == null ? -1 : Long.parseLong(words[2]),
              answer(new Address(process, Endpoints.WORKER)),
              answer(new Address(process, Endpoints.PROCESS))));
    }
    return found;
  }

  private List<ClusterStatus.Role> roles() {
    List<ClusterStatus.Role> roles = new ArrayList<>();
    for (String role : controller.fields("role")) {
      String[] words = words(role, 4);
      Address where = roleAddress(words[2]);
      ClusterStatus.Answer answer =
          where.equals(Address.NONE)
              ? new ClusterStatus.Answer(where, null, "no process has registered it")
              : answer(where);
      roles.add(new ClusterStatus.Role(words[0], words[1], words[3], answer));
    }
    return roles;
  }

  /** Hears who leads. */
  private final class Led implements LeaderFollower.Listener {
    @Override
    public void onLeader(Candidate leader) {
      ClusterInspection.this.onLeader(leader);
    }

    @Override
    public void onUnknown(Failure failure) {
      noView = failure.detail();
      goOnWithoutController();
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      if (!isOver) {
        coordinators = next;
        askCoordinators();
      }
    }
  }

  /** A reply or a failure, as one. */
  private record Once<R extends Message>(BiConsumer<R, Failure> onEnd) implements ReplyHandler<R> {
    @Override
    public void onReply(R reply) {
      onEnd.accept(reply, null);
    }

    @Override
    public void onFailure(Failure failure) {
      onEnd.accept(null, failure);
    }
  }
}
