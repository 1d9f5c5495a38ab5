package io.ashlar.server.status;

import io.ashlar.embedded.ClusterStatus;

/**
 * What a cluster does a second, from two looks at it. Roles that were not there both times do not
 * count.
 */
record Rates(double commits, double conflicts, double readVersions, double reads) {
  static final Rates UNKNOWN = new Rates(-1, -1, -1, -1);

  static Rates between(ClusterStatus before, ClusterStatus after, double seconds) {
    if (before.view() == null || after.view() == null) {
      return UNKNOWN;
    }
    double direct = 0;
    for (ClusterStatus.ProcessAnswer process : after.processes()) {
      for (ClusterStatus.ProcessAnswer same : before.processes()) {
        if (same.name().equals(process.name())) {
          direct += grown(same.process(), process.process(), "reads-beside-the-loop");
        }
      }
    }
    return new Rates(
        grown(before, after, "commit-proxy", "committed") / seconds,
        grown(before, after, "commit-proxy", "conflicts") / seconds,
        grown(before, after, "read-version-proxy", "answered") / seconds,
        (direct + grown(before, after, "storage-server", "reads")) / seconds);
  }

  private static double grown(
      ClusterStatus before, ClusterStatus after, String kind, String field) {
    double sum = 0;
    for (ClusterStatus.Role role : after.roles()) {
      for (ClusterStatus.Role same : before.roles()) {
        if (role.kind().equals(kind) && role.id().equals(same.id())) {
          sum += grown(same.answer(), role.answer(), field);
        }
      }
    }
    return sum;
  }

  private static double grown(
      ClusterStatus.Answer before, ClusterStatus.Answer after, String field) {
    long now = after.number(field, -1);
    long then = before.number(field, -1);
    // A process that was started again counts from nothing.
    return now < 0 || then < 0 ? 0 : Math.max(0, now - then);
  }
}
