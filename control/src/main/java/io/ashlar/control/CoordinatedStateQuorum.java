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

/** The coordinated state in the registers of a majority of coordinators, wherever it has moved. */
final class CoordinatedStateQuorum implements CoordinatedStates {
  private final Host host;
  private final QuorumOptions options;
  private final Consumer<CoordinatorSet> onMoved;
  private CoordinatorQuorum quorum;

  /**
   * @param set who are believed to have it
   * @param onMoved hears who have it instead: whoever looks for it next should begin there
   */
  CoordinatedStateQuorum(
      Host host, CoordinatorSet set, QuorumOptions options, Consumer<CoordinatorSet> onMoved) {
    this.host = host;
    this.options = options;
    this.onMoved = onMoved;
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

  /** Nothing is called back from now on. */
  void stop() {
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
      quorum = new CoordinatorQuorum(host, next, options);
      onMoved.accept(next);
      lock(owner, onLocked);
    }
  }
}
