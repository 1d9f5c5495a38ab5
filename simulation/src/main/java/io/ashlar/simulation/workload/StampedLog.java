package io.ashlar.simulation.workload;

import io.ashlar.client.MutationType;
import io.ashlar.client.Transaction;
import io.ashlar.core.Bytes;
import io.ashlar.simulation.check.Stamp;
import io.ashlar.tuple.Subspace;
import io.ashlar.tuple.Tuple;
import io.ashlar.tuple.Versionstamp;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Notes that transactions leave of what they did, in the order in which they were committed. Since
 * a note is in the same transaction as the deed, it is there exactly when that was done, whatever
 * became of the client.
 */
final class StampedLog {
  /**
   * What one transaction did.
   *
   * @param at where it is in the order of all
   */
  record Deed(Stamp at, Tuple what) {}

  private final Subspace place;

  StampedLog(Subspace place) {
    this.place = place;
  }

  /** Once in a transaction. */
  void note(Transaction transaction, Object... what) {
    note(transaction, Tuple.from(what));
  }

  /** Once in a transaction. */
  void note(Transaction transaction, Tuple what) {
    transaction.mutate(
        MutationType.SET_VERSIONSTAMPED_KEY,
        place.packWithVersionstamp(Tuple.from(Versionstamp.incomplete())),
        what.pack());
  }

  /** All that was done, in order. */
  CompletableFuture<List<Deed>> read(Transaction transaction) {
    return transaction
        .getRange(place.range())
        .asList()
        .thenApply(
            rows ->
                rows.stream()
                    .map(
                        row -> {
                          Versionstamp stamp = place.unpack(row.getKey()).getVersionstamp(0);
                          return new Deed(
                              Stamp.of(Bytes.wrap(stamp.getTransactionVersion())),
                              Tuple.fromBytes(row.getValue()));
                        })
                    .toList());
  }
}
