package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.MutationType;

/**
 * One operation on one key, as its transaction has logged it.
 *
 * @param stamp of the transaction
 * @param deed the transaction's number
 * @param sequence of the operation among those of its transaction
 * @param type {@link MutationType#CLEAR_RANGE} for whatever has cleared the key
 * @param operand with the stamp's position at its end if the type is versionstamped
 */
public record LoggedOperation(
    Stamp stamp, long deed, int sequence, MutationType type, Bytes operand) {
  @Override
  public String toString() {
    return type
        + " of "
        + AtomicLogChecker.brief(operand)
        + " ("
        + sequence
        + " of transaction "
        + deed
        + " at "
        + stamp
        + ")";
  }
}
