package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.ClusterView;
import io.ashlar.message.Pong;
import io.ashlar.message.Refused;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The client's half on the loop: takes operations from the mailbox, talks to the cluster, and gives
 * them back when they have ended.
 */
final class ClientRole implements Role {
  private final Host host;
  private final Mailbox mailbox;
  private final Completions completions;
  private final KnownCommitted known;
  private final DatabaseViews views;
  private final VersionRequests versions;
  private final StorageReads reads;
  private final Commits commits;

  /** Sessions with operations under way. */
  private Session firstActive;

  private long operationsEnded;

  /** Why nothing goes on any more, or null. */
  private AshlarException ended;

  ClientRole(
      Host host,
      Mailbox mailbox,
      Executor callbacks,
      DatabaseAddress address,
      DatabaseOptions options,
      KnownCommitted known) {
    this.host = host;
    this.known = known;
    this.mailbox = mailbox;
    this.completions = new Completions(callbacks);
    this.views = new DatabaseViews(host, address, this::onNewView, this::onOtherDatabase);
    long timeoutNanos = options.requestTimeoutMillis() * 1_000_000;
    this.versions = new VersionRequests(this, host, known, timeoutNanos);
    this.reads = new StorageReads(this, host, options);
    this.commits = new Commits(this, host, versions, options);
  }

  Host host() {
    return host;
  }

  /** The newest view, or null. */
  ClusterView view() {
    return views.view();
  }

  StorageReads reads() {
    return reads;
  }

  Commits commits() {
    return commits;
  }

  static AshlarException error(Failure failure) {
    String detail = failure.detail();
    ErrorCode code = failure.code();
    if (detail.isEmpty()) {
      return new AshlarException(code);
    }
    return switch (code) {
      // The server says which version it is; what to do is the same for all of them.
      case TRANSACTION_TOO_OLD, FUTURE_VERSION ->
          new AshlarException(code, code.meaning() + " Why: " + detail);
      default -> new AshlarException(code, detail);
    };
  }

  @Override
  public void start() {
    views.follow();
    mailbox.open(this::accept);
  }

  @Override
  public void onMessage(Inbound inbound) {
    if (!inbound.wantsReply()) {
      return;
    }
    switch (inbound.message().kind()) {
      case PING -> host.network().reply(inbound, new Pong());
      case GET_ROLE_STATUS -> host.network().reply(inbound, status());
      default ->
          host.network()
              .reply(
                  inbound,
                  new Refused(ErrorCode.MALFORMED_REQUEST, "a client does not answer this"));
    }
  }

  private RoleStatus status() {
    ClusterView view = view();
    return new RoleStatus(
        "client",
        List.of(
            new StatusField("epoch", view == null ? "none" : Long.toString(view.epoch())),
            new StatusField("operations-ended", Long.toString(operationsEnded))));
  }

  @Override
  public void onBatchEnd() {
    versions.flush();
    reads.flush();
    completions.flush();
  }

  @Override
  public void stop() {
    AshlarException closed = mailbox.closedError();
    mailbox.close(
        operation -> {
          operation.markEnded(closed);
          completions.add(operation);
        });
    while (firstActive != null) {
      failSession(firstActive, closed);
    }
    completions.flush();
  }

  private void onNewView(ClusterView before, ClusterView now) {
    boolean newEpoch = before == null || before.epoch() != now.epoch();
    host.trace().event("ViewAdopted", "epoch", now.epoch(), "sequence", now.sequence());
    known.onView(now, newEpoch);
    if (before == null) {
      refuseOthers();
    }
    versions.onNewView(newEpoch);
    reads.onNewView(now, newEpoch);
    commits.onNewView(newEpoch);
  }

  /** Now that it is known which database this is: ends what is done in sessions of others. */
  private void refuseOthers() {
    Session session = firstActive;
    while (session != null) {
      Session next = session.next;
      AshlarException why = refusal(session);
      if (why != null) {
        failSession(session, why);
      }
      session = next;
    }
  }

  /** Why what belongs to a session with a token is not done here, or null. */
  private AshlarException refusal(Session session) {
    ClientCausalSession causal = session.causal();
    return causal == null || view() == null ? null : causal.refusal(view().databaseId());
  }

  private void onOtherDatabase(AshlarException why) {
    host.probes().hit("client.other-database");
    host.trace().event("OtherDatabase", "why", why.detail());
    ended = why;
    while (firstActive != null) {
      failSession(firstActive, ended);
    }
  }

  // ---- operations

  /** An operation comes from the mailbox, or is the loop's own. */
  void accept(Operation operation) {
    Session session = operation.session;
    AshlarException why = ended != null ? ended : session.failure();
    if (why == null && session.lifetime() != null && session.lifetime().isExpired()) {
      why = new AshlarException(ErrorCode.TRANSACTION_TIMED_OUT);
      session.fail(why);
    }
    if (why == null) {
      why = refusal(session);
    }
    if (!session.isActive()) {
      link(session);
    }
    session.add(operation);
    if (why != null) {
      fail(operation, why);
    } else {
      operation.start(this);
    }
  }

  /** The operation goes on, by its start, when its session has a read version. */
  void awaitVersion(Operation operation) {
    Session session = operation.session;
    if (session.hasVersion()) {
      operation.start(this);
    } else if (session.isEventual()) {
      awaitReplica(operation);
    } else if (session.awaitVersion(operation)) {
      versions.ask(session);
    }
  }

  /** The first read goes to any replica without a version, and its answer gives one to all. */
  private void awaitReplica(Operation operation) {
    Session session = operation.session;
    boolean isFirst = session.claimVersion();
    if (isFirst && operation instanceof ReadOperation read) {
      reads.dispatch(read);
      return;
    }
    session.awaitVersion(operation);
    if (isFirst) {
      PointRead asks = new PointRead(session, operation.wherever(), (at, value, error) -> {}, 0);
      session.add(asks);
      reads.dispatch(asks);
    }
  }

  /** A read was answered, at that version. */
  void answeredAt(Session session, long version) {
    if (session.isEventual() && !session.hasVersion()) {
      session.noteStoreTime(known.storeTimeMillis(version));
      versionArrived(session, version);
    }
  }

  void versionArrived(Session session, long fetched) {
    long version = fetched;
    if (session.causal() != null) {
      try {
        version = session.causal().atLeastSeen(fetched, session);
      } catch (AshlarException e) {
        host.probes().hit("client.session-ahead-of-the-database");
        versionFailed(session, e);
        return;
      }
      if (version != fetched) {
        host.probes().hit("client.session-ahead-of-read-version");
        session.noteStoreTime(known.storeTimeMillis(version));
        session.markVersionGiven();
      }
    }
    for (Operation operation : session.versionArrived(version)) {
      if (!operation.isEnded()) {
        operation.start(this);
      }
    }
  }

  void versionFailed(Session session, AshlarException error) {
    for (Operation operation : session.versionFailed()) {
      fail(operation, error);
    }
  }

  /** A storage server has told what it knows to be committed. */
  void noteCommitted(long version) {
    if (host.faults().at("client.forget-committed")) {
      known.forgetNewest();
    } else {
      known.note(version);
    }
  }

  /** The operation has ended well; what it found is in it. */
  void end(Operation operation) {
    fail(operation, null);
  }

  /** The operation has ended; with an error unless that is null. */
  void fail(Operation operation, AshlarException error) {
    if (operation.isEnded()) {
      return;
    }
    if (error != null) {
      host.probes().hit("client.error-" + error.code().label());
    }
    operation.markEnded(error);
    operationsEnded++;
    if (operation instanceof CommitOperation commit) {
      commits.ended(commit);
    }
    Session session = operation.session;
    session.remove(operation);
    if (!session.isActive()) {
      unlink(session);
    }
    if (error != null && session.isEventual() && !session.hasVersion()) {
      // Whoever waits for what it would have brought is not kept waiting.
      versionFailed(session, error);
    }
    if (session.isOfLoop()) {
      operation.finish();
    } else {
      completions.add(operation);
    }
  }

  /** Ends everything of a session, now and later. */
  void failSession(Session session, AshlarException why) {
    session.fail(why);
    while (session.isActive()) {
      Operation operation = session.firstActive();
      fail(operation, operation.errorOnGivingUp(why));
    }
  }

  private void link(Session session) {
    session.next = firstActive;
    session.previous = null;
    if (firstActive != null) {
      firstActive.previous = session;
    }
    firstActive = session;
  }

  private void unlink(Session session) {
    if (session.previous == null) {
      firstActive = session.next;
    } else {
      session.previous.next = session.next;
    }
    if (session.next != null) {
      session.next.previous = session.previous;
    }
    session.previous = null;
    session.next = null;
  }
}
