package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.FoundSet;
import io.ashlar.message.SetFounders;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * How the first set of a database begins. A register that is new may be one of a database that is
 * about to be created, or may stand where one was that was lost and had promised something; to
 * itself both look alike. So it promises nothing before every coordinator of the set has answered:
 *
 * <ol>
 *   <li>each register has an id, drawn when it is made and durable before it is told;
 *   <li>who has the ids of all, none of which has begun without it, writes them down as the
 *       founders of the set, and begins;
 *   <li>who hears of one that has begun without it is not the register that was there: it never
 *       begins.
 * </ol>
 *
 * <p>A register that was lost had made a promise that counts only together with another one, which
 * had begun, and so had its id among its founders, and not that of the one which is there now.
 */
final class SetFounding {
  private final Host host;
  private final CoordinatorOptions options;
  private final CoordinatorSet set;
  private final CoordinatorRegister own;
  private final Runnable onBegun;
  private final SetFounders[] answers;
  private final boolean[] asked;

  /**
   * @param set whose coordinators are asked, this one too
   * @param own register of this one, which has not begun
   * @param onBegun runs once it has; perhaps within {@link #begin}
   */
  SetFounding(
      Host host,
      CoordinatorOptions options,
      CoordinatorSet set,
      CoordinatorRegister own,
      Runnable onBegun) {
    this.host = host;
    this.options = options;
    this.set = set;
    this.own = own;
    this.onBegun = onBegun;
    this.answers = new SetFounders[set.coordinators().size()];
    this.asked = new boolean[answers.length];
  }

  /** Goes on until all have answered; called once. */
  void begin() {
    // A later life must have the same id.
    own.whenDurable(this::goOn);
    own.flush();
  }

  private void goOn() {
    List<Uid> founders = founders();
    if (founders == null) {
      askMissing();
      host.timers().schedule(options.tickNanos(), this::goOn);
      return;
    }
    host.trace().event("SetFounded", "setId", set.id(), "founders", founders.size());
    own.found(founders);
    own.flush();
    onBegun.run();
  }

  /** Asks those that have not answered and are not being asked. */
  private void askMissing() {
    for (int i = 0; i < answers.length; i++) {
      if (answers[i] == null && !asked[i]) {
        asked[i] = true;
        host.network()
            .request(
                set.coordinators().get(i),
                new FoundSet(set.id()),
                SetFounders.class,
                options.foundNanos(),
                new Answer(i));
      }
    }
  }

  /** Who has not answered yet, for people. */
  String missing() {
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      if (answers[i] == null) {
        missing.add(set.coordinators().get(i).process());
      }
    }
    return String.join(", ", missing);
  }

  /**
   * The ids of all registers of the set, or null while some are missing.
   *
   * @throws AshlarException with FILE_CORRUPT when the set has begun without this one, and
   *     CONNECTION_STRING_INVALID when one process is there twice
   */
  private List<Uid> founders() {
    for (int i = 0; i < answers.length; i++) {
      if (answers[i] != null) {
        checkBegunWithThis(set.coordinators().get(i), answers[i]);
      }
    }
    TreeSet<Uid> founders = new TreeSet<>();
    for (SetFounders answer : answers) {
      if (answer == null) {
        return null;
      }
      founders.add(answer.registerId());
    }
    if (founders.size() < answers.length || !founders.contains(own.registerId())) {
      throw new AshlarException(
          ErrorCode.CONNECTION_STRING_INVALID,
          "the coordinators "
              + places()
              + " are not as many processes, or this one is not among them: give each once, by the"
              + " address at which it listens");
    }
    return List.copyOf(founders);
  }

  private void checkBegunWithThis(Address place, SetFounders answer) {
    if (!answer.founders().isEmpty() && !answer.founders().contains(own.registerId())) {
      throw new AshlarException(
          ErrorCode.FILE_CORRUPT,
          "the coordinator at "
              + host.network().self().process()
              + " has no register of set "
              + set.id()
              + ", and that at "
              + place.process()
              + " knows that it had one: what it promised is lost; replace this coordinator by"
              + " another process, and start this node at another address in an empty directory");
    }
  }

  private String places() {
    return String.join(", ", set.coordinators().stream().map(Address::process).toList());
  }

  /** The answer of one coordinator. */
  private final class Answer implements ReplyHandler<SetFounders> {
    private final int coordinator;

    Answer(int coordinator) {
      this.coordinator = coordinator;
    }

    @Override
    public void onReply(SetFounders answer) {
      asked[coordinator] = false;
      if (host.faults().at("coordinator.ask-founder-again")) {
        return;
      }
      answers[coordinator] = answer;
    }

    @Override
    public void onFailure(Failure failure) {
      asked[coordinator] = false;
    }
  }
}
