package io.ashlar.sequencer;

import io.ashlar.core.Check;
import io.ashlar.core.Limits;
import io.ashlar.core.Uid;
import io.ashlar.message.CommitVersion;
import java.util.Map;
import java.util.TreeMap;

/**
 * The versions of an epoch.
 *
 * <ol>
 *   <li>A grant moves by the microseconds since the one before, at least 1, at most the step and
 *       the window.
 *   <li>It moves up to a tenth more while versions are behind the clock (after a pause longer than
 *       the step), and up to a tenth less while they are ahead (after many grants within a
 *       microsecond), where the clock says RT + microseconds since the start.
 *   <li>It stays below live + lead, or waits: a recovery jumps by at least the lead beyond a
 *       version that is at least live, and so beyond every version of this epoch.
 *   <li>Each proxy's requests are answered strictly in the order of their numbers. The last answers
 *       are kept, and a repeated number gets the same one: a version, once given, is always used.
 * </ol>
 */
final class VersionClock {
  /** What becomes of a request. */
  enum Outcome {
    GRANTED,
    /** The answer given before, again. */
    REPEATED,
    /** A request of this proxy with a smaller number has not been answered yet. */
    WAITS_FOR_EARLIER,
    /** The version would be too far ahead of the live one. */
    WAITS_FOR_LIVE,
    /** The number was answered so long ago that the answer is no longer known. */
    FORGOTTEN,
    /** No more proxies are remembered. */
    TOO_MANY_PROXIES
  }

  /**
   * An outcome.
   *
   * @param answer what to reply; null unless granted or repeated
   */
  record Decision(Outcome outcome, CommitVersion answer) {}

  private static final long NANOS_PER_VERSION = 1_000_000_000 / Limits.VERSIONS_PER_SECOND;
  private static final long STEERING_SHARE = 10;

  private final SequencerOptions options;
  private final long stepVersionsMax;
  private final long firstVersion;
  private final long startNanos;
  private final Map<Uid, Answers> proxies = new TreeMap<>();
  private long ticksAtLastGrant;
  private long lastVersion;
  private long liveVersion;

  /**
   * @param recoveryTransactionVersion RT: given already, and committed
   * @param windowVersions the database's window: a grant never moves by more, or a commit proxy
   *     would wait for ever for commits between that are not there
   * @param startNanos what the clock shows at RT
   */
  VersionClock(
      long recoveryTransactionVersion,
      long windowVersions,
      long startNanos,
      SequencerOptions options) {
    this.options = options;
    this.stepVersionsMax = Math.min(options.stepVersionsMax(), windowVersions);
    this.firstVersion = recoveryTransactionVersion;
    this.startNanos = startNanos;
    this.lastVersion = recoveryTransactionVersion;
    this.liveVersion = recoveryTransactionVersion;
  }

  /** The last version given, or RT. */
  long lastVersion() {
    return lastVersion;
  }

  /** The largest version reported as committed, or RT. */
  long liveVersion() {
    return liveVersion;
  }

  int proxyCount() {
    return proxies.size();
  }

  /** The number after the last one answered to {@code proxy}. */
  long nextNumber(Uid proxy) {
    Answers answers = proxies.get(proxy);
    return answers == null ? 1 : answers.lastNumber + 1;
  }

  /**
   * A proxy wants a version.
   *
   * @param requestNumber positive
   */
  Decision grant(Uid proxy, long requestNumber, long nowNanos) {
    return grant(proxy, requestNumber, nowNanos, 0, false);
  }

  /**
   * As above.
   *
   * @param jumpVersions by how much more a grant is to move, from 0; never over the step. The
   *     versions are ahead of the clock then, and steered back
   * @param careful whether it is to wait for the live version as soon as that is behind
   */
  Decision grant(Uid proxy, long requestNumber, long nowNanos, long jumpVersions, boolean careful) {
    Check.that(requestNumber > 0, "request numbers begin at 1, not ", requestNumber);
    if (requestNumber > nextNumber(proxy)) {
      return new Decision(Outcome.WAITS_FOR_EARLIER, null);
    }
    Answers answers = proxies.get(proxy);
    if (answers != null && requestNumber <= answers.lastNumber) {
      CommitVersion kept = answers.kept(requestNumber);
      return new Decision(kept == null ? Outcome.FORGOTTEN : Outcome.REPEATED, kept);
    }
    if (answers == null && proxies.size() >= options.proxiesMax()) {
      return new Decision(Outcome.TOO_MANY_PROXIES, null);
    }
    long version = lastVersion + Math.min(step(nowNanos) + jumpVersions, stepVersionsMax);
    // What was granted will be committed: so who waits for that does not do so for ever.
    boolean isBehind = careful && liveVersion < lastVersion;
    if (isBehind || version >= liveVersion + options.leadVersionsMax()) {
      return new Decision(Outcome.WAITS_FOR_LIVE, null);
    }
    if (answers == null) {
      answers = new Answers(options.keptAnswersMax());
      proxies.put(proxy, answers);
    }
    CommitVersion answer = new CommitVersion(requestNumber, lastVersion, version);
    answers.keep(answer);
    lastVersion = version;
    ticksAtLastGrant = ticks(nowNanos);
    return new Decision(Outcome.GRANTED, answer);
  }

  /**
   * A version is durable.
   *
   * @return false when this clock never gave such a version; nothing is changed then
   */
  boolean reportCommitted(long version) {
    if (version > lastVersion) {
      return false;
    }
    liveVersion = Math.max(liveVersion, version);
    return true;
  }

  /** The most that one grant moves. */
  long stepVersionsMax() {
    return stepVersionsMax;
  }

  /** Whether the versions are ahead of the clock, and are being steered back. */
  boolean isAhead(long nowNanos) {
    return lastVersion > firstVersion + ticks(nowNanos);
  }

  /** Versions the clock has advanced by since the start. */
  private long ticks(long nowNanos) {
    return Math.max(0, nowNanos - startNanos) / NANOS_PER_VERSION;
  }

  private long step(long nowNanos) {
    long ticks = ticks(nowNanos);
    long elapsed = Math.max(0, ticks - ticksAtLastGrant);
    long behind = firstVersion + ticks - (lastVersion + elapsed);
    long steeringMax = elapsed / STEERING_SHARE;
    long steered = elapsed + Math.max(-steeringMax, Math.min(behind, steeringMax));
    return Math.max(1, Math.min(steered, stepVersionsMax));
  }

  void checkInvariants() {
    Check.that(liveVersion >= firstVersion, "live is below RT: ", liveVersion);
    Check.that(liveVersion <= lastVersion, "live was never given: ", liveVersion);
    Check.that(
        lastVersion < liveVersion + options.leadVersionsMax(), "too far ahead: ", lastVersion);
    Check.that(proxies.size() <= options.proxiesMax(), "too many proxies: ", proxies.size());
    long largest = firstVersion;
    for (Answers answers : proxies.values()) {
      answers.checkInvariants();
      largest = Math.max(largest, answers.kept(answers.lastNumber).version());
    }
    Check.that(largest == lastVersion, "the last version is no proxy's last: ", lastVersion);
  }

  /** The last answers to one proxy, in a ring. */
  private static final class Answers {
    private final CommitVersion[] ring;
    private long lastNumber;

    Answers(int capacity) {
      ring = new CommitVersion[capacity];
    }

    void keep(CommitVersion answer) {
      Check.that(answer.requestNumber() == lastNumber + 1, "a gap before ", answer.requestNumber());
      lastNumber = answer.requestNumber();
      ring[(int) (lastNumber % ring.length)] = answer;
    }

    /** The answer to a number not above the last, or null when its place was taken since. */
    CommitVersion kept(long number) {
      CommitVersion answer = ring[(int) (number % ring.length)];
      return answer.requestNumber() == number ? answer : null;
    }

    void checkInvariants() {
      long oldest = Math.max(1, lastNumber - ring.length + 1);
      long version = Long.MIN_VALUE;
      for (long number = oldest; number <= lastNumber; number++) {
        CommitVersion answer = kept(number);
        Check.that(answer != null, "the answer is missing to number ", number);
        Check.that(answer.previousVersion() < answer.version(), "no step at number ", number);
        Check.that(answer.previousVersion() >= version, "versions went back at number ", number);
        version = answer.version();
      }
    }
  }
}
