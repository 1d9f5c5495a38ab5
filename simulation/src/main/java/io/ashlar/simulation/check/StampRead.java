package io.ashlar.simulation.check;

import java.util.List;

/**
 * A register and the end of a log, read at one version.
 *
 * @param setId the transaction whose plain write is in the register; 0 for none
 * @param stampedId the one whose stamp is beside it; 0 for none
 * @param stamp that stamp; null for none
 * @param latestIds the transactions of the last rows of the log, the latest first
 * @param limit how many rows were asked for
 */
public record StampRead(
    long readVersion,
    int register,
    long setId,
    long stampedId,
    Stamp stamp,
    int log,
    List<Long> latestIds,
    int limit) {
  public StampRead {
    latestIds = List.copyOf(latestIds);
  }
}
