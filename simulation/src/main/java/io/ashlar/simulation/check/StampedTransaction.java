package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import java.util.List;

/**
 * One transaction that writes its stamp, as its client saw it.
 *
 * @param id unique in the history, positive
 * @param begunAt the moment before anything of it was asked for
 * @param endedAt the moment at which the client was told; {@link Long#MAX_VALUE} when it never was
 * @param stamp of a committed transaction, else null
 * @param promises the rows it writes; at least one
 * @param register which register it writes last of all
 * @param log to which log it adds a row
 */
public record StampedTransaction(
    long id,
    long begunAt,
    long endedAt,
    Outcome outcome,
    Stamp stamp,
    List<Promise> promises,
    int register,
    int log) {
  /**
   * A row that is to be there once the transaction is committed.
   *
   * @param keyStamped whether the key is a template for the stamp
   * @param valueStamped whether the value is
   */
  public record Promise(Bytes key, boolean keyStamped, Bytes value, boolean valueStamped) {}

  public StampedTransaction {
    promises = List.copyOf(promises);
  }

  @Override
  public String toString() {
    return "transaction " + id + " (" + outcome + ", " + stamp + ")";
  }
}
