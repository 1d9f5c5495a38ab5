package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.MalformedException;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.FoundSet;
import io.ashlar.message.GetLeader;
import io.ashlar.message.Heartbeat;
import io.ashlar.message.Message;
import io.ashlar.message.Nominate;
import io.ashlar.message.Pong;
import io.ashlar.message.ReadRegister;
import io.ashlar.message.Refused;
import io.ashlar.message.Resigned;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.SetFounders;
import io.ashlar.message.StatusField;
import io.ashlar.message.WriteRegister;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A coordinator: for each set it belongs to a generation register on its disk, of which a majority
 * holds the coordinated state, and a say in who leads. What the register promises or holds is
 * durable before it is said. Who is nominated is not on the disk, but who was last let lead is:
 * after a restart nobody else is nominated until such a lead is certainly over, or is said to be by
 * the process that had it. When the state has moved to other coordinators, whoever asks who leads
 * is told so.
 *
 * <p>For a set whose file is not what was written it answers FILE_CORRUPT, as if it were away: a
 * register that had forgotten a promise would let two attempts write.
 */
public final class Coordinator implements Role {
  /** The largest value of a register. */
  static final int VALUE_BYTES_MAX = 1 << 20;

  /**
   * How far a counter may lie above the highest known: attempts count one by one, and a counter
   * near the largest number would be the last one.
   */
  static final long COUNTER_STEP_MAX = 1L << 32;

  /** Requests that wait for one file, or for all to be read, at most. */
  private static final int WAITING_MAX = 1_000;

  /**
   * What it keeps as a member of one set.
   *
   * @param register on the disk
   * @param leadership in memory
   */
  private record Member(CoordinatorRegister register, Leadership leadership) {}

  private final Host host;
  private final CoordinatorOptions options;
  private final Membership membership;
  private final TreeMap<Uid, Member> sets = new TreeMap<>();
  private final CorruptRegisters corrupt;
  private final List<Inbound> early = new ArrayList<>();
  private boolean started;

  /** Of its own set, while that has not begun; else null. */
  private SetFounding founding;

  private final List<Runnable> waitForFounding = new ArrayList<>();

  /**
   * @param membership of the process. It is asked to be a coordinator of other sets too, to which a
   *     state moves, and then has to believe whoever asks
   */
  public Coordinator(Host host, CoordinatorOptions options, Membership membership) {
    this.host = host;
    this.options = options;
    this.membership = membership;
    this.corrupt = new CorruptRegisters(host);
  }

  @Override
  public void start() {
    host.disk().list(files -> openNext(files, 0));
  }

  /** Reads one file after the other: there are few. */
  private void openNext(List<String> files, int next) {
    if (next == files.size()) {
      onOpened();
      return;
    }
    String file = files.get(next);
    if (!CoordinatorRegister.isRegister(file)) {
      openNext(files, next + 1);
      return;
    }
    host.disk()
        .read(
            file,
            content -> {
              open(file, content);
              openNext(files, next + 1);
            });
  }

  private void open(String file, Bytes content) {
    CoordinatorRegister register;
    try {
      register = CoordinatorRegister.open(host.disk(), file, content);
    } catch (AshlarException notWhatWasWritten) {
      corrupt.add(file, notWhatWasWritten);
      return;
    }
    add(register, host.clock().nowNanos() + options.holdNanos());
  }

  private void onOpened() {
    Member own = sets.get(ownSet());
    boolean isNew = own == null && !corrupt.contains(ownSet());
    if (isNew && membership.mayCreate() && isAmongFirst()) {
      own = createFirst();
    }
    if (own != null) {
      own.register.isAt(ownPlaces());
      found(own.register);
    }
    started = true;
    host.trace().event("CoordinatorStarted", "sets", sets.size());
    for (Inbound inbound : early) {
      dispatch(inbound);
    }
    early.clear();
    tellFounded();
    host.timers().schedule(options.tickNanos(), this::tick);
  }

  /**
   * Runs something once this one is known to have promised nothing that is lost: at once, or when
   * all of a set that has not begun have been seen. Never when its register turns out to be lost,
   * which stops the process.
   */
  public void whenFounded(Runnable then) {
    waitForFounding.add(then);
    tellFounded();
  }

  private void tellFounded() {
    if (started && founding == null) {
      List<Runnable> waiting = List.copyOf(waitForFounding);
      waitForFounding.clear();
      waiting.forEach(Runnable::run);
    }
  }

  /** Others run the role too: the state may move to them one day. */
  private boolean isAmongFirst() {
    return ownPlaces().contains(host.network().self().process());
  }

  private Uid ownSet() {
    return membership.coordinators().id();
  }

  private List<String> ownPlaces() {
    return membership.coordinators().coordinators().stream().map(Address::process).toList();
  }

  private Member createFirst() {
    Uid registerId = Uid.draw(host.random());
    CoordinatorRegister first = CoordinatorRegister.createFirst(host.disk(), ownSet(), registerId);
    if (ownPlaces().size() == 1) {
      first.found(List.of(registerId));
    }
    host.trace().event("RegisterMade", "setId", ownSet(), "registerId", registerId);
    return add(first, host.clock().nowNanos());
  }

  /** Nothing is promised before all of the set are there. */
  private void found(CoordinatorRegister own) {
    if (own.isFounded()) {
      return;
    }
    founding = new SetFounding(host, options, membership.coordinators(), own, this::onFounded);
    founding.begin();
  }

  private void onFounded() {
    founding = null;
    tellFounded();
  }

  private Member create(Uid setId) {
    host.trace().event("SetHeardOf", "setId", setId);
    // Nothing was promised to anybody before: had it been, there would be a file.
    return add(CoordinatorRegister.create(host.disk(), setId), host.clock().nowNanos());
  }

  /** Whoever may lead by what is in the file is the nominee until then; as a rule nobody is. */
  private Member add(CoordinatorRegister register, long heldUntilNanos) {
    Candidate leader = mayLead(register.leader()) ? register.leader() : Candidate.NONE;
    long untilNanos = leader.isNobody() ? host.clock().nowNanos() : heldUntilNanos;
    Member member = new Member(register, new Leadership(host, options, leader, untilNanos));
    member.leadership.movedTo(register.movedTo());
    sets.put(register.setId(), member);
    return member;
  }

  /** One that was in this process has died with it, whether it can say so or not. */
  private boolean mayLead(Candidate leader) {
    return !leader.isNobody()
        && !leader.address().process().equals(host.network().self().process());
  }

  private void tick() {
    for (Member member : sets.values()) {
      member.leadership.tick();
    }
    host.timers().schedule(options.tickNanos(), this::tick);
  }

  @Override
  public void onMessage(Inbound inbound) {
    if (started) {
      dispatch(inbound);
    } else if (early.size() < WAITING_MAX) {
      host.probes().hit("coordinator.asked-while-starting");
      early.add(inbound);
    } else {
      refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "the coordinator is starting");
    }
  }

  private void dispatch(Inbound inbound) {
    if (host.faults().at("coordinator.refuse")) {
      refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "not now");
      return;
    }
    switch (inbound.message().kind()) {
      case READ_REGISTER -> onRead(inbound, (ReadRegister) inbound.message());
      case WRITE_REGISTER -> onWrite(inbound, (WriteRegister) inbound.message());
      case NOMINATE -> onNominate(inbound, (Nominate) inbound.message());
      case HEARTBEAT -> onHeartbeat(inbound, (Heartbeat) inbound.message());
      case GET_LEADER -> onGetLeader(inbound, (GetLeader) inbound.message());
      case FOUND_SET -> onFoundSet(inbound, (FoundSet) inbound.message());
      case RESIGNED -> onResigned(inbound, (Resigned) inbound.message());
      case PING -> host.network().reply(inbound, new Pong());
      case GET_ROLE_STATUS -> host.network().reply(inbound, status());
      default -> {
        host.probes().hit("coordinator.foreign-message");
        refuse(
            inbound,
            ErrorCode.MALFORMED_REQUEST,
            "a coordinator does not answer " + inbound.message().kind());
      }
    }
  }

  private void refuse(Inbound inbound, ErrorCode code, String detail) {
    if (inbound.wantsReply()) {
      host.network().reply(inbound, new Refused(code, detail));
    }
  }

  /** What it keeps for a set of which it has heard; null when the request was refused. */
  private Member known(Inbound inbound, Uid setId) {
    Member known = sets.get(setId);
    if (known != null) {
      return isReady(inbound, known.register) ? known : null;
    }
    if (corrupt.refuse(inbound, setId)) {
      return null;
    }
    host.probes().hit("coordinator.of-an-unknown-set");
    refuse(
        inbound,
        ErrorCode.CONNECTION_STRING_INVALID,
        "the coordinator at " + host.network().self().process() + " has not heard of set " + setId);
    return null;
  }

  private boolean isReady(Inbound inbound, CoordinatorRegister register) {
    if (!register.isFounded()) {
      host.probes().hit("coordinator.asked-before-the-set-was-founded");
      refuse(
          inbound,
          ErrorCode.SERVER_REQUEST_QUEUE_FULL,
          "the coordinators of the new database have not all been seen yet: "
              + (founding == null ? "" : founding.missing()));
      return false;
    }
    if (register.waitingCount() >= WAITING_MAX) {
      refuse(inbound, ErrorCode.SERVER_REQUEST_QUEUE_FULL, "too many requests wait for the disk");
      return false;
    }
    return true;
  }

  /**
   * What it keeps for a set of which it may not have heard; null when the request was refused.
   *
   * @param founds whether it is one of the set from now on if it was not
   */
  private Member member(Inbound inbound, Uid setId, boolean founds) {
    Member known = sets.get(setId);
    if (known != null) {
      return isReady(inbound, known.register) ? known : null;
    }
    if (corrupt.refuse(inbound, setId)) {
      return null;
    }
    if (setId.equals(Uid.NONE)) {
      refuse(inbound, ErrorCode.MALFORMED_REQUEST, "no set is named");
      return null;
    }
    if (setId.equals(ownSet()) || !founds) {
      // Begun anew, it would have forgotten what it promised, and to whom.
      host.probes().hit("coordinator.has-lost-its-register");
      refuse(
          inbound,
          ErrorCode.FILE_CORRUPT,
          "there is no register of set "
              + setId
              + " at "
              + host.network().self().process()
              + ": its file was lost, or this process is none of the coordinators, "
              + membership.places());
      return null;
    }
    if (sets.size() >= options.setsMax()) {
      refuse(
          inbound,
          ErrorCode.SERVER_REQUEST_QUEUE_FULL,
          "a coordinator of too many sets: " + options.setsMax());
      return null;
    }
    return create(setId);
  }

  /** From another one of the set, which has not begun. */
  private void onFoundSet(Inbound inbound, FoundSet question) {
    Member member = sets.get(question.setId());
    if (member == null && corrupt.refuse(inbound, question.setId())) {
      return;
    }
    if (member == null) {
      refuse(
          inbound,
          ErrorCode.CONNECTION_STRING_INVALID,
          "the coordinator at "
              + host.network().self().process()
              + " has not heard of set "
              + question.setId());
      return;
    }
    CoordinatorRegister register = member.register;
    register.whenDurable(
        () -> reply(inbound, new SetFounders(register.registerId(), register.founders())));
  }

  // The register

  private void onRead(Inbound inbound, ReadRegister read) {
    Member member = member(inbound, read.setId(), read.founds());
    if (member != null && isPossible(inbound, member.register, read.generation())) {
      member.register.read(read.generation(), answer -> reply(inbound, answer));
    }
  }

  private void onWrite(Inbound inbound, WriteRegister write) {
    Member member = member(inbound, write.setId(), false);
    if (member == null
        || !isPossible(inbound, member.register, write.generation())
        || !isWellFormed(inbound, write)) {
      return;
    }
    member.register.write(
        write.generation(),
        write.sequence(),
        write.value(),
        answer -> {
          member.leadership.movedTo(member.register.movedTo());
          reply(inbound, answer);
        });
  }

  private void reply(Inbound inbound, Message answer) {
    host.network().reply(inbound, answer);
  }

  private boolean isPossible(
      Inbound inbound, CoordinatorRegister register, RegisterGeneration generation) {
    long known = register.readGeneration().counter();
    boolean isPossible =
        generation.counter() > 0
            && !generation.owner().equals(Uid.NONE)
            && generation.counter() - known <= COUNTER_STEP_MAX;
    if (!isPossible) {
      refuse(
          inbound,
          ErrorCode.MALFORMED_REQUEST,
          "a generation of nobody, or far from " + known + ": " + generation.counter());
    }
    return isPossible;
  }

  private boolean isWellFormed(Inbound inbound, WriteRegister write) {
    if (write.sequence() <= 0) {
      refuse(inbound, ErrorCode.MALFORMED_REQUEST, "writes are counted from 1");
      return false;
    }
    if (write.value().length() > VALUE_BYTES_MAX) {
      refuse(
          inbound,
          ErrorCode.VALUE_TOO_LARGE,
          "a register holds at most " + VALUE_BYTES_MAX + " bytes");
      return false;
    }
    try {
      MovableValue.decode(write.value());
      return true;
    } catch (MalformedException e) {
      refuse(inbound, ErrorCode.MALFORMED_REQUEST, e.getMessage());
      return false;
    }
  }

  // Who leads: whoever asks for that does not make the set one of this coordinator's. A state comes
  // first, and that one would lead or wants to know who does may be another database's business.

  private void onNominate(Inbound inbound, Nominate nominate) {
    Candidate candidate = nominate.candidate();
    if (!isSomebody(inbound, candidate)) {
      return;
    }
    Member member = known(inbound, nominate.setId());
    if (member != null) {
      member.register.whenInFile(
          () -> member.leadership.onNominate(inbound, candidate, nominate.knownChangeId()));
    }
  }

  private boolean isSomebody(Inbound inbound, Candidate candidate) {
    int nameBytes = candidate.address().process().getBytes(StandardCharsets.UTF_8).length;
    if (candidate.isNobody() || nameBytes == 0 || nameBytes > MovableValue.PROCESS_BYTES_MAX) {
      refuse(inbound, ErrorCode.MALFORMED_REQUEST, "a candidate that is nobody or nowhere");
      return false;
    }
    return true;
  }

  private void onHeartbeat(Inbound inbound, Heartbeat heartbeat) {
    if (!isSomebody(inbound, heartbeat.leader())) {
      return;
    }
    Member member = known(inbound, heartbeat.setId());
    if (member != null) {
      member.register.whenInFile(() -> onHeartbeat(inbound, member, heartbeat.leader()));
    }
  }

  private static void onHeartbeat(Inbound inbound, Member member, Candidate leader) {
    if (member.leadership.takes(leader)) {
      // A later life must know of the lease before it is given.
      member.register.whenLeaderIs(
          leader, () -> member.leadership.answerHeartbeat(inbound, leader, true));
    } else {
      member.leadership.answerHeartbeat(inbound, leader, false);
    }
  }

  private void onGetLeader(Inbound inbound, GetLeader get) {
    Member member = known(inbound, get.setId());
    if (member != null) {
      member.leadership.onPoll(inbound, get.knownChangeId());
    }
  }

  private void onResigned(Inbound inbound, Resigned resigned) {
    Member member = known(inbound, resigned.setId());
    if (member != null) {
      member.register.resigned(resigned.changeId());
      member.leadership.onResigned(inbound, resigned.changeId());
    }
  }

  @Override
  public void onBatchEnd() {
    for (Member member : sets.values()) {
      member.register.flush();
    }
  }

  @Override
  public void stop() {}

  private RoleStatus status() {
    List<StatusField> fields = new ArrayList<>();
    fields.add(new StatusField("sets", Integer.toString(sets.size())));
    for (Map.Entry<Uid, Member> entry : sets.entrySet()) {
      CoordinatorRegister register = entry.getValue().register;
      Leadership leadership = entry.getValue().leadership;
      Candidate nominee = leadership.nominee();
      fields.add(new StatusField("set", entry.getKey().toString()));
      fields.add(new StatusField("read-generation", inWords(register.readGeneration())));
      fields.add(new StatusField("write-generation", inWords(register.writeGeneration())));
      fields.add(
          new StatusField("nominee", nominee.isNobody() ? "" : nominee.address().toString()));
      fields.add(new StatusField("polls", Integer.toString(leadership.pollCount())));
      fields.add(new StatusField("moved-to", inWords(register.movedTo())));
    }
    fields.addAll(corrupt.status());
    return new RoleStatus("coordinator", fields);
  }

  private static String inWords(RegisterGeneration generation) {
    return generation.counter() + " of " + generation.owner();
  }

  private static String inWords(CoordinatorSet set) {
    StringBuilder words = new StringBuilder();
    for (Address coordinator : set.coordinators()) {
      words.append(words.isEmpty() ? "" : ", ").append(coordinator.process());
    }
    return words.toString();
  }
}
