package io.ashlar.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which log servers of a generation hold a tag: a consistent-hash ring with virtual nodes, walked
 * from the tag's point until F members of distinct zones are found (Karger et al., "Consistent
 * Hashing and Random Trees", 1997). A pure function of the generation, so that proxies, storage
 * servers and recovery agree without talking.
 *
 * <p>Not thread-safe: answers are remembered.
 */
public final class TagPlacement {
  private static final int POINTS_PER_MEMBER = 64;

  private final LogGeneration generation;
  private final long[] points;
  private final int[] owners;
  private final Map<Integer, int[]> remembered = new HashMap<>();

  public TagPlacement(LogGeneration generation) {
    this.generation = generation;
    int count = generation.members().size() * POINTS_PER_MEMBER;
    Check.that(count > 0, "a generation without log servers: epoch ", generation.epoch());
    long[][] ring = new long[count][];
    for (int i = 0; i < count; i++) {
      int member = i / POINTS_PER_MEMBER;
      Uid id = generation.members().get(member).logId();
      ring[i] = new long[] {mix(mix(id.high()) ^ id.low() ^ mix(i % POINTS_PER_MEMBER)), member};
    }
    Arrays.sort(ring, (a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
    points = new long[count];
    owners = new int[count];
    for (int i = 0; i < count; i++) {
      points[i] = ring[i][0];
      owners[i] = (int) ring[i][1];
    }
  }

  private static long mix(long z) {
    long x = z + 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /** The indexes of the members that hold {@code tag}, best first; only to be read. */
  public int[] membersFor(int tag) {
    return remembered.computeIfAbsent(tag, this::walk);
  }

  /** Whether the member at {@code index} holds {@code tag}. */
  public boolean holds(int index, int tag) {
    for (int member : membersFor(tag)) {
      if (member == index) {
        return true;
      }
    }
    return false;
  }

  private int[] walk(int tag) {
    int found = Arrays.binarySearch(points, mix(tag));
    int start = found >= 0 ? found : -found - 1;
    List<Integer> chosen = new ArrayList<>();
    Set<String> zones = new HashSet<>();
    for (int i = 0; i < points.length && chosen.size() < generation.replication(); i++) {
      int member = owners[(start + i) % points.length];
      if (zones.add(generation.members().get(member).zone())) {
        chosen.add(member);
      }
    }
    return chosen.stream().mapToInt(Integer::intValue).toArray();
  }
}
