package io.ashlar.control;

import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogGeneration;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.LockLog;
import io.ashlar.message.LogLocked;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Asks every role of an epoch's pipeline, again and again, whether it lives, and tells of the first
 * that does not: at once when its connection broke or it is not there, after a second of silence,
 * in which of a log server no proxy has told that it acknowledges something. Of the log servers as
 * many may be missing as {@link LogTolerance} says; it goes on asking them.
 *
 * <p>What the commit proxies answer tells which log servers fall behind the others, see {@link
 * LogLags}. One that is behind counts as missing. When so many are that none stands out, an epoch
 * without them is begun after the time of grace, where there can be one. One for which a proxy can
 * keep nothing more is given up for the epoch, by this and by nobody else: it is locked, so that it
 * takes and tells nothing more and its readers go to others, and all proxies hear of it with every
 * ping. An epoch that cannot go on without it ends.
 *
 * <p>What all proxies answer tells which processes do not reach each other, see {@link PeerLinks}.
 */
final class PipelineWatch {
  /** Knows of the workers. */
  interface Substitutes {
    /**
     * Whether there are enough workers for an epoch.
     *
     * @param withoutIt whether the process does not count
     */
    boolean areThere(String process, boolean withoutIt);

    /** Whether there are enough workers for an epoch that has none of these processes. */
    boolean areThereWithout(Set<String> processes);
  }

  /** Hears of the end, once, and of what is no reason for it by itself. */
  interface Listener {
    /**
     * @param processes where the roles were that failed
     * @param reason for people
     */
    void onFailed(Set<String> processes, Failure.Kind kind, String reason);

    /** The connection to a process broke, and the epoch goes on without its log server. */
    void onLost(String process);

    /** Roles do not reach each other, or hardly: told again as long as it is so. */
    void onDegraded(List<PeerLinks.Link> degraded);
  }

  private final Host host;
  private final ControllerOptions options;
  private final List<EpochPlan.Placed> roles;

  /** The roles before are no log servers, the others are, in the order of the members. */
  private final int firstLog;

  private final long epoch;
  private final LogGeneration generation;
  private final LogTolerance tolerance;
  private final LogLags lags;
  private final PeerLinks links;
  private final int antiQuorum;

  /** By member. */
  private final TreeSet<Integer> givenUp = new TreeSet<>();

  /** Those given up whose lock was answered. */
  private final TreeSet<Integer> locked = new TreeSet<>();

  /** By member: whether the last question had an answer, if only that it takes nothing any more. */
  private final boolean[] answers;

  private final Substitutes substitutes;
  private final Listener listener;
  private final boolean[] asked;
  private final long[] askedNanos;
  private Timers.Timer timer;
  private boolean stopped;

  PipelineWatch(
      Host host,
      ControllerOptions options,
      EpochPlan plan,
      CoordinatedState state,
      Substitutes substitutes,
      Listener listener) {
    this.host = host;
    this.options = options;
    this.roles = plan.all();
    this.firstLog = roles.size() - plan.logs().size();
    this.epoch = state.epoch();
    this.generation = state.lastGeneration();
    int logs = plan.logs().size();
    this.answers = new boolean[logs];
    Arrays.fill(answers, true);
    this.antiQuorum = state.configuration().antiQuorum();
    this.tolerance = new LogTolerance(logs, antiQuorum, options.graceNanos());
    this.lags =
        new LogLags(
            logs, antiQuorum, state.configuration().windowVersions(), options.silenceNanos());
    this.links =
        new PeerLinks(
            host.network().self().process(), options.silenceNanos(), 2 * options.silenceNanos());
    this.substitutes = substitutes;
    this.listener = listener;
    this.asked = new boolean[roles.size()];
    this.askedNanos = new long[roles.size()];
  }

  void start() {
    long nowNanos = host.clock().nowNanos();
    for (int overdue : tolerance.overdue(nowNanos)) {
      String process = roles.get(firstLog + overdue).process();
      if (!canLockAllBut(Set.of(), nowNanos)) {
        // This epoch goes on. It would be over, and none could follow until one of them is back.
        break;
      }
      if (substitutes.areThere(process, tolerance.isUnfit(overdue, nowNanos))) {
        host.probes().hit("controller.log-server-replaced");
        fail(
            firstLog + overdue,
            tolerance.isGone(overdue) ? Failure.Kind.REFUSED : Failure.Kind.TIMED_OUT,
            inWords(overdue) + " has been missing for longer than the time of grace");
        return;
      }
      host.probes().hit("controller.log-server-without-a-substitute");
    }
    for (int i = 0; i < roles.size(); i++) {
      if (!asked[i]) {
        asked[i] = true;
        askedNanos[i] = nowNanos;
        host.network()
            .request(
                roles.get(i).address(),
                i < firstLog ? new Ping(List.copyOf(givenUp)) : new Ping(),
                Pong.class,
                options.silenceNanos(),
                new Answer(i));
      }
    }
    timer = host.timers().schedule(options.pingIntervalNanos(), this::start);
  }

  private void onBacklogs(int proxy, Pong reply) {
    long nowNanos = host.clock().nowNanos();
    lags.told(proxy, reply.backlogs(), nowNanos);
    for (int i = 0; i < roles.size() - firstLog && !stopped; i++) {
      if (!lags.isBehind(i, nowNanos)) {
        tolerance.isBack(i, LogTolerance.Reason.BEHIND);
      } else if (!tolerance.miss(i, LogTolerance.Reason.BEHIND, nowNanos)) {
        host.probes().hit("controller.log-server-behind");
        fail(firstLog + i, Failure.Kind.TIMED_OUT, inWords(i) + " is far behind the others");
      }
    }
    if (!stopped) {
      considerStuck(nowNanos);
    }
    for (int i = 0; i < roles.size() - firstLog && !stopped; i++) {
      // Where all must acknowledge there is nothing to give up, and what is kept says only how much
      // is written: an only log server would end its epoch under load.
      if (!givenUp.contains(i) && antiQuorum > 0 && isToBeGivenUp(i, nowNanos)) {
        giveUp(i, nowNanos);
      }
    }
  }

  /**
   * So many log servers acknowledge nothing that none of them stands out: their disks hang, or are
   * slow for a reason that others have as well. An epoch without them is begun only after the time
   * of grace, and only when there can be one: until then this one at least tells what was
   * committed.
   */
  private void considerStuck(long nowNanos) {
    Set<Integer> without = new TreeSet<>();
    for (int i = 0; i < generation.members().size(); i++) {
      if (lags.isStuck(i, options.graceNanos(), nowNanos)) {
        without.add(i);
      }
    }
    if (without.isEmpty() || without.size() <= antiQuorum) {
      return;
    }
    Set<String> processes = new TreeSet<>();
    List<String> addresses = new ArrayList<>();
    for (int member : without) {
      processes.add(roles.get(firstLog + member).process());
      addresses.add(roles.get(firstLog + member).address().toString());
    }
    if (!canLockAllBut(without, nowNanos) || !substitutes.areThereWithout(processes)) {
      return;
    }
    stop();
    listener.onFailed(
        processes,
        Failure.Kind.TIMED_OUT,
        "the log servers at "
            + String.join(", ", addresses)
            + " have acknowledged nothing in time for longer than the time of grace");
  }

  /**
   * Whether recovery could lock enough, as far as is known: those that it could not lie in few
   * enough zones.
   */
  private boolean canLockAllBut(Set<Integer> some, long nowNanos) {
    Set<String> zones = new TreeSet<>();
    for (int i = 0; i < generation.members().size(); i++) {
      if (some.contains(i) || !canBeLocked(i, nowNanos)) {
        zones.add(generation.members().get(i).zone());
      }
    }
    return zones.size() <= generation.replication() - 1 - antiQuorum;
  }

  /** A lock is answered only once all that was received is durable. */
  private boolean canBeLocked(int member, long nowNanos) {
    if (!answers[member]) {
      return false;
    }
    return givenUp.contains(member)
        ? locked.contains(member)
        : !lags.isStuck(member, options.silenceNanos(), nowNanos);
  }

  private void onPeers(int proxy, Pong reply) {
    long nowNanos = host.clock().nowNanos();
    links.told(proxy, roles.get(proxy).process(), reply.peers(), nowNanos);
    List<PeerLinks.Link> degraded = links.degraded(nowNanos);
    if (!degraded.isEmpty()) {
      listener.onDegraded(degraded);
    }
  }

  /** Those that are degraded, each with how long it takes, for people. */
  Map<PeerLinks.Link, String> degraded() {
    Map<PeerLinks.Link, String> degraded = new TreeMap<>();
    for (PeerLinks.Link link : links.degraded(host.clock().nowNanos())) {
      degraded.put(link, links.inWords(link));
    }
    return degraded;
  }

  private boolean isToBeGivenUp(int member, long nowNanos) {
    if (lags.holdsUp(member, nowNanos)) {
      return true;
    }
    return tolerance.mayMiss(member)
        ? host.faults().at("controller.give-up-log-server")
        : host.faults().at("controller.give-up-one-too-many");
  }

  private void giveUp(int member, long nowNanos) {
    if (!tolerance.miss(member, LogTolerance.Reason.GIVEN_UP, nowNanos)) {
      host.probes().hit("controller.log-server-holds-up");
      fail(
          firstLog + member,
          Failure.Kind.TIMED_OUT,
          inWords(member) + " holds up a commit proxy, and others are missing");
      return;
    }
    host.probes().hit("controller.log-server-given-up");
    host.trace().event("LogServerToBeGivenUp", "epoch", epoch, "member", member, "of", antiQuorum);
    givenUp.add(member);
    lock(member);
  }

  /** As the next epoch will; until then it would go on to tell readers that there is no news. */
  private void lock(int member) {
    if (!stopped) {
      host.network()
          .request(
              roles.get(firstLog + member).address(),
              new LockLog(epoch + 1),
              LogLocked.class,
              options.silenceNanos(),
              new Locked(member));
    }
  }

  private String inWords(int member) {
    return "the log server at " + roles.get(firstLog + member).address();
  }

  /** How the lock of one that was given up has gone. */
  private final class Locked implements ReplyHandler<LogLocked> {
    private final int member;

    Locked(int member) {
      this.member = member;
    }

    @Override
    public void onReply(LogLocked reply) {
      locked.add(member);
    }

    @Override
    public void onFailure(Failure failure) {
      host.timers().schedule(options.pingIntervalNanos(), () -> lock(member));
    }
  }

  /** What is the matter with log servers of the epoch, for those who look at it. */
  List<LogTrouble> logTroubles() {
    long nowNanos = host.clock().nowNanos();
    List<LogTrouble> troubles = new ArrayList<>();
    for (int i = 0; i < generation.members().size(); i++) {
      LogTolerance.Reason reason = tolerance.reason(i);
      Address address = roles.get(firstLog + i).address();
      if (reason != null) {
        troubles.add(new LogTrouble(address, reason, true, tolerance.missingNanos(i, nowNanos)));
      } else if (lags.isStuck(i, options.silenceNanos(), nowNanos)) {
        troubles.add(new LogTrouble(address, LogTolerance.Reason.BEHIND, false, lags.ageNanos(i)));
      }
    }
    return troubles;
  }

  /**
   * A log server with which something is the matter.
   *
   * @param isTolerated whether the epoch goes on without it; else commits wait for it
   * @param nanos for how long
   */
  record LogTrouble(Address address, LogTolerance.Reason reason, boolean isTolerated, long nanos) {}

  private void fail(int role, Failure.Kind kind, String why) {
    stop();
    listener.onFailed(Set.of(roles.get(role).process()), kind, why);
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  /** The answer of one role. */
  private final class Answer implements ReplyHandler<Pong> {
    private final int role;

    Answer(int role) {
      this.role = role;
    }

    @Override
    public void onReply(Pong reply) {
      asked[role] = false;
      long nowNanos = host.clock().nowNanos();
      links.reached(roles.get(role).process(), nowNanos - askedNanos[role], nowNanos);
      if (role < firstLog) {
        if (!stopped && !reply.backlogs().isEmpty()) {
          onBacklogs(role, reply);
        }
        if (!stopped && !reply.peers().isEmpty()) {
          onPeers(role, reply);
        }
        return;
      }
      answers[role - firstLog] = true;
      if (tolerance.isBack(role - firstLog, LogTolerance.Reason.SILENT)) {
        host.probes().hit("controller.log-server-back-in-time");
      }
    }

    /**
     * Where a network has all that it can take, an answer may wait behind what others send. A log
     * server that lives is told by what it acknowledges to proxies. One that died has acknowledged
     * nothing in the second half of the time.
     */
    private boolean isOnlyHeldUp(Failure failure) {
      return role >= firstLog
          && failure.kind() == Failure.Kind.TIMED_OUT
          && lags.hasGoneAhead(role - firstLog, askedNanos[role] + options.silenceNanos() / 2);
    }

    /** Who was given up is locked, and says no more than that. */
    private boolean tellsThatItIsGone(int member, Failure failure) {
      return failure.isRefusal(ErrorCode.BROKEN_PROMISE)
          || (failure.isRefusal(ErrorCode.TLOG_STOPPED) && !givenUp.contains(member));
    }

    @Override
    public void onFailure(Failure failure) {
      asked[role] = false;
      if (stopped || isOnlyHeldUp(failure)) {
        return;
      }
      if (role >= firstLog) {
        // One that was started again is as if locked.
        answers[role - firstLog] = failure.isRefusal(ErrorCode.TLOG_STOPPED);
        if (tellsThatItIsGone(role - firstLog, failure)) {
          tolerance.gone(role - firstLog);
        }
      }
      long nowNanos = host.clock().nowNanos();
      boolean wasSilent = role >= firstLog && tolerance.isSilent(role - firstLog);
      if (role >= firstLog
          && tolerance.miss(role - firstLog, LogTolerance.Reason.SILENT, nowNanos)) {
        host.probes().hit("controller.log-server-missed");
        if (!wasSilent && failure.kind() == Failure.Kind.DISCONNECTED) {
          listener.onLost(roles.get(role).process());
        }
      } else {
        fail(
            role,
            failure.kind(),
            "the role at "
                + roles.get(role).address()
                + " failed: "
                + failure.code().label()
                + (failure.detail().isEmpty() ? "" : ", " + failure.detail()));
      }
    }
  }
}
