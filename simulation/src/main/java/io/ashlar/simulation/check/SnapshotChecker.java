package io.ashlar.simulation.check;

import io.ashlar.core.KeyValue;
import java.util.List;
import java.util.TreeMap;

/**
 * What a range of keys is at a version is one thing: whoever reads all of it at that version,
 * wherever, however and whenever, gets the same rows.
 *
 * <p>Remembers what was read first at each of the newest versions.
 */
public final class SnapshotChecker {
  private record Snapshot(String how, List<KeyValue> rows) {}

  private final int keptMax;
  private final TreeMap<Long, Snapshot> byVersion = new TreeMap<>();
  private final Violations violations = new Violations();
  private long compared;

  /**
   * @param keptMax how many versions are remembered
   */
  public SnapshotChecker(int keptMax) {
    this.keptMax = keptMax;
  }

  /**
   * Somebody has read all rows at a version.
   *
   * @param how by whom and in which way, for people
   * @param rows in the order of their keys
   */
  public void saw(long version, String how, List<KeyValue> rows) {
    Snapshot first = byVersion.get(version);
    if (first == null) {
      byVersion.put(version, new Snapshot(how, List.copyOf(rows)));
      if (byVersion.size() > keptMax) {
        byVersion.pollFirstEntry();
      }
      return;
    }
    compared++;
    if (!first.rows.equals(rows)) {
      violations.add(
          "version "
              + version
              + " read by "
              + how
              + " is not what it was by "
              + first.how
              + ": "
              + Rows.difference(first.rows, rows));
    }
  }

  /** The versions that are remembered, in order. */
  public List<Long> versions() {
    return List.copyOf(byVersion.keySet());
  }

  /** How often a version was read again. */
  public long compared() {
    return compared;
  }

  public Violations violations() {
    return violations;
  }
}
