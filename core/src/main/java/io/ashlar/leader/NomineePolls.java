package io.ashlar.leader;

import io.ashlar.core.Backoff;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Candidate;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Message;
import io.ashlar.message.Nominee;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Asks every coordinator of a set, again and again, whom it has nominated. */
public final class NomineePolls {
  /** Hears what the coordinators say. */
  public interface Listener {
    /** Another may be chosen, or nobody. */
    void onChanged();

    /**
     * More than half of the coordinators have not heard of the set (CONNECTION_STRING_INVALID: they
     * are another database's), or have lost what they had for it (FILE_CORRUPT). They are asked
     * again all the same.
     */
    void onUnknown(Failure failure);

    /** The state is at another set for ever; nothing more is asked of this one. */
    void onMoved(CoordinatorSet next);
  }

  private static final List<ErrorCode> REFUSALS =
      List.of(ErrorCode.CONNECTION_STRING_INVALID, ErrorCode.FILE_CORRUPT);

  private final Host host;
  private final CoordinatorSet set;
  private final FollowOptions options;
  private final Function<Uid, Message> request;
  private final Listener listener;

  /** By coordinator; NONE where nothing is known, or it does not answer. */
  private final Candidate[] nominees;

  /** By coordinator: why it will not say anything of the set; null when it may. */
  private final ErrorCode[] refusals;

  /** By coordinator. */
  private final Backoff[] backoffs;

  private boolean stopped;

  /**
   * @param request the poll of who was told last that the nominee has this change id
   */
  public NomineePolls(
      Host host,
      CoordinatorSet set,
      FollowOptions options,
      Function<Uid, Message> request,
      Listener listener) {
    Check.that(set.isPossible(), "no set of coordinators: ", set);
    this.host = host;
    this.set = set;
    this.options = options;
    this.request = request;
    this.listener = listener;
    this.nominees = new Candidate[set.coordinators().size()];
    this.refusals = new ErrorCode[nominees.length];
    Arrays.fill(nominees, Candidate.NONE);
    this.backoffs = new Backoff[nominees.length];
    Arrays.setAll(backoffs, coordinator -> options.newBackoff());
  }

  public void start() {
    for (int i = 0; i < nominees.length; i++) {
      ask(i);
    }
  }

  public void stop() {
    stopped = true;
  }

  /** Whom a majority has nominated, or NONE. */
  public Candidate chosen() {
    Candidate best = likeliest(Candidate.NONE);
    return count(best) > nominees.length / 2 ? best : Candidate.NONE;
  }

  /**
   * Whom most have nominated of the coordinators that answer, a majority or not: for who takes it
   * for a hint, and may reach a few of them alone. NONE when none has nominated anybody.
   *
   * @param known whom to stay with when others are nominated by as many
   */
  public Candidate likeliest(Candidate known) {
    Candidate best = Candidate.NONE;
    for (Candidate candidate : nominees) {
      boolean isBetter =
          count(candidate) > count(best)
              || (count(candidate) == count(best) && candidate.isSame(known));
      if (!candidate.isNobody() && isBetter) {
        best = candidate;
      }
    }
    return best;
  }

  private int count(Candidate candidate) {
    int count = 0;
    for (Candidate other : nominees) {
      count += !other.isNobody() && other.isSame(candidate) ? 1 : 0;
    }
    return count;
  }

  private void ask(int coordinator) {
    if (!stopped) {
      host.network()
          .request(
              set.coordinators().get(coordinator),
              request.apply(nominees[coordinator].changeId()),
              Nominee.class,
              options.pollNanos(),
              new Answer(coordinator));
    }
  }

  /** Sooner than a while after it was asked last it is not asked again. */
  private void askLater(int coordinator, long askedNanos) {
    long pauseNanos = backoffs[coordinator].nextDelayNanos(host.random());
    long tookNanos = host.clock().nowNanos() - askedNanos;
    host.timers().schedule(Math.max(0, pauseNanos - tookNanos), () -> ask(coordinator));
  }

  private void onNominee(int coordinator, Candidate nominee) {
    boolean isNews = !nominee.equals(nominees[coordinator]);
    nominees[coordinator] = nominee;
    if (isNews) {
      listener.onChanged();
    }
  }

  private boolean isSaidByMost(ErrorCode refusal) {
    int count = 0;
    for (ErrorCode each : refusals) {
      count += each == refusal ? 1 : 0;
    }
    return count > refusals.length / 2;
  }

  private static ErrorCode refusal(Failure failure) {
    for (ErrorCode code : REFUSALS) {
      if (failure.isRefusal(code)) {
        return code;
      }
    }
    return null;
  }

  /** The answer of one coordinator. */
  private final class Answer implements ReplyHandler<Nominee> {
    private final int coordinator;
    private final long askedNanos = host.clock().nowNanos();

    Answer(int coordinator) {
      this.coordinator = coordinator;
    }

    @Override
    public void onReply(Nominee answer) {
      if (stopped) {
        return;
      }
      refusals[coordinator] = null;
      if (!answer.movedTo().isNone()) {
        stop();
        listener.onMoved(answer.movedTo());
      } else if (answer.nominee().equals(nominees[coordinator]) && isEarly()) {
        // It has no room for one more who waits.
        askLater(coordinator, askedNanos);
      } else {
        backoffs[coordinator].reset();
        onNominee(coordinator, answer.nominee());
        ask(coordinator);
      }
    }

    private boolean isEarly() {
      return host.clock().nowNanos() - askedNanos < options.retryNanos();
    }

    @Override
    public void onFailure(Failure failure) {
      if (!stopped) {
        onNominee(coordinator, Candidate.NONE);
        refusals[coordinator] = refusal(failure);
        if (refusals[coordinator] != null && isSaidByMost(refusals[coordinator])) {
          listener.onUnknown(failure);
        }
        askLater(coordinator, askedNanos);
      }
    }
  }
}
