package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.MalformedException;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.Message;
import io.ashlar.message.ReadRegister;
import io.ashlar.message.RegisterRead;
import io.ashlar.message.RegisterWritten;
import io.ashlar.message.WriteRegister;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads and writes the registers of a set of coordinators as one: what a majority has.
 *
 * <ol>
 *   <li>READING: ask every register with a generation above all heard of. One that has promised a
 *       higher generation to somebody says so: after a drawn while, ask all with a higher one yet.
 *   <li>LOCKED, once a majority has promised: the latest write among them is the value. It may be
 *       one that no majority has; it is chosen when it, or another, is written now.
 *   <li>WRITING: ask every register to take a value, with that generation and the number of the
 *       write, until a majority has: LOCKED again. One that has promised a higher generation says
 *       so: OVERTAKEN, this generation writes no more.
 *   <li>MOVED instead of LOCKED: the value says that the state is at other coordinators.
 * </ol>
 *
 * <p>All can be followed by READING, when another lock is asked for, and by STOPPED. Coordinators
 * that do not answer are asked again, for as long as it takes: a register can be told the same
 * twice. Nothing is called back within a call.
 */
final class CoordinatorQuorum {
  enum Phase {
    IDLE,
    READING,
    LOCKED,
    WRITING,
    OVERTAKEN,
    MOVED,
    STOPPED
  }

  /** Hears the end of a lock: one of these, unless another lock was asked for. */
  interface LockHandler {
    /**
     * @param generation to write with
     * @param stateOrNull null when nothing was ever written
     */
    void onLocked(RegisterGeneration generation, Bytes stateOrNull);

    /**
     * The state has gone, for ever.
     *
     * @param next who have it
     */
    void onMoved(CoordinatorSet next);

    /**
     * It is locked, and of another version of this program, which this one must leave alone.
     *
     * @param why for people
     */
    void onUnreadable(String why);
  }

  /** That wait at once: whoever writes more without hearing of any has gone wrong. */
  private static final int WRITES_MAX = 100;

  /** When a point of failure has a lock come late, it comes within this time. */
  private static final long LATE_MAX_NANOS = 5_000_000_000L;

  /** And within this time between the two writes that move the state, or before or after them. */
  private static final long LATE_IN_A_MOVE_NANOS = 5_000_000L;

  /** A value that is to be written, and who hears whether it was. */
  private record Write(MovableValue value, Consumer<Boolean> onWritten) {}

  private final Host host;
  private final Uid setId;
  private final List<Address> coordinators;
  private final QuorumOptions options;

  private Phase phase = Phase.IDLE;
  private Uid owner;
  private boolean founds;
  private LockHandler lockHandler;
  private RegisterGeneration generation = RegisterGeneration.ZERO;

  /** No generation heard of has a higher counter. */
  private long heardCounter;

  private long backoffNanos;
  private Timers.Timer backoff;
  private Timers.Timer retry;

  /** The round of requests under way, or null. */
  private Round<?> round;

  /** What waits to be written; the first is being written. */
  private final ArrayDeque<Write> writes = new ArrayDeque<>();

  private long sequence;

  /** Nothing is written after the state has gone. */
  private boolean forwarding;

  /**
   * @param set one to five coordinators
   */
  CoordinatorQuorum(Host host, CoordinatorSet set, QuorumOptions options) {
    this.host = host;
    Check.that(set.isPossible(), "no set of coordinators: ", set);
    this.setId = set.id();
    this.coordinators = set.coordinators();
    this.options = options;
  }

  Phase phase() {
    return phase;
  }

  /**
   * Locks: no generation before can write any more. What was under way is dropped, and its handlers
   * are not called.
   */
  void lock(Uid attempt, LockHandler handler) {
    lock(attempt, handler, false);
  }

  /**
   * Locks a set that nobody has used. It is locked once all of its coordinators have promised: one
   * that was not there could not be told later from one that has lost its promises.
   */
  void found(Uid attempt, LockHandler handler) {
    lock(attempt, handler, true);
  }

  private void lock(Uid attempt, LockHandler handler, boolean founding) {
    Check.that(phase != Phase.STOPPED, "locked after it was stopped: ", attempt);
    writes.clear();
    owner = attempt;
    founds = founding;
    lockHandler = handler;
    backoffNanos = options.backoffMinNanos();
    read();
  }

  /**
   * Writes a state, after those that are being written. May be called again before it is known
   * whether it was.
   *
   * @param of the generation that a lock gave
   * @param onWritten true once a majority has it durably; false when another has locked, which may
   *     have read it or not
   */
  void write(RegisterGeneration of, Bytes state, Consumer<Boolean> onWritten) {
    if (!mayWrite(of)) {
      host.timers().schedule(0, () -> onWritten.accept(false));
      return;
    }
    add(new Write(MovableValue.of(state), onWritten));
  }

  /**
   * Writes that the state is at other coordinators, who have it: a majority of them has taken it
   * after this lock, and nothing was written with this generation since.
   *
   * @param onWritten true once it is so for ever
   */
  void forward(RegisterGeneration of, CoordinatorSet next, Consumer<Boolean> onWritten) {
    if (!mayWrite(of)) {
      host.timers().schedule(0, () -> onWritten.accept(false));
      return;
    }
    if (host.faults().at("quorum.overtake-move")) {
      long nanos = host.random().nextLong(LATE_IN_A_MOVE_NANOS);
      host.timers().schedule(nanos, lateLock(coordinators));
    }
    addForward(next, onWritten);
  }

  /** Nothing is called back from now on. */
  void stop() {
    writes.clear();
    enter(Phase.STOPPED);
  }

  private boolean mayWrite(RegisterGeneration of) {
    return !forwarding
        && (phase == Phase.LOCKED || phase == Phase.WRITING)
        && of.equals(generation);
  }

  private void enter(Phase next) {
    host.trace()
        .event(
            "QuorumPhase",
            "set",
            setId,
            "from",
            phase,
            "to",
            next,
            "counter",
            generation.counter(),
            "owner",
            generation.owner(),
            "sequence",
            sequence);
    endRound();
    phase = next;
  }

  private void endRound() {
    if (round != null) {
      round.isOver = true;
      round = null;
    }
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
    if (backoff != null) {
      backoff.cancel();
      backoff = null;
    }
  }

  private void begin(Round<?> next) {
    round = next;
    next.askMissing();
    armRetry();
  }

  private void armRetry() {
    retry =
        host.timers()
            .schedule(
                options.retryNanos(),
                () -> {
                  round.askMissing();
                  armRetry();
                });
  }

  // READING

  private void read() {
    heardCounter++;
    generation = new RegisterGeneration(heardCounter, owner);
    sequence = 0;
    forwarding = false;
    enter(Phase.READING);
    begin(new ReadRound(generation));
  }

  private void onPromises(RegisterPromises promises) {
    RegisterRead latest = promises.latest();
    host.probes().hit("quorum.locked");
    host.trace()
        .event(
            "QuorumLocked",
            "set",
            setId,
            "counter",
            generation.counter(),
            "owner",
            generation.owner(),
            "readCounter",
            latest.writeGeneration().counter(),
            "readOwner",
            latest.writeGeneration().owner(),
            "readSequence",
            latest.sequence());
    MovableValue value;
    try {
      value = latest.value() == null ? null : MovableValue.decode(latest.value());
    } catch (MalformedException e) {
      // Behind a checksum: what wrote it was another version.
      enter(Phase.LOCKED);
      lockHandler.onUnreadable("the registers are of another version: " + e.getMessage());
      return;
    }
    if (host.faults().at("quorum.lock-again")) {
      // As if another had been ahead.
      backOff();
    } else if (value == null || value.kind() == MovableValue.Kind.STATE) {
      enter(Phase.LOCKED);
      if (founds && host.faults().at("quorum.overtake-move")) {
        // Before what is written next.
        lateLock(coordinators).run();
      } else if (host.faults().at("quorum.late-lock")) {
        int one = host.random().nextInt(coordinators.size());
        Runnable late = lateLock(List.of(coordinators.get(one)));
        host.timers().schedule(host.random().nextLong(LATE_MAX_NANOS), late);
      }
      lockHandler.onLocked(generation, value == null ? null : value.state());
    } else if (value.kind() == MovableValue.Kind.MOVED) {
      enter(Phase.MOVED);
      lockHandler.onMoved(value.next());
    } else {
      // Somebody died while moving it. What is read may be what nobody chose: it is finished here.
      enter(Phase.LOCKED);
      addForward(value.next(), written -> onForwardFinished(written, value.next()));
    }
  }

  /** As if the lock of an attempt that is over had been held up on its way to coordinators. */
  private Runnable lateLock(List<Address> to) {
    RegisterGeneration late =
        new RegisterGeneration(generation.counter() + 1, Uid.draw(host.random()));
    ReadRegister lock = new ReadRegister(setId, late, false);
    return () -> to.forEach(coordinator -> host.network().send(coordinator, lock));
  }

  private void onForwardFinished(boolean written, CoordinatorSet next) {
    if (written) {
      enter(Phase.MOVED);
      lockHandler.onMoved(next);
    } else {
      read();
    }
  }

  /** Others were ahead: once more, after a while in which they may come to an end. */
  private void backOff() {
    if (backoff == null) {
      host.probes().hit("quorum.another-was-ahead");
      backoff = host.timers().schedule(host.random().nextLong(backoffNanos), this::read);
      backoffNanos = Math.min(2 * backoffNanos, options.backoffMaxNanos());
    }
  }

  // WRITING

  private void add(Write write) {
    Check.that(writes.size() < WRITES_MAX, "too many writes at once: ", writes.size());
    writes.add(write);
    if (phase == Phase.LOCKED) {
      writeFirst();
    }
  }

  private void addForward(CoordinatorSet next, Consumer<Boolean> onWritten) {
    // One that fails is told by both; MOVING alone tells nobody.
    forwarding = true;
    add(new Write(MovableValue.moving(next), written -> {}));
    add(new Write(MovableValue.moved(next), onWritten));
  }

  private void writeFirst() {
    Bytes value = writes.peek().value().encode();
    Check.that(
        value.length() <= Coordinator.VALUE_BYTES_MAX,
        "more than a register holds: ",
        value.length());
    sequence++;
    enter(Phase.WRITING);
    begin(new WriteRound(generation, sequence, value));
  }

  private void onAccepted() {
    Write written = writes.poll();
    host.trace()
        .event(
            "QuorumAccepted",
            "set",
            setId,
            "counter",
            generation.counter(),
            "owner",
            generation.owner(),
            "sequence",
            sequence);
    enter(Phase.LOCKED);
    if (!writes.isEmpty()) {
      writeFirst();
    }
    written.onWritten().accept(true);
  }

  private void onOvertaken() {
    host.probes().hit("quorum.overtaken");
    List<Write> lost = List.copyOf(writes);
    writes.clear();
    enter(Phase.OVERTAKEN);
    for (Write write : lost) {
      write.onWritten().accept(false);
    }
  }

  /** The same request to every coordinator, until it is over. */
  private abstract class Round<R extends Message> {
    private final Message request;
    private final Class<R> reply;
    private final boolean[] asked = new boolean[coordinators.size()];
    private boolean isOver;

    Round(Message request, Class<R> reply) {
      this.request = request;
      this.reply = reply;
    }

    /** Asks those that have not answered as they should, and are not being asked. */
    final void askMissing() {
      for (int i = 0; i < asked.length; i++) {
        if (!asked[i] && !hasAnswered(i)) {
          asked[i] = true;
          host.network()
              .request(
                  coordinators.get(i),
                  request,
                  reply,
                  options.requestNanos(),
                  new Answer<>(this, i));
        }
      }
    }

    abstract boolean hasAnswered(int coordinator);

    abstract void onReply(int coordinator, R answer);
  }

  /** The answer of one coordinator in a round. */
  private static final class Answer<R extends Message> implements ReplyHandler<R> {
    private final Round<R> round;
    private final int coordinator;

    Answer(Round<R> round, int coordinator) {
      this.round = round;
      this.coordinator = coordinator;
    }

    @Override
    public void onReply(R answer) {
      if (!round.isOver) {
        round.asked[coordinator] = false;
        round.onReply(coordinator, answer);
      }
    }

    @Override
    public void onFailure(Failure failure) {
      // It is asked again: whatever it has done can be done twice.
      round.asked[coordinator] = false;
    }
  }

  /** READING with one generation. */
  private final class ReadRound extends Round<RegisterRead> {
    private final RegisterPromises promises;

    ReadRound(RegisterGeneration reader) {
      super(new ReadRegister(setId, reader, founds), RegisterRead.class);
      promises = new RegisterPromises(reader, coordinators.size());
    }

    @Override
    boolean hasAnswered(int coordinator) {
      return promises.hasPromised(coordinator);
    }

    @Override
    void onReply(int coordinator, RegisterRead answer) {
      boolean promised = promises.record(coordinator, answer);
      heardCounter = Math.max(heardCounter, promises.highestCounter());
      if (founds ? promises.isComplete() : promises.isQuorum()) {
        onPromises(promises);
      } else if (!promised) {
        backOff();
      }
    }
  }

  /** WRITING one value. */
  private final class WriteRound extends Round<RegisterWritten> {
    private final RegisterGeneration writer;
    private final boolean[] accepted = new boolean[coordinators.size()];
    private int acceptedCount;

    WriteRound(RegisterGeneration writer, long number, Bytes value) {
      super(new WriteRegister(setId, writer, number, value), RegisterWritten.class);
      this.writer = writer;
    }

    @Override
    boolean hasAnswered(int coordinator) {
      return accepted[coordinator];
    }

    @Override
    void onReply(int coordinator, RegisterWritten answer) {
      if (answer.accepted()) {
        accepted[coordinator] = true;
        acceptedCount++;
        if (acceptedCount > accepted.length / 2) {
          onAccepted();
        }
      } else if (answer.readGeneration().compareTo(writer) > 0) {
        heardCounter = Math.max(heardCounter, answer.readGeneration().counter());
        onOvertaken();
      }
    }
  }
}
