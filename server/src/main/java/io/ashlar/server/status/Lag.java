package io.ashlar.server.status;

import io.ashlar.embedded.ClusterStatus;

/** How far storage servers are behind the log. */
final class Lag {
  private static final double VERSIONS_PER_SECOND = 1_000_000;

  private Lag() {}

  /**
   * How many seconds of commits a storage server has not applied yet, or −1 when it is none or that
   * is not known. Between epochs versions jump, which is not time: one that still reads an old
   * generation is behind by what is left of it.
   */
  static double seconds(ClusterStatus status, ClusterStatus.Role role) {
    if (!role.kind().equals("storage-server") || !role.isThere() || status.view() == null) {
      return -1;
    }
    long latest = role.answer().number("latest-version", -1);
    long committed = -1;
    for (ClusterStatus.Role other : status.roles()) {
      if (other.kind().equals("log-server")) {
        committed = Math.max(committed, other.answer().number("known-committed-version", -1));
      }
    }
    if (latest < 0 || committed < 0) {
      return -1;
    }
    long behind = 0;
    var generations = status.view().generations();
    for (int i = 0; i < generations.size(); i++) {
      boolean isLast = i == generations.size() - 1;
      long begin = generations.get(i).generation().recoveryTransactionVersion();
      long end = isLast ? committed : generations.get(i + 1).generation().recoveryVersion();
      behind += Math.max(0, end - Math.max(latest, begin));
    }
    return behind / VERSIONS_PER_SECOND;
  }
}
