package io.ashlar.control;

import io.ashlar.core.RegisterGeneration;
import io.ashlar.core.Uid;
import java.util.function.Consumer;

/**
 * Where the coordinated state is kept: one local file, or the registers of a majority of
 * coordinators. Whoever locks last may write, and nobody before.
 */
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

  /** Hears that the state is locked. */
  @FunctionalInterface
  interface LockHandler {
    void onLocked(RegisterGeneration generation, CoordinatedState stateOrNull);
  }
}
