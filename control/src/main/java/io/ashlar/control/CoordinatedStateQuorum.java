package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.core.MalformedException;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.message.CoordinatorSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The coordinated state in the registers of a majority of coordinators. Where it has moved whoever
 * was elected by these has nothing to say: nothing is called back from then on.
 */
final class CoordinatedStateQuorum implements CoordinatedStates {
  private final Consumer<CoordinatorSet> onMoved;
  private final Host host;
  private final QuorumOptions options;
  private final CoordinatorSet set;
  private final CoordinatorQuorum quorum;

  /** Whether the next coordinators are there, while that is asked; else null. */
  private RollCall rollCall;

  /** The next coordinators while the state moves to them and can stay; else null. */
  private CoordinatorQuorum target;

  /**
   * @param set who are believed to have it
   * @param onMoved hears who have it instead
   */
  CoordinatedStateQuorum(
      Host host, CoordinatorSet set, QuorumOptions options, Consumer<CoordinatorSet> onMoved) {
    this.host = host;
    this.options = options;
    this.onMoved = onMoved;
    this.set = set;
    this.quorum = new CoordinatorQuorum(host, set, options);
  }

  @Override
  public void lock(Uid owner, LockHandler onLocked) {
    if (quorum.phase() != CoordinatorQuorum.Phase.STOPPED) {
      quorum.lock(owner, new Locked(onLocked));
    }
  }

  @Override
  public void write(
      RegisterGeneration generation, CoordinatedState state, Consumer<Boolean> onWritten) {
    quorum.write(generation, state.encode(), onWritten);
  }

  @Override
  public CoordinatorSet set() {
    return set;
  }

  @Override
  public void move(
      RegisterGeneration generation,
      CoordinatorSet next,
      Supplier<CoordinatedState> last,
      Consumer<Boolean> onMoved) {
    cancelMove();
    // Who is asked to found a set keeps a register of it for ever: with one of them away each
    // attempt would leave some that nobody uses.
    rollCall =
        new RollCall(
            host, options, next.coordinators(), () -> found(generation, next, last, onMoved));
    rollCall.begin();
  }

  private void found(
      RegisterGeneration generation,
      CoordinatorSet next,
      Supplier<CoordinatedState> last,
      Consumer<Boolean> onMoved) {
    rollCall = null;
    CoordinatorQuorum to = new CoordinatorQuorum(host, next, options);
    target = to;
    // As another one each time: what an attempt before has written there, or will have when it
    // comes late, must not be taken for a write of this one.
    to.found(
        Uid.draw(host.random()),
        new CoordinatorQuorum.LockHandler() {
          @Override
          public void onLocked(RegisterGeneration given, Bytes stateOrNull) {
            // What an attempt before has left there, that was given up, is of no meaning.
            CoordinatedState state = last.get();
            to.write(
                given,
                state.encode(),
                written -> onWrittenToNext(generation, next, written, onMoved));
          }

          @Override
          public void onMoved(CoordinatorSet elsewhere) {
            throw new IllegalStateException("a set that nobody knows has moved: " + next);
          }

          @Override
          public void onUnreadable(String why) {
            throw new IllegalStateException("a set that nobody knows: " + why);
          }
        });
  }

  private void onWrittenToNext(
      RegisterGeneration generation,
      CoordinatorSet next,
      boolean written,
      Consumer<Boolean> onForwarded) {
    target = null;
    if (written) {
      forward(generation, next, onForwarded);
    } else {
      // A lock of an attempt that was given up has come late. Whoever were sent there now would
      // find
      // no state, or an old one.
      host.probes().hit("quorum.next-set-overtaken");
      onForwarded.accept(false);
    }
  }

  /** The next coordinators have it. */
  private void forward(
      RegisterGeneration generation, CoordinatorSet next, Consumer<Boolean> onForwarded) {
    quorum.forward(
        generation,
        next,
        written -> {
          onForwarded.accept(written);
          if (written) {
            onMoved.accept(next);
          }
        });
  }

  @Override
  public boolean cancelMove() {
    if (rollCall != null) {
      rollCall.stop();
      rollCall = null;
      return true;
    }
    if (target == null) {
      return false;
    }
    target.stop();
    target = null;
    return true;
  }

  /** Nothing is called back from now on. */
  void stop() {
    cancelMove();
    quorum.stop();
  }

  /** The end of a lock. */
  private final class Locked implements CoordinatorQuorum.LockHandler {
    private final LockHandler onLocked;

    Locked(LockHandler onLocked) {
      this.onLocked = onLocked;
    }

    @Override
    public void onLocked(RegisterGeneration generation, Bytes stateOrNull) {
      CoordinatedState state;
      try {
        state = stateOrNull == null ? null : CoordinatedState.decode(stateOrNull);
      } catch (MalformedException e) {
        // Behind a checksum: what wrote it was another version.
        onLocked.onUnreadable("the coordinated state is of another version: " + e.getMessage());
        return;
      }
      onLocked.onLocked(generation, state);
    }

    @Override
    public void onUnreadable(String why) {
      onLocked.onUnreadable(why);
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      quorum.stop();
      onMoved.accept(next);
    }
  }
}
