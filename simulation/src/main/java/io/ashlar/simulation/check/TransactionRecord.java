package io.ashlar.simulation.check;

import java.util.List;

/**
 * One transaction, as its client saw it.
 *
 * @param id unique in the history
 * @param begunAt the moment before anything of it was asked for, on a counter that orders moments
 *     of all clients
 * @param endedAt the moment at which the client was told; {@link Long#MAX_VALUE} when it never was
 * @param readVersion −1 when it has none
 * @param steps in order; of a failed transaction those that succeeded
 * @param stamp of a committed transaction, else null
 */
public record TransactionRecord(
    long id,
    long begunAt,
    long endedAt,
    long readVersion,
    List<Step> steps,
    Outcome outcome,
    Stamp stamp) {
  public TransactionRecord {
    steps = List.copyOf(steps);
  }

  TransactionRecord withOutcome(Outcome settled, Stamp settledStamp) {
    return new TransactionRecord(id, begunAt, endedAt, readVersion, steps, settled, settledStamp);
  }

  @Override
  public String toString() {
    return "transaction " + id + " (" + outcome + ", read " + readVersion + ", " + stamp + ")";
  }
}
