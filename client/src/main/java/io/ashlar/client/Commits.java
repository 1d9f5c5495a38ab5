package io.ashlar.client;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Backoff;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.IdempotencyIds;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Keys;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CommitTransaction;
import io.ashlar.message.TransactionCommitted;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends commits, each once, and settles those whose result got lost.
 *
 * <p>Every transaction carries a key of its own among its read and its write conflicts. When the
 * answer is lost (connection, time, role, or epoch gone) a <em>fence</em> is committed that only
 * has a write conflict on that key, again and again until one certainly is. From then on the
 * original either has been committed, or conflicts with the fence wherever it may still arrive; so
 * the result is final. With an idempotency id it is looked up; without one it is reported as
 * unknown. See docs/protocol.md, Unknown results.
 */
final class Commits {
  private static final long RETRY_MIN_NANOS = 5_000_000;
  private static final long RETRY_MAX_NANOS = 500_000_000;

  private final ClientRole role;
  private final Host host;
  private final VersionRequests versions;
  private final IdLookups lookups;
  private final long timeoutNanos;
  private final Backoff backoff = new Backoff(RETRY_MIN_NANOS, RETRY_MAX_NANOS);
  private final Uid clientId;
  private long commitsNumbered;
  private int nextProxy;

  /** Commits that were sent and have not ended. */
  private CommitOperation firstSent;

  /** What waits for a delay or a new view: commits not sent yet, and fences. */
  private List<CommitOperation> parked = new ArrayList<>();

  private boolean retryScheduled;

  Commits(ClientRole role, Host host, VersionRequests versions, DatabaseOptions options) {
    this.role = role;
    this.host = host;
    this.versions = versions;
    this.lookups = new IdLookups(role, host);
    this.timeoutNanos = options.requestTimeoutMillis() * 1_000_000;
    this.clientId = Uid.draw(host.random());
  }

  /** Begins a commit, or goes on with it when its read version has arrived. */
  void start(CommitOperation commit) {
    Check.that(commit.phase() == CommitOperation.Phase.NEW, "commit begun in ", commit.phase());
    if (commit.isEnded()) {
      return;
    }
    if (role.view() == null) {
      host.probes().hit("client.commit-before-a-view");
      park(commit);
      return;
    }
    if (commit.session.hasVersion()) {
      if (!isKnownToBePast(commit)) {
        return;
      }
      commit.setReadVersion(commit.session.version(), false);
    } else {
      // Only the fence key is read, and nobody but this commit's own fence writes it: any version
      // of the window that was known before the commit is sent makes the fence work.
      boolean mayBorrow = commit.isBlind() && !host.faults().at("client.borrow-no-version");
      long recent = mayBorrow ? versions.recentVersion() : -1;
      if (recent < 0) {
        role.awaitVersion(commit);
        return;
      }
      commit.setReadVersion(recent, true);
    }
    send(commit);
  }

  /**
   * Whether the session's version is no invention of the caller. A commit that claims to have read
   * the future is not sent: its fence could be through before that future begins, and the original
   * come after it. When it is not known yet the commit goes on, or fails, once it is.
   */
  private boolean isKnownToBePast(CommitOperation commit) {
    long given = commit.session.version();
    if (!commit.session.versionIsGiven() || given <= versions.highestVersion()) {
      return true;
    }
    Session check = commit.versionCheck();
    if (check == null) {
      check = new Session(null);
      commit.setVersionCheck(check);
      check.awaitVersion(commit);
      versions.ask(check);
      return false;
    }
    if (check.hasVersion() && given > check.version()) {
      role.fail(
          commit,
          new AshlarException(
              ErrorCode.FUTURE_VERSION,
              "the read version was set to " + given + ", the latest is " + check.version()));
    }
    return check.hasVersion() && given <= check.version();
  }

  private void send(CommitOperation commit) {
    Address proxy = chooseProxy();
    if (proxy == null) {
      park(commit);
      return;
    }
    if (commit.fenceKey() == null) {
      identify(commit);
    }
    CommitTransaction request =
        new CommitTransaction(
            commit.readVersion(),
            commit.readConflicts().toBytes(),
            commit.writeConflicts().toBytes(),
            commit.mutations(),
            commit.id(),
            commit.versionMax());
    commit.enter(CommitOperation.Phase.SENT);
    link(commit);
    if (host.trace().isEnabled()) {
      host.trace().event("CommitSent", "readVersion", commit.readVersion());
    }
    host.network()
        .request(proxy, request, TransactionCommitted.class, timeoutNanos, new Original(commit));
    if (host.faults().at("client.fence-at-once")) {
      // As if the answer had been lost. It still counts when it comes before the fence is through.
      fence(commit);
    }
  }

  private void identify(CommitOperation commit) {
    long number = commitsNumbered++;
    Bytes fenceKey =
        new ByteWriter(Keys.FENCE_PREFIX.length() + 24)
            .putRaw(Keys.FENCE_PREFIX)
            .putUid(clientId)
            .putLong(number)
            .toBytes();
    commit.identify(
        fenceKey, commit.hasId() ? IdempotencyIds.id(clientId.high(), (int) number) : Bytes.EMPTY);
    KeyRange fence = KeyRange.ofKey(fenceKey);
    KeyRanges.encode(fence, commit.readConflicts());
    KeyRanges.encode(fence, commit.writeConflicts());
  }

  private Address chooseProxy() {
    ClusterView view = role.view();
    List<Address> proxies = view == null ? List.of() : view.commitProxies();
    return proxies.isEmpty() ? null : proxies.get(Math.floorMod(nextProxy++, proxies.size()));
  }

  /** The epoch changed: what is under way with old proxies may never be answered. */
  void onNewView(boolean newEpoch) {
    backoff.reset();
    if (newEpoch) {
      if (firstSent != null) {
        host.probes().hit("client.commits-under-way-in-a-new-epoch");
      }
      for (CommitOperation commit = firstSent; commit != null; commit = commit.nextCommit) {
        fence(commit);
      }
    }
    retryParked();
  }

  /** The commit has ended: nothing more is done about it. */
  void ended(CommitOperation commit) {
    if (commit.phase() != CommitOperation.Phase.NEW) {
      unlink(commit);
    }
    if (commit.lookup() != null) {
      role.failSession(commit.lookup(), new AshlarException(ErrorCode.OPERATION_CANCELLED));
    }
  }

  private void fence(CommitOperation commit) {
    if (commit.isEnded() || commit.phase() == CommitOperation.Phase.RESOLVING) {
      return;
    }
    if (commit.phase() == CommitOperation.Phase.SENT) {
      commit.enter(CommitOperation.Phase.FENCING);
      host.probes().hit("client.fence");
      host.trace().event("CommitFenced", "readVersion", commit.readVersion());
    }
    int number = commit.countFence();
    if (number > 1) {
      host.probes().hit("client.fence-repeated");
    }
    Address proxy = chooseProxy();
    if (proxy == null) {
      park(commit);
      return;
    }
    Bytes writeConflict = KeyRanges.encode(List.of(KeyRange.ofKey(commit.fenceKey())));
    CommitTransaction request =
        new CommitTransaction(commit.readVersion(), Bytes.EMPTY, writeConflict, Bytes.EMPTY);
    host.network()
        .request(
            proxy, request, TransactionCommitted.class, timeoutNanos, new Fence(commit, number));
  }

  private void park(CommitOperation commit) {
    parked.add(commit);
    if (!retryScheduled) {
      retryScheduled = true;
      host.timers().schedule(backoff.nextDelayNanos(host.random()), this::onRetryTimer);
    }
  }

  private void onRetryTimer() {
    retryScheduled = false;
    retryParked();
  }

  private void retryParked() {
    List<CommitOperation> again = parked;
    parked = new ArrayList<>();
    for (CommitOperation commit : again) {
      if (commit.isEnded()) {
        continue;
      }
      if (commit.phase() == CommitOperation.Phase.NEW) {
        start(commit);
      } else {
        fence(commit);
      }
    }
  }

  private void link(CommitOperation commit) {
    commit.nextCommit = firstSent;
    commit.previousCommit = null;
    if (firstSent != null) {
      firstSent.previousCommit = commit;
    }
    firstSent = commit;
  }

  private void unlink(CommitOperation commit) {
    if (commit.previousCommit == null) {
      firstSent = commit.nextCommit;
    } else {
      commit.previousCommit.nextCommit = commit.nextCommit;
    }
    if (commit.nextCommit != null) {
      commit.nextCommit.previousCommit = commit.previousCommit;
    }
  }

  /**
   * Whether a refusal says that the transaction was not and will not be committed. Everything else
   * a proxy may say on its way out is taken as no answer.
   */
  private static boolean isDefinite(Failure failure) {
    if (!failure.isDefinite()) {
      return false;
    }
    return switch (failure.code()) {
      case NOT_COMMITTED,
          TRANSACTION_TOO_OLD,
          FUTURE_VERSION,
          COMMIT_PROXY_MEMORY_LIMIT_EXCEEDED,
          DATABASE_LOCKED,
          MALFORMED_REQUEST,
          CLIENT_INVALID_OPERATION,
          INVALID_MUTATION_TYPE,
          INVALID_VERSIONSTAMP_OFFSET,
          INVERTED_RANGE,
          KEY_OUTSIDE_LEGAL_RANGE,
          KEY_TOO_LARGE,
          VALUE_TOO_LARGE,
          TRANSACTION_TOO_LARGE,
          UNSUPPORTED_OPERATION ->
          true;
      default -> false;
    };
  }

  /** The answer to the transaction itself. */
  private final class Original implements ReplyHandler<TransactionCommitted> {
    private final CommitOperation commit;

    Original(CommitOperation commit) {
      this.commit = commit;
    }

    /** Whether the answer is dropped, as if the connection had broken a moment before it came. */
    private boolean isLost(CommitOperation answered) {
      boolean isLost =
          answered.phase() == CommitOperation.Phase.SENT
              && host.faults().at("client.lose-commit-answer");
      if (isLost) {
        fence(answered);
      }
      return isLost;
    }

    @Override
    public void onReply(TransactionCommitted reply) {
      backoff.reset();
      if (commit.isEnded() || isLost(commit)) {
        return;
      }
      if (commit.phase() == CommitOperation.Phase.SENT) {
        versions.noteVersion(reply.version());
      } else {
        host.probes().hit("client.committed-while-fencing");
      }
      commit.setCommitted(reply);
      role.end(commit);
    }

    @Override
    public void onFailure(Failure failure) {
      if (commit.isEnded() || isLost(commit)) {
        return;
      }
      if (!isDefinite(failure)) {
        if (commit.phase() == CommitOperation.Phase.SENT) {
          fence(commit);
        }
        return;
      }
      boolean versionTooOld =
          failure.isRefusal(ErrorCode.TRANSACTION_TOO_OLD) && commit.borrowsVersion();
      if (versionTooOld && commit.phase() == CommitOperation.Phase.SENT) {
        // It certainly had no effect, and only our choice of version was wrong: not the caller's
        // affair. The next version is asked for, so this happens once.
        host.probes().hit("client.borrowed-version-too-old");
        versions.forgetRecent();
        unlink(commit);
        commit.enter(CommitOperation.Phase.NEW);
        role.awaitVersion(commit);
        return;
      }
      if (commit.phase() == CommitOperation.Phase.FENCING) {
        host.probes().hit("client.refused-while-fencing");
      }
      role.fail(commit, ClientRole.error(failure));
    }
  }

  /** The answer to a fence. */
  private final class Fence implements ReplyHandler<TransactionCommitted> {
    private final CommitOperation commit;
    private final int number;

    Fence(CommitOperation commit, int number) {
      this.commit = commit;
      this.number = number;
    }

    @Override
    public void onReply(TransactionCommitted reply) {
      backoff.reset();
      if (commit.isEnded()) {
        return;
      }
      if (commit.session.causal() != null) {
        // Whatever became of the original, it is seen from here on.
        commit.session.causal().saw(reply.version());
      }
      if (!commit.hasId()) {
        host.probes().hit("client.unknown-result");
        role.fail(commit, new AshlarException(ErrorCode.COMMIT_UNKNOWN_RESULT));
      } else if (commit.phase() == CommitOperation.Phase.FENCING) {
        commit.enter(CommitOperation.Phase.RESOLVING);
        lookups.begin(commit, reply.version());
      }
    }

    @Override
    public void onFailure(Failure failure) {
      // Committed or not, this fence proves nothing: another one, unless it is under way.
      boolean isWanted = commit.phase() == CommitOperation.Phase.FENCING && !commit.isEnded();
      if (isWanted && number == commit.fencesSent()) {
        park(commit);
      }
    }
  }
}
