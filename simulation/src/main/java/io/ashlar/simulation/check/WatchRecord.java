package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;

/**
 * One watch.
 *
 * @param id unique in the history
 * @param readVersion of its transaction
 * @param writer the transaction among the {@link WatchedWrite}s; 0 when it only reads
 * @param writesBefore how many of that one's mutations came before the watch
 * @param outcome what the client was told of the transaction
 * @param toldAt the moment at which it was told; {@link Long#MAX_VALUE} when it never was
 * @param state what became of it
 * @param endedAt the moment at which it fired or failed; {@link Long#MAX_VALUE} when it did not
 * @param clientLives whether somebody still waits for it
 */
public record WatchRecord(
    long id,
    Bytes key,
    long readVersion,
    long writer,
    int writesBefore,
    Outcome outcome,
    long toldAt,
    State state,
    long endedAt,
    boolean clientLives) {
  /** What became of a watch. */
  public enum State {
    WAITING,
    FIRED,
    /** It ended with an error. */
    FAILED,
    /** Whoever asked for it did not want it any more. */
    CANCELLED
  }

  /** Whether its transaction's commit has armed it. */
  boolean isArmed() {
    return outcome == Outcome.COMMITTED || outcome == Outcome.READ_ONLY;
  }

  @Override
  public String toString() {
    return "watch " + id + " of " + key + ", set at " + readVersion + " by " + writer;
  }
}
