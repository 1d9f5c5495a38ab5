package io.ashlar.simulation.check;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.ShardMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether everyone who should have the same has the same, at rest: each storage server the rows of
 * its shards and no others, and the log servers that hold a tag the same of it.
 */
public final class ReplicaChecker {
  /**
   * What the engine of a storage server holds.
   *
   * @param name for people
   * @param rows all of them, in key order
   */
  public record Engine(String name, int tag, List<KeyValue> rows) {}

  /**
   * What a log server has of a tag: all of it in the versions {@code from} to {@code through}.
   *
   * @param name for people
   */
  public record Tail(
      String name, int tag, long from, long through, List<PeekEntries.Entry> entries) {}

  private final Violations violations = new Violations();
  private long rowsCompared;
  private long versionsCompared;

  /**
   * Compares engines with what clients read, at a time when nothing is written.
   *
   * @param rows of the whole key space, system keys too, as a client reads them
   * @param shards in key order
   */
  public void checkEngines(
      List<KeyValue> rows, List<ShardMap.Shard> shards, Collection<Engine> engines) {
    checkShards(shards, engines);
    for (Engine engine : engines) {
      List<KeyValue> expected = new ArrayList<>();
      for (ShardMap.Shard shard : shards) {
        if (has(shard.tags(), engine.tag)) {
          for (KeyValue row : rows) {
            if (shard.range().contains(row.key())) {
              expected.add(row);
            }
          }
        }
      }
      rowsCompared += expected.size();
      if (!expected.equals(engine.rows)) {
        violations.add(
            engine.name
                + ", tag "
                + engine.tag
                + ", holds something else than clients read: "
                + Rows.difference(expected, engine.rows));
      }
    }
  }

  private static boolean has(int[] tags, int tag) {
    for (int each : tags) {
      if (each == tag) {
        return true;
      }
    }
    return false;
  }

  /** Every key belongs to one shard, and each shard to somebody. */
  private void checkShards(List<ShardMap.Shard> shards, Collection<Engine> engines) {
    TreeSet<Integer> held = new TreeSet<>();
    engines.forEach(engine -> held.add(engine.tag));
    Bytes reached = Keys.FIRST;
    for (ShardMap.Shard shard : shards) {
      if (!shard.range().begin().equals(reached)) {
        violations.add("a shard begins at " + shard.range().begin() + ", not at " + reached);
      }
      reached = shard.range().end();
      if (shard.tags().length == 0) {
        violations.add("the shard at " + shard.range().begin() + " belongs to nobody");
      }
      for (int tag : shard.tags()) {
        if (!held.contains(tag)) {
          violations.add(
              "the shard at " + shard.range().begin() + " belongs to tag " + tag + ", nobody's");
        }
      }
    }
    if (!reached.equals(Keys.SYSTEM_END)) {
      violations.add("the shards end at " + reached);
    }
  }

  /** Compares what log servers have of each tag, where they have the same versions. */
  public void checkTails(Collection<Tail> tails) {
    Map<Integer, List<Tail>> byTag = new TreeMap<>();
    for (Tail tail : tails) {
      byTag.computeIfAbsent(tail.tag, tag -> new ArrayList<>()).add(tail);
    }
    byTag.values().forEach(this::checkTag);
  }

  private void checkTag(List<Tail> tails) {
    long from = Long.MIN_VALUE;
    long through = Long.MAX_VALUE;
    for (Tail tail : tails) {
      from = Math.max(from, tail.from);
      through = Math.min(through, tail.through);
    }
    Map<Long, Bytes> first = within(tails.get(0), from, through);
    for (Tail tail : tails.subList(1, tails.size())) {
      Map<Long, Bytes> other = within(tail, from, through);
      versionsCompared += first.size();
      TreeSet<Long> versions = new TreeSet<>(first.keySet());
      versions.addAll(other.keySet());
      for (long version : versions) {
        Bytes here = first.get(version);
        if (here == null || !here.equals(other.get(version))) {
          violations.add(
              "of tag "
                  + tail.tag
                  + " "
                  + tails.get(0).name
                  + " has "
                  + text(here)
                  + " at version "
                  + version
                  + " and "
                  + tail.name
                  + " has "
                  + text(other.get(version)));
        }
      }
    }
  }

  private static Map<Long, Bytes> within(Tail tail, long from, long through) {
    Map<Long, Bytes> mutations = new TreeMap<>();
    for (PeekEntries.Entry entry : tail.entries) {
      if (entry.version() >= from && entry.version() <= through) {
        mutations.put(entry.version(), entry.mutations());
      }
    }
    return mutations;
  }

  private static String text(Bytes mutations) {
    return mutations == null ? "nothing" : mutations.printable(60);
  }

  /** Rows of engines that were compared with what clients read. */
  public long rowsCompared() {
    return rowsCompared;
  }

  /** Versions of a tag that were compared between two log servers. */
  public long versionsCompared() {
    return versionsCompared;
  }

  public Violations violations() {
    return violations;
  }
}
