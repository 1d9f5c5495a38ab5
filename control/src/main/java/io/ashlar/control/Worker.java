package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogMember;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.host.RoleHosts;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Pong;
import io.ashlar.message.Recruit;
import io.ashlar.message.RecruitCommitProxy;
import io.ashlar.message.RecruitLog;
import io.ashlar.message.RecruitReadVersionProxy;
import io.ashlar.message.RecruitResolver;
import io.ashlar.message.RecruitSequencer;
import io.ashlar.message.RecruitStorage;
import io.ashlar.message.RegisterWorker;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Hosts the roles of a process: starts those on its disk again, starts those recovery recruits,
 * stops those of epochs that are over, and hands the view to its storage servers.
 *
 * <p>It says whether a recruitment is for it, and for an epoch that is not over. What becomes of
 * roles with a disk is for {@link HostedLogServers} and {@link HostedStorageServers} to say; those
 * without one live for one epoch, here.
 */
public final class Worker implements Role {
  private final Host host;
  private final RoleHosts hosts;
  private final RoleFactory factory;
  private final WorkerOptions options;
  private final Consumer<CoordinatorSet> onMoved;
  private final WorkerFiles files;
  private final ControllerLink link;
  private final HostedLogServers logs;
  private final HostedStorageServers storages;
  private final RecruitReplies replies;

  /** Endpoints of roles without a disk, and their epochs. */
  private final TreeMap<Long, Long> stateless = new TreeMap<>();

  private final List<Inbound> early = new ArrayList<>();

  /** Whether there was a view in this life. */
  private boolean hasView;

  private long epoch;
  private boolean closing;

  /** Whether its manifest is durable and the roles in it are started. */
  private boolean started;

  /**
   * @param hosts makes the hosts of its roles
   * @param membership to which database its roles belong, and who know the controller, where it
   *     registers
   * @param onMoved hears who the coordinators are instead; so that a later life begins there, this
   *     is to be in what that one is told
   */
  public Worker(
      Host host,
      RoleHosts hosts,
      RoleFactory factory,
      Membership membership,
      WorkerOptions options,
      Consumer<CoordinatorSet> onMoved) {
    this.host = host;
    this.hosts = hosts;
    this.factory = factory;
    this.options = options;
    this.onMoved = onMoved;
    this.files = new WorkerFiles(host, membership);
    this.link = new ControllerLink(host, options, membership.coordinators(), new Told());
    this.logs = new HostedLogServers(host, hosts, factory, files, link::register);
    this.storages = new HostedStorageServers(host, hosts, factory, files, link::register);
    this.replies = new RecruitReplies(host.network());
  }

  @Override
  public void start() {
    files.open(this::onManifestReady);
  }

  private void onManifestReady() {
    started = true;
    WorkerManifest manifest = files.manifest();
    // What was recruited for an earlier epoch is not started any more.
    epoch = manifest.viewEpoch;
    host.trace().event("WorkerStarted", "workerId", manifest.workerId);
    logs.startAgain();
    storages.startAgain();
    link.start();
    for (Inbound inbound : early) {
      onMessage(inbound);
    }
    early.clear();
  }

  // Registration and the view

  private RegisterWorker registration() {
    return new RegisterWorker(
        files.manifest().workerId,
        files.manifest().databaseId,
        host.network().self().process(),
        options.place().zone(),
        logs.ready(),
        storages.ready(),
        options.place().machine(),
        options.place().workerClass(),
        files.manifest().viewEpoch);
  }

  /** What the controller tells. */
  private final class Told implements ControllerLink.Listener {
    @Override
    public RegisterWorker registration() {
      return Worker.this.registration();
    }

    @Override
    public boolean isCredible(ClusterView told) {
      if (!isOfThisDatabase(told)) {
        return false;
      }
      if (told.epoch() < files.manifest().viewEpoch) {
        host.probes().hit("worker.view-of-an-epoch-that-is-over");
        return false;
      }
      return true;
    }

    @Override
    public void onStuck(ClusterView told) {
      throw isOfThisDatabase(told)
          ? files.manifest().olderState("the controller is at epoch " + told.epoch())
          : otherDatabase(told.databaseId());
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      onMoved.accept(next);
    }

    @Override
    public void onView(ClusterView newer) {
      Worker.this.onView(newer);
    }
  }

  private void onView(ClusterView newer) {
    if (newer.epoch() > files.manifest().viewEpoch) {
      files.manifest().viewEpoch = newer.epoch();
      files.writeManifest(() -> {});
    }
    if (!hasView) {
      hasView = true;
      // Not before: an opening that fails before there is a view is to change nothing.
      logs.forgetDropped();
      storages.forgetDropped();
    }
    epochIs(newer.epoch());
    storages.tell(newer);
    logs.dropDrained(newer);
    if (!closing) {
      storages.dropUnlisted();
    }
  }

  private boolean isOfThisDatabase(ClusterView told) {
    return told.databaseId().equals(files.manifest().databaseId);
  }

  private AshlarException otherDatabase(Uid found) {
    return new AshlarException(
        ErrorCode.FILE_CORRUPT,
        "the roles here belong to database "
            + files.manifest().databaseId
            + ", and the controller has database "
            + found
            + ": the coordinators' files register-* were exchanged; restore them from copies");
  }

  /** Roles without a disk live for one epoch. */
  private void epochIs(long newer) {
    if (newer <= epoch) {
      return;
    }
    epoch = newer;
    Iterator<Map.Entry<Long, Long>> roles = stateless.entrySet().iterator();
    while (roles.hasNext()) {
      Map.Entry<Long, Long> role = roles.next();
      if (role.getValue() < newer) {
        host.probes().hit("worker.role-of-old-epoch-stopped");
        hosts.stop(role.getKey());
        roles.remove();
      }
    }
  }

  // Recruitment

  @Override
  public void onMessage(Inbound inbound) {
    if (!started) {
      host.probes().hit("worker.message-before-the-manifest");
      early.add(inbound);
      return;
    }
    if (inbound.message() instanceof Recruit recruit && isOfAnotherDatabase(inbound, recruit)) {
      return;
    }
    switch (inbound.message().kind()) {
      case RECRUIT_SEQUENCER -> {
        RecruitSequencer recruit = (RecruitSequencer) inbound.message();
        if (host.faults().at("worker.refuse")) {
          // The attempt ends, and another begins. One role of each: with all of them at risk an
          // attempt would hardly ever succeed.
          replies.refuse(inbound, "not now");
          return;
        }
        recruitStateless(
            inbound,
            recruit.epoch(),
            recruit.roleId(),
            "sequencer",
            roleHost -> factory.sequencer(roleHost, recruit));
      }
      case RECRUIT_READ_VERSION_PROXY -> {
        RecruitReadVersionProxy recruit = (RecruitReadVersionProxy) inbound.message();
        recruitStateless(
            inbound,
            recruit.epoch(),
            recruit.roleId(),
            "read-version-proxy",
            roleHost -> factory.readVersionProxy(roleHost, recruit));
      }
      case RECRUIT_COMMIT_PROXY -> {
        RecruitCommitProxy recruit = (RecruitCommitProxy) inbound.message();
        recruitStateless(
            inbound,
            recruit.epoch(),
            recruit.roleId(),
            "commit-proxy",
            roleHost -> factory.commitProxy(roleHost, recruit));
      }
      case RECRUIT_RESOLVER -> {
        RecruitResolver recruit = (RecruitResolver) inbound.message();
        recruitStateless(
            inbound,
            recruit.epoch(),
            recruit.roleId(),
            "resolver",
            roleHost -> factory.resolver(roleHost, recruit));
      }
      case RECRUIT_LOG -> recruitLog(inbound, (RecruitLog) inbound.message());
      case RECRUIT_STORAGE -> recruitStorage(inbound, (RecruitStorage) inbound.message());
      case PING -> host.network().reply(inbound, new Pong());
      case GET_ROLE_STATUS -> host.network().reply(inbound, status());
      default -> {
        host.probes().hit("worker.foreign-message");
        replies.refuse(
            inbound,
            ErrorCode.MALFORMED_REQUEST,
            "a worker does not answer " + inbound.message().kind());
      }
    }
  }

  /** Another worker may have been at this address when the role was planned. */
  private boolean isOfAnotherDatabase(Inbound inbound, Recruit recruit) {
    if (recruit.databaseId().equals(files.manifest().databaseId)) {
      return false;
    }
    host.probes().hit("worker.recruit-for-another-database");
    replies.refuse(
        inbound,
        "this is a worker of database "
            + files.manifest().databaseId
            + ", not "
            + recruit.databaseId());
    return true;
  }

  /** Makes a role of a host. */
  private interface Maker {
    Role make(Host roleHost);
  }

  private boolean refuseOldEpoch(Inbound inbound, long recruitedFor) {
    if (closing || recruitedFor < epoch) {
      host.probes().hit(closing ? "worker.recruited-when-closing" : "worker.recruit-of-old-epoch");
      replies.refuse(inbound, "epoch " + recruitedFor + " is over, " + epoch + " is known");
      return true;
    }
    epochIs(recruitedFor);
    return false;
  }

  private void recruitStateless(
      Inbound inbound, long recruitedFor, Uid roleId, String name, Maker maker) {
    if (refuseOldEpoch(inbound, recruitedFor)) {
      return;
    }
    long endpoint = roleId.low();
    if (stateless.containsKey(endpoint)) {
      host.probes().hit("worker.role-recruited-before");
    } else {
      stateless.put(endpoint, recruitedFor);
      hosts.start(endpoint, maker.make(hosts.host(name, endpoint, name)));
    }
    replies.recruited(inbound, roleId);
  }

  private void recruitLog(Inbound inbound, RecruitLog recruit) {
    if (!isMemberInZone(recruit)) {
      host.probes().hit("worker.recruit-for-another");
      replies.refuse(
          inbound, "the log server is to be in another zone than " + options.place().zone());
      return;
    }
    if (refuseOldEpoch(inbound, recruit.epoch())) {
      return;
    }
    logs.recruit(inbound, recruit);
  }

  /**
   * Whether the generation has its member where this worker is. Another worker may have been at
   * this address when it was planned, and the copies of a tag must be in as many zones as was said.
   */
  private boolean isMemberInZone(RecruitLog recruit) {
    for (LogMember member : recruit.generation().members()) {
      if (member.logId().equals(recruit.logId()) && !member.zone().equals(options.place().zone())) {
        return false;
      }
    }
    return true;
  }

  private void recruitStorage(Inbound inbound, RecruitStorage recruit) {
    if (closing) {
      replies.refuse(inbound, "the worker is closing");
      return;
    }
    if (!recruit.workerId().equals(files.manifest().workerId)) {
      host.probes().hit("worker.recruit-for-another");
      replies.refuse(
          inbound, "this is worker " + files.manifest().workerId + ", not " + recruit.workerId());
      return;
    }
    storages.recruit(inbound, recruit);
  }

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {
    closing = true;
    link.stop();
  }

  /** Whether it takes no more roles: it is being closed, or was stopped. */
  public boolean isClosing() {
    return closing;
  }

  /**
   * Closes in peace: no more recruits, and every storage server stores and flushes what it may.
   * Called at most once.
   *
   * @param onClosed runs when nothing is left to wait for; the host may be closed then
   */
  public void close(Runnable onClosed) {
    closing = true;
    link.stop();
    storages.close(onClosed);
  }

  private RoleStatus status() {
    List<StatusField> fields = new ArrayList<>();
    fields.add(new StatusField("epoch", Long.toString(epoch)));
    fields.add(new StatusField("log-servers", Integer.toString(logs.count())));
    fields.add(new StatusField("storage-servers", Integer.toString(storages.count())));
    fields.add(new StatusField("other-roles", Integer.toString(stateless.size())));
    return new RoleStatus("worker", fields);
  }
}
