package io.ashlar.resolver;

import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyRanges;
import io.ashlar.core.Verdict;
import io.ashlar.message.ResolverTransaction;
import java.util.ArrayList;
import java.util.List;

/**
 * What a resolver must decide, written down as the protocol says it and with no thought of speed:
 * all writes ever accepted, each with its version.
 */
final class ConflictModel {
  private record Write(KeyRange range, long version) {}

  private final long floorVersion;
  private final long windowVersions;
  private final List<Write> writes = new ArrayList<>();

  ConflictModel(long floorVersion, long windowVersions) {
    this.floorVersion = floorVersion;
    this.windowVersions = windowVersions;
  }

  byte[] resolve(long version, List<ResolverTransaction> transactions) {
    byte[] verdicts = new byte[transactions.size()];
    List<KeyRange> writtenByBatch = new ArrayList<>();
    for (int i = 0; i < verdicts.length; i++) {
      ResolverTransaction transaction = transactions.get(i);
      Verdict verdict = decide(version, transaction, writtenByBatch);
      verdicts[i] = (byte) verdict.code();
      if (verdict == Verdict.COMMITTED) {
        writtenByBatch.addAll(KeyRanges.decode(transaction.writeConflicts()));
      }
    }
    for (KeyRange range : writtenByBatch) {
      writes.add(new Write(range, version));
    }
    return verdicts;
  }

  private Verdict decide(long version, ResolverTransaction transaction, List<KeyRange> before) {
    long oldestVersion = Math.max(floorVersion, version - windowVersions);
    Verdict verdict = Verdict.COMMITTED;
    for (KeyRange read : KeyRanges.decode(transaction.readConflicts())) {
      if (!read.isEmpty() && transaction.readVersion() < oldestVersion) {
        return Verdict.TOO_OLD;
      }
      for (KeyRange written : before) {
        if (written.intersects(read)) {
          verdict = Verdict.CONFLICT;
        }
      }
      for (Write write : writes) {
        if (write.version() > transaction.readVersion() && write.range().intersects(read)) {
          verdict = Verdict.CONFLICT;
        }
      }
    }
    return verdict;
  }
}
