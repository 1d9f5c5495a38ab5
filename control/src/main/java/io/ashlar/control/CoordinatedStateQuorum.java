package io.ashlar.control;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.MalformedException;
import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.host.Host;
import io.ashlar.message.CoordinatorSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The coordinated state in the registers of a majority of coordinators, wherever it has moved. */
final class CoordinatedStateQuorum implements CoordinatedStates {
  private final Host host;
  private final QuorumOptions options;
  private final Consumer<CoordinatorSet> onMoved;
  private CoordinatorSet set;
  private CoordinatorQuorum quorum;

  /** The next coordinators while the state moves to them and can stay; else null. */
  private CoordinatorQuorum target;

  /**
   * @param set who are believed to have it
   * @param onMoved hears who have it instead: whoever looks for it next should begin there
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
    quorum.lock(owner, new Following(owner, onLocked));
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
    CoordinatorQuorum to = new CoordinatorQuorum(host, next, options);
    target = to;
    to.found(
        generation.owner(),
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

  private static CoordinatedState decode(Bytes state) {
    try {
      return CoordinatedState.decode(state);
    } catch (MalformedException e) {
      throw new AshlarException(
          ErrorCode.DIRECTORY_VERSION,
          "the coordinated state is of another version: " + e.getMessage(),
          e);
    }
  }

  /** A lock that goes where the state is. */
  private final class Following implements CoordinatorQuorum.LockHandler {
    private final Uid owner;
    private final LockHandler onLocked;

    Following(Uid owner, LockHandler onLocked) {
      this.owner = owner;
      this.onLocked = onLocked;
    }

    @Override
    public void onLocked(RegisterGeneration generation, Bytes stateOrNull) {
      onLocked.onLocked(generation, stateOrNull == null ? null : decode(stateOrNull));
    }

    @Override
    public void onMoved(CoordinatorSet next) {
      quorum.stop();
      set = next;
      quorum = new CoordinatorQuorum(host, next, options);
      onMoved.accept(next);
      lock(owner, onLocked);
    }
  }
}
