package io.ashlar.simulation.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Clients tell each other of commits beside the store. Whoever was told of one, before he began
 * anything, comes after it: his read version is not below it, he finds it and all that it followed,
 * and what he commits stands behind it.
 */
public final class SidebandChecker {
  /**
   * A commit that its client may tell of.
   *
   * @param follows the one its client had been told of, or {@link #NONE}
   */
  public record Link(long follows, Stamp stamp) {}

  /** As a number of a link: none. */
  public static final long NONE = 0;

  private final Map<Long, Link> acknowledged = new TreeMap<>();
  private final Violations violations = new Violations();

  /** Link {@code id} was acknowledged; told of from now on. */
  public void acknowledged(long id, Link link) {
    acknowledged.put(id, link);
    checkOrder(id, link);
  }

  private void checkOrder(long id, Link link) {
    Link before = acknowledged.get(link.follows);
    if (before != null && link.stamp.compareTo(before.stamp) <= 0) {
      violations.add(
          "link " + id + " at " + link.stamp + " follows " + link.follows + " at " + before.stamp);
    }
  }

  /** The link, those it followed, and so on, the newest first; at most {@code countMax}. */
  public List<Long> chain(long id, int countMax) {
    List<Long> chain = new ArrayList<>();
    for (long at = id; at != NONE && chain.size() < countMax; at = acknowledged.get(at).follows) {
      chain.add(at);
    }
    return chain;
  }

  /** Somebody who had been told of {@code told} got a read version. */
  public void gotReadVersion(String who, long told, long version) {
    Link link = acknowledged.get(told);
    if (version < link.stamp.version()) {
      violations.add(
          who + " was told of link " + told + " at " + link.stamp + " and reads at " + version);
    }
  }

  /**
   * Somebody who had been told of {@code told}, or of what follows it, looked for it.
   *
   * @param found null when it is not there
   */
  public void looked(String who, long told, Link found) {
    Link link = acknowledged.get(told);
    if (!link.equals(found)) {
      violations.add(who + " was told of link " + told + ", " + link + ", and finds " + found);
    }
  }

  /**
   * Decides at the end.
   *
   * @param data all links that are there, of unknown outcome too
   */
  public Violations check(Map<Long, Link> data) {
    acknowledged.forEach(
        (id, link) -> {
          if (!link.equals(data.get(id))) {
            violations.add(
                "link " + id + " was acknowledged as " + link + " and is " + data.get(id));
          }
        });
    data.forEach(
        (id, link) -> {
          if (!acknowledged.containsKey(id)) {
            checkOrder(id, link);
          }
        });
    return violations;
  }
}
