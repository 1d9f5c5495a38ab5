package io.ashlar.simulation.check;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one transaction saw of some lists.
 *
 * @param readVersion at which all of them were read
 * @param lists what was in each that was looked at, in order; empty for one that is not there
 */
public record AppendRead(long readVersion, Map<String, List<Long>> lists) {
  public AppendRead {
    lists = new TreeMap<>(lists);
  }
}
