package io.ashlar.server.bench;

import java.util.Locale;

/**
 * What the log did during one workload, its warm-up included.
 *
 * @param commits that were acknowledged, each with its data synced before
 * @param syncs of the log's files
 */
record Synced(long commits, long syncs) {
  double commitsPerSync() {
    return syncs == 0 ? 0 : (double) commits / syncs;
  }

  String text() {
    return commits == 0
        ? ""
        : String.format(Locale.ROOT, "   %,d syncs, %.1f commits each", syncs, commitsPerSync());
  }
}
