package io.ashlar.control;

import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import io.ashlar.message.CoordinatorSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Where the coordinated state is kept. Whoever locks last may write, and nobody before. */
interface CoordinatedStates {
  /**
   * Reads with a generation above all before, so that none of those can write any more. What is
   * read is what may have been written last; that it was is certain only once it is written back.
   *
   * @param owner the attempt
   * @param onLocked its generation, and the state, null when there is none; may stay uncalled when
   *     another lock is asked for before
   */
  void lock(Uid owner, LockHandler onLocked);

  /**
   * Writes, unless a later attempt has locked.
   *
   * @param generation of the attempt, as it was given when it locked
   * @param onWritten true when the state is durable: every later lock reads it, or what was written
   *     after it. False when a later attempt has locked: that one may have read it or not. May stay
   *     uncalled when another lock is asked for before
   */
  void write(RegisterGeneration generation, CoordinatedState state, Consumer<Boolean> onWritten);

  /** Who have the state, as far as is known. */
  CoordinatorSet set();

  /**
   * Takes the state to other coordinators. Whoever locks it with the old ones in between finds it
   * there, or finishes the move. It may be written as ever until {@code last} is asked for.
   *
   * @param generation of the attempt
   * @param next under an id that was never used for a state of these coordinators
   * @param last gives the state as it was written last; from then on it must not be written
   * @param onMoved true when it is with them, for ever; false when another attempt has locked it
   *     here or there, and it has not moved. Not called after {@link #cancelMove}
   */
  void move(
      RegisterGeneration generation,
      CoordinatorSet next,
      Supplier<CoordinatedState> last,
      Consumer<Boolean> onMoved);

  /**
   * Gives up a move whose next coordinators do not answer: it may be written again.
   *
   * @return false when it is too late for that
   */
  boolean cancelMove();

  /** Hears that the state is locked. */
  interface LockHandler {
    void onLocked(RegisterGeneration generation, CoordinatedState stateOrNull);

    /**
     * It is locked, and of another version of this program, which this one must leave alone.
     *
     * @param why for people
     */
    void onUnreadable(String why);
  }
}
