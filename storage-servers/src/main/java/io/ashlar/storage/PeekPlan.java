package io.ashlar.storage;

import io.ashlar.core.LogGeneration;
import io.ashlar.message.Address;
import java.util.List;

/**
 * Where a storage server goes on reading its tag.
 *
 * @param epoch of the generation that holds the next version
 * @param from the version to ask for
 * @param through nothing above is taken: it belongs to the next generation; {@link Long#MAX_VALUE}
 *     in the last one
 * @param holders whom to ask, best first; may be empty
 * @param isTakenBack whether what was read last is above the generation's recovery version and
 *     below its recovery transaction: its log servers do not have that version, and what they know
 *     to be committed says nothing of it
 */
record PeekPlan(long epoch, long from, long through, List<Address> holders, boolean isTakenBack) {
  /** The plan after {@code latest}. {@code sources} is not empty, oldest first. */
  static PeekPlan after(long latest, List<LogSource> sources) {
    int index = sources.size() - 1;
    while (index > 0 && sources.get(index).generation().begin() > latest) {
      index--;
    }
    LogSource source = sources.get(index);
    LogGeneration generation = source.generation();
    // What lies before the oldest generation was drained: there is nothing in it for this tag.
    long from = Math.max(latest, generation.begin()) + 1;
    long through =
        index + 1 < sources.size() ? sources.get(index + 1).generation().begin() : Long.MAX_VALUE;
    boolean isTakenBack =
        latest > generation.recoveryVersion() && latest < generation.recoveryTransactionVersion();
    return new PeekPlan(generation.epoch(), from, through, source.holders(), isTakenBack);
  }

  boolean isLast() {
    return through == Long.MAX_VALUE;
  }
}
