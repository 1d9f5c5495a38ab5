package io.ashlar.control;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.ShardMap;
import io.ashlar.host.Host;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * What a mover may do besides what it is to do, at points of failure: begins a move of any part of
 * any shard to any legal team, and gives up one that is under way.
 */
final class StrayMoves {
  /** Nothing puts the parts of a shard together again. */
  private static final int SHARDS_MAX = 300;

  private StrayMoves() {}

  /** What was planned, and at points of failure one step more, of a shard it does not touch. */
  static MovePlan.Outcome addTo(
      MovePlan.Outcome planned,
      Host host,
      List<MovePlan.Server> servers,
      int replication,
      List<ShardMap.Shard> shards) {
    boolean moves = host.faults().at("mover.move-any");
    boolean givesUp = host.faults().at("mover.give-up-any");
    if (!moves && !givesUp) {
      return planned;
    }
    ShardMap.Shard shard = shards.get(host.random().nextInt(shards.size()));
    for (MovePlan.Step step : planned.steps()) {
      if (step.range().equals(shard.range())) {
        return planned;
      }
    }
    MovePlan.Step stray = null;
    if (shard.team().isMoving()) {
      ShardMap.Team rest = ShardMap.Team.atRest(shard.team().sources());
      stray = givesUp ? step(MovePlan.Kind.GIVE_UP, shard.range(), shard, rest) : null;
    } else if (moves) {
      int[] target = anyTeam(servers, replication, host.random());
      boolean isOther = Arrays.stream(target).anyMatch(tag -> !shard.team().isSource(tag));
      if (isOther) {
        ShardMap.Team moving = ShardMap.Team.moving(shard.team().sources(), target);
        KeyRange part = shards.size() < SHARDS_MAX ? anyPart(shard, host.random()) : shard.range();
        stray = step(MovePlan.Kind.START, part, shard, moving);
      }
    }
    if (stray == null) {
      return planned;
    }
    List<MovePlan.Step> steps = new ArrayList<>(planned.steps());
    steps.add(stray);
    int more = stray.kind() == MovePlan.Kind.START ? 1 : -1;
    return new MovePlan.Outcome(steps, planned.wrong(), planned.moving() + more);
  }

  private static MovePlan.Step step(
      MovePlan.Kind kind, KeyRange range, ShardMap.Shard shard, ShardMap.Team after) {
    return new MovePlan.Step(kind, range, shard.team(), after);
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
