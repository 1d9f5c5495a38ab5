package io.ashlar.simulation.check;

import io.ashlar.core.KeyRange;
import java.util.List;

/**
 * One transaction as far as conflicts are concerned. Moments are on a counter that orders moments
 * of all clients.
 *
 * @param id unique in the history
 * @param committingAt the moment before its commit was called; {@link Long#MAX_VALUE} when it never
 *     was
 * @param endedAt the moment at which the client was told; {@link Long#MAX_VALUE} when it never was
 * @param readVersion −1 when it is not known
 * @param mustReads what its commit depends on: whoever writes here in between makes it fail
 * @param mayReads these and what is also allowed to make it fail
 * @param writes where it makes others fail
 * @param marked whether it leaves a marker in the data when it is committed
 * @param refused whether it failed with {@code not_committed}
 * @param stamp of a committed transaction, else null
 */
public record ConflictRecord(
    long id,
    long committingAt,
    long endedAt,
    long readVersion,
    List<KeyRange> mustReads,
    List<KeyRange> mayReads,
    List<KeyRange> writes,
    boolean marked,
    Outcome outcome,
    boolean refused,
    Stamp stamp) {
  public ConflictRecord {
    mustReads = List.copyOf(mustReads);
    mayReads = List.copyOf(mayReads);
    writes = List.copyOf(writes);
  }

  @Override
  public String toString() {
    return "transaction " + id + " (" + outcome + ", read " + readVersion + ", " + stamp + ")";
  }
}
