package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.Candidate;
import io.ashlar.message.CoordinatorSet;

/**
 * A process that would lead the cluster: stands, leads when it is elected, and stands again when it
 * has lost the lead, wherever the coordinators move. By which change id it has claimed the lead is
 * in a file: after a restart it tells the coordinators that nobody leads by that one any more.
 */
final class LeaderElection implements Lead {
  private static final String FILE = "term";
  private static final int ENCODING = 1;

  /** Who gave up once more than another comes after it. Processes differ in priority by less. */
  private static final int WORSE = 1_000;

  private static final int GIVEN_UP_MAX = 1_000;

  /** What its owner hears, each as a later event. */
  interface Listener {
    /**
     * It leads, until it hears otherwise or {@link LeaderElection#isLeading} says so.
     *
     * @param changeId of this term
     */
    void onElected(Uid changeId);

    void onLost(Uid changeId);

    /** The coordinators are others now: whoever looks for them next should begin there. */
    void onMoved(CoordinatorSet next);
  }

  private final Host host;
  private final ElectionOptions options;
  private final Address address;
  private final int priority;
  private final Listener listener;
  private CoordinatorSet set;

  /** Null until it has stood for the first time. */
  private LeaderTerm term;

  /** How often it has given up for another, lately. */
  private int givenUp;

  private Timers.Timer forgiveness;
  private boolean stopped;

  /**
   * @param address where the leader would be reached
   * @param priority how well it suits, lower is better
   */
  LeaderElection(
      Host host,
      CoordinatorSet set,
      ElectionOptions options,
      Address address,
      int priority,
      Listener listener) {
    this.host = host;
    this.set = set;
    this.options = options;
    this.address = address;
    this.priority = priority;
    this.listener = listener;
  }

  void start() {
    host.disk().read(FILE, this::begin);
  }

  private void begin(Bytes content) {
    if (stopped) {
      return;
    }
    Uid before = content == null ? Uid.NONE : decode(content);
    if (!before.equals(Uid.NONE)) {
      new Resignation(host, set, before).send(options.leaseNanos(), () -> {});
    }
    stand();
  }

  private void stand() {
    if (stopped) {
      return;
    }
    Candidate self = new Candidate(Uid.draw(host.random()), address, priority());
    term = new LeaderTerm(host, set, options, self, new TermListener());
    term.start();
  }

  private static Bytes encode(Uid changeId) {
    return SealedFile.seal(new ByteWriter(17).putByte(ENCODING).putUid(changeId).toBytes());
  }

  /** By which change id an earlier life claimed the lead last; NONE when that is not to be read. */
  private Uid decode(Bytes content) {
    try {
      return SealedFile.open(
          FILE,
          content,
          body -> {
            ByteReader from = new ByteReader(body);
            if (from.getByte() != ENCODING) {
              throw new MalformedException("unknown encoding of a term");
            }
            Uid changeId = from.getUid();
            from.expectEnd();
            return changeId;
          });
    } catch (AshlarException e) {
      // It saves time and no more: what is promised to nobody is held until it is over.
      host.trace().event("TermUnreadable", "why", e.detail());
      return Uid.NONE;
    }
  }

  private int priority() {
    return priority + WORSE * givenUp;
  }

  /** Gives up the lead, or to become the leader, without a word. */
  void stop() {
    stopped = true;
    if (term != null) {
      term.end();
    }
  }

  /**
   * Gives up the lead, or to become the leader, for good, and lets another lead at once.
   *
   * @param onTold runs once the coordinators know, or do not answer
   */
  void resign(Runnable onTold) {
    stopped = true;
    if (term == null || term.phase() == LeaderTerm.Phase.OVER) {
      host.timers().schedule(0, onTold);
      return;
    }
    boolean wasLeading = term.phase() == LeaderTerm.Phase.LEADING;
    term.resign(onTold);
    if (wasLeading) {
      listener.onLost(term.self().changeId());
    }
  }

  @Override
  public boolean isContested() {
    return term != null && term.isContested();
  }

  @Override
  public void giveUp() {
    LeaderTerm giving = term;
    host.timers()
        .schedule(
            0,
            () -> {
              if (giving == term && giving.isLeading()) {
                host.probes().hit("election.gives-up-for-another");
                givenUp = Math.min(givenUp + 1, GIVEN_UP_MAX);
                cancelForgiveness();
                forgiveness = host.timers().schedule(options.worseNanos(), this::proved);
                giving.giveUp();
              }
            });
  }

  @Override
  public void retire() {
    host.timers().schedule(0, () -> resign(() -> {}));
  }

  @Override
  public void proved() {
    givenUp = 0;
    cancelForgiveness();
    if (term != null) {
      term.priorityIs(priority());
    }
  }

  private void cancelForgiveness() {
    if (forgiveness != null) {
      forgiveness.cancel();
    }
  }

  /**
   * The state has moved: who was elected where it was leads no more, and stands where it is. For
   * whoever reads so in the registers, which may be before the coordinators say it.
   */
  void moved(CoordinatorSet next) {
    if (!stopped && term != null && !next.equals(set)) {
      host.probes().hit("election.moved-by-the-state");
      boolean wasLeading = term.phase() == LeaderTerm.Phase.LEADING;
      term.end();
      if (wasLeading) {
        listener.onLost(term.self().changeId());
      }
      follow(next);
    }
  }

  private void follow(CoordinatorSet next) {
    set = next;
    stand();
    listener.onMoved(next);
  }

  @Override
  public boolean isLeading() {
    return term != null && term.isLeading();
  }

  /** Whether it leads by right, see {@link LeaderTerm#hasLease}. */
  boolean hasLease() {
    return term != null && term.hasLease();
  }

  /** Hears of the present term. */
  private final class TermListener implements LeaderTerm.Listener {
    @Override
    public void onClaim() {
      // Nothing waits for it: what is held for one that is lost with a crash takes its time.
      host.disk().replace(FILE, encode(term.self().changeId()), () -> {});
    }

    @Override
    public void onElected() {
      listener.onElected(term.self().changeId());
    }

    @Override
    public void onLost() {
      listener.onLost(term.self().changeId());
    }

    @Override
    public void onOver() {
      stand();
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      follow(next);
    }
  }
}
