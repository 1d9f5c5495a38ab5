package io.ashlar.leader;

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
    for (Candidate candidate : nominees) {
      int count = 0;
      for (Candidate other : nominees) {
        count += other.equals(candidate) ? 1 : 0;
      }
      if (!candidate.isNobody() && count > nominees.length / 2) {
        return candidate;
      }
    }
    return Candidate.NONE;
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

    Answer(int coordinator) {
      this.coordinator = coordinator;
    }

    @Override
    public void onReply(Nominee answer) {
      if (stopped) {
        return;
      }
      refusals[coordinator] = null;
      if (answer.movedTo().isNone()) {
        onNominee(coordinator, answer.nominee());
        ask(coordinator);
      } else {
        stop();
        listener.onMoved(answer.movedTo());
      }
    }

    @Override
    public void onFailure(Failure failure) {
      if (!stopped) {
        onNominee(coordinator, Candidate.NONE);
        refusals[coordinator] = refusal(failure);
        if (refusals[coordinator] != null && isSaidByMost(refusals[coordinator])) {
          listener.onUnknown(failure);
        }
        host.timers().schedule(options.retryNanos(), () -> ask(coordinator));
      }
    }
  }
}
