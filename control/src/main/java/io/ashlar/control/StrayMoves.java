package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.ShardMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * What a mover may do for no reason, at points of failure: begins to move any shards to any legal
 * team, or parts of them, and gives up moves that are under way.
 */
final class StrayMoves {
  /** Nothing puts the parts of a shard together again. */
  private static final int SHARDS_MAX = 300;

  /** Up to 64 neighbours at a time: in most shards of a small database is nothing. */
  private static final int DOUBLINGS_MAX = 7;

  private StrayMoves() {}

  /**
   * What was planned, and more steps, of shards it does not touch.
   *
   * @param begins whether shards begin to move
   * @param givesUp whether moves are given up
   */
  static MovePlan.Outcome addTo(
      MovePlan.Outcome planned,
      boolean begins,
      boolean givesUp,
      SeededRandom random,
      List<MovePlan.Server> servers,
      int replication,
      List<ShardMap.Shard> shards) {
    TreeSet<Bytes> touched = new TreeSet<>();
    planned.steps().forEach(step -> touched.add(step.range().begin()));
    int[] target = begins ? anyTeam(servers, replication, random) : new int[0];
    int from = random.nextInt(shards.size());
    int to = Math.min(shards.size(), from + (1 << random.nextInt(DOUBLINGS_MAX)));
    List<MovePlan.Step> steps = new ArrayList<>(planned.steps());
    int moving = planned.moving();
    for (ShardMap.Shard shard : shards.subList(from, to)) {
      boolean isOther = Arrays.stream(target).anyMatch(tag -> !shard.team().isSource(tag));
      if (touched.contains(shard.range().begin())) {
        continue;
      }
      if (shard.team().isMoving() && givesUp) {
        ShardMap.Team rest = ShardMap.Team.atRest(shard.team().sources());
        steps.add(new MovePlan.Step(MovePlan.Kind.GIVE_UP, shard.range(), shard.team(), rest));
        moving--;
      } else if (!shard.team().isMoving() && isOther) {
        ShardMap.Team next = ShardMap.Team.moving(shard.team().sources(), target);
        boolean isCut = shards.size() < SHARDS_MAX && steps.size() == planned.steps().size();
        KeyRange part = isCut ? anyPart(shard, random) : shard.range();
        steps.add(new MovePlan.Step(MovePlan.Kind.START, part, shard.team(), next));
        moving++;
      }
    }
    return new MovePlan.Outcome(steps, planned.wrong(), moving);
  }

  /** Servers that are there, in as many different zones as there are to be; perhaps nobody. */
  private static int[] anyTeam(
      List<MovePlan.Server> servers, int replication, SeededRandom random) {
    TreeSet<String> zones = new TreeSet<>();
    for (MovePlan.Server server : servers) {
      if (!server.isExcluded()) {
        zones.add(server.zone());
      }
    }
    List<MovePlan.Server> left = new ArrayList<>(servers);
    left.removeIf(server -> !server.isPresent());
    TreeSet<Integer> team = new TreeSet<>();
    int copies = Math.min(replication, zones.size());
    while (team.size() < copies && !left.isEmpty()) {
      MovePlan.Server chosen = left.get(random.nextInt(left.size()));
      team.add(chosen.tag());
      left.removeIf(server -> server.zone().equals(chosen.zone()));
    }
    return team.size() < copies ? new int[0] : team.stream().mapToInt(Integer::intValue).toArray();
  }

  /** All of it, or what lies before or behind some key in it. */
  private static KeyRange anyPart(ShardMap.Shard shard, SeededRandom random) {
    KeyRange range = shard.range();
    Bytes cut = range.begin().concat(Bytes.of(random.nextInt(256)));
    if (!range.contains(cut) || random.nextBoolean()) {
      return range;
    }
    return random.nextBoolean() ? new KeyRange(range.begin(), cut) : new KeyRange(cut, range.end());
  }
}
