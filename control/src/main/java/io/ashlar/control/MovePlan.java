package io.ashlar.control;

import io.ashlar.core.Check;
import io.ashlar.core.KeyRange;
import io.ashlar.core.ShardMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Decides which shards go to which teams, and what is the next step of each: a pure function of who
 * has them and of what storage servers there are. In this order:
 *
 * <ol>
 *   <li>Moves that are under way end: where whoever is to have the shard has it, or where it is no
 *       good team any more.
 *   <li>Wrong teams are made right: those with too few or too many members, with two in one zone,
 *       or with one that is to have nothing. What can stay stays.
 *   <li>When all are right, or on the way to that, servers with many shards give some to those with
 *       few, until no two that could be closer differ by more than one.
 * </ol>
 */
final class MovePlan {
  /** What may be asked of a storage server. */
  enum Standing {
    /** It is there. */
    PRESENT,
    /** It is away, and expected back: it keeps what it has, and gets nothing. */
    AWAY,
    /** It has been away for long: others are to have what it has, if there are any. */
    LOST,
    /** It is to have nothing. */
    EXCLUDED
  }

  /**
   * A storage server.
   *
   * @param zone no two of a team are in one
   */
  record Server(int tag, String zone, Standing standing) {
    boolean isPresent() {
      return standing == Standing.PRESENT;
    }

    boolean isExcluded() {
      return standing == Standing.EXCLUDED;
    }
  }

  /** What a step does to a shard. */
  enum Kind {
    /** Others begin to fetch it. */
    START,
    /** The next team has it, and those who are not in that let it go. */
    FINISH,
    /** It stays with the team it has. */
    GIVE_UP,
    /** Some of its team let it go. */
    LET_GO
  }

  /** A change of who has a shard. */
  record Step(Kind kind, KeyRange range, ShardMap.Team before, ShardMap.Team after) {}

  /**
   * What is to be done next.
   *
   * @param steps of different shards; each is right without the others
   * @param wrong shards that have the wrong team and do not move, once the steps are done
   * @param moving shards that move, once the steps are done
   */
  record Outcome(List<Step> steps, int wrong, int moving) {
    boolean isAtRest() {
      return steps.isEmpty() && moving == 0;
    }

    /** The same with the first steps alone, at most so many: what is left is still to be done. */
    Outcome first(int count) {
      if (steps.size() <= count) {
        return this;
      }
      int wrongThen = wrong;
      int movingThen = moving;
      for (Step left : steps.subList(count, steps.size())) {
        switch (left.kind) {
          case START -> {
            movingThen--;
            wrongThen++;
          }
          case FINISH, GIVE_UP -> movingThen++;
          case LET_GO -> wrongThen++;
        }
      }
      return new Outcome(List.copyOf(steps.subList(0, count)), wrongThen, movingThen);
    }
  }

  private final TreeMap<Integer, Server> servers = new TreeMap<>();
  private final int copies;
  private final int movingMax;

  /** How many shards each server has, or is to have. */
  private final TreeMap<Integer, Integer> counts = new TreeMap<>();

  private final List<Step> steps = new ArrayList<>();
  private int moving;
  private int wrong;

  /**
   * @param replication F: how many copies there are to be; as many as there are zones, if those are
   *     fewer
   * @param movingMax so many shards move at once, at most
   */
  MovePlan(List<Server> servers, int replication, int movingMax) {
    TreeSet<String> zones = new TreeSet<>();
    for (Server server : servers) {
      Check.that(this.servers.put(server.tag, server) == null, "a tag twice: ", server);
      counts.put(server.tag, 0);
      if (!server.isExcluded()) {
        zones.add(server.zone);
      }
    }
    this.copies = Math.min(replication, zones.size());
    this.movingMax = movingMax;
  }

  /**
   * Decides; called once.
   *
   * @param shards all of them, in key order
   * @param isReady whether all who do not serve a moving shard and are to do so have it, safely
   */
  Outcome next(List<ShardMap.Shard> shards, Predicate<ShardMap.Shard> isReady) {
    if (copies == 0) {
      return new Outcome(List.of(), shards.size(), 0);
    }
    ShardMap.Team[] next = new ShardMap.Team[shards.size()];
    for (int i = 0; i < next.length; i++) {
      next[i] = shards.get(i).team();
      count(next[i], 1);
    }
    for (int i = 0; i < next.length; i++) {
      if (next[i].isMoving()) {
        next[i] = end(shards.get(i), isReady.test(shards.get(i)));
      }
    }
    for (int i = 0; i < next.length; i++) {
      if (shards.get(i).team().isMoving()) {
        continue;
      }
      int[] right = rightTeam(next[i].sources());
      if (right == null) {
        wrong++;
      } else if (!Arrays.equals(right, next[i].sources())) {
        next[i] = begin(shards.get(i), right);
      }
    }
    if (wrong == 0) {
      balance(shards, next);
    }
    return new Outcome(steps, wrong, moving);
  }

  private static int[] futureOf(ShardMap.Team team) {
    return team.isMoving() ? team.target() : team.sources();
  }

  private void count(ShardMap.Team team, int difference) {
    for (int tag : futureOf(team)) {
      counts.computeIfPresent(tag, (same, count) -> count + difference);
    }
  }

  private ShardMap.Team step(Kind kind, ShardMap.Shard shard, ShardMap.Team after) {
    count(shard.team(), -1);
    count(after, 1);
    steps.add(new Step(kind, shard.range(), shard.team(), after));
    return after;
  }

  // What is under way

  private ShardMap.Team end(ShardMap.Shard shard, boolean isReady) {
    ShardMap.Team team = shard.team();
    if (!isGoodTarget(team)) {
      return step(Kind.GIVE_UP, shard, ShardMap.Team.atRest(team.sources()));
    }
    if (isReady && (isPresent(team.target()) || isWithin(team.sources(), team.target()))) {
      return step(Kind.FINISH, shard, ShardMap.Team.atRest(team.target()));
    }
    moving++;
    return team;
  }

  private boolean isGoodTarget(ShardMap.Team team) {
    int[] target = team.target();
    boolean isLarger = target.length > team.sources().length;
    if (target.length > copies || (target.length < copies && !isLarger)) {
      return false;
    }
    TreeSet<String> zones = new TreeSet<>();
    for (int tag : target) {
      Server server = servers.get(tag);
      if (server == null || server.isExcluded() || !zones.add(server.zone)) {
        return false;
      }
      if (server.standing == Standing.LOST && !team.isSource(tag)) {
        return false;
      }
    }
    return true;
  }

  /** Whether all are there: only then may others let go of what these have too. */
  private boolean isPresent(int[] tags) {
    for (int tag : tags) {
      if (!servers.get(tag).isPresent()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWithin(int[] some, int[] all) {
    for (int tag : some) {
      if (Arrays.binarySearch(all, tag) < 0) {
        return false;
      }
    }
    return true;
  }

  // Wrong teams

  /**
   * The team that a shard is to have: of the one it has whoever can stay, and others that are
   * there.
   *
   * @return null when there is none at the moment
   */
  private int[] rightTeam(int[] team) {
    List<Server> members = new ArrayList<>();
    for (int tag : team) {
      Server server = servers.get(tag);
      if (server != null && !server.isExcluded()) {
        members.add(server);
      }
    }
    members.sort(
        Comparator.comparing(Server::standing)
            .thenComparing(server -> counts.get(server.tag))
            .thenComparing(Server::tag));
    TreeMap<String, Integer> byZone = new TreeMap<>();
    for (Server member : members) {
      if (member.standing != Standing.LOST && byZone.size() < copies) {
        byZone.putIfAbsent(member.zone, member.tag);
      }
    }
    while (byZone.size() < copies) {
      Server newcomer = fewest(byZone);
      if (newcomer == null) {
        break;
      }
      byZone.put(newcomer.zone, newcomer.tag);
    }
    for (Server member : members) {
      if (byZone.size() < copies) {
        // The lost too, when there is nobody else.
        byZone.putIfAbsent(member.zone, member.tag);
      }
    }
    if (byZone.size() < copies && byZone.size() <= team.length) {
      return null;
    }
    return byZone.values().stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /**
   * Of those who are there, and in none of these zones, the one with the fewest shards, or null.
   */
  private Server fewest(Map<String, Integer> byZone) {
    Server fewest = null;
    for (Server server : servers.values()) {
      boolean isFree = server.isPresent() && !byZone.containsKey(server.zone);
      if (isFree && (fewest == null || counts.get(server.tag) < counts.get(fewest.tag))) {
        fewest = server;
      }
    }
    return fewest;
  }

  private ShardMap.Team begin(ShardMap.Shard shard, int[] right) {
    ShardMap.Team team = shard.team();
    if (isWithin(right, team.sources())) {
      if (isPresent(right)) {
        return step(Kind.LET_GO, shard, ShardMap.Team.atRest(right));
      }
      wrong++;
      return team;
    }
    return start(shard, right);
  }

  private ShardMap.Team start(ShardMap.Shard shard, int[] target) {
    if (moving >= movingMax) {
      wrong++;
      return shard.team();
    }
    moving++;
    return step(Kind.START, shard, ShardMap.Team.moving(shard.team().sources(), target));
  }

  // Balance

  private void balance(List<ShardMap.Shard> shards, ShardMap.Team[] next) {
    while (moving < movingMax && balanceOne(shards, next)) {
      // Each brings two servers closer together.
    }
  }

  private boolean balanceOne(List<ShardMap.Shard> shards, ShardMap.Team[] next) {
    List<Server> byCount = new ArrayList<>();
    for (Server server : servers.values()) {
      if (server.isPresent()) {
        byCount.add(server);
      }
    }
    byCount.sort(Comparator.comparing(server -> counts.get(server.tag)));
    for (Server to : byCount) {
      for (int i = byCount.size() - 1; i > 0; i--) {
        Server from = byCount.get(i);
        if (counts.get(from.tag) - counts.get(to.tag) < 2) {
          break;
        }
        int shard = toGive(shards, next, from, to);
        if (shard >= 0) {
          int[] target = replaced(next[shard].sources(), from.tag, to.tag);
          next[shard] = start(shards.get(shard), target);
          return true;
        }
      }
    }
    return false;
  }

  /** A shard that one can give to the other, if possible none beside one that this has; or -1. */
  private int toGive(List<ShardMap.Shard> shards, ShardMap.Team[] next, Server from, Server to) {
    int found = -1;
    for (int i = 0; i < next.length; i++) {
      boolean isUntouched = next[i] == shards.get(i).team() && !next[i].isMoving();
      if (isUntouched && canReplace(next[i].sources(), from, to)) {
        boolean isBeside =
            (i > 0 && has(next[i - 1], to.tag))
                || (i + 1 < next.length && has(next[i + 1], to.tag));
        if (!isBeside) {
          return i;
        }
        found = found < 0 ? i : found;
      }
    }
    return found;
  }

  private static boolean has(ShardMap.Team team, int tag) {
    return Arrays.binarySearch(futureOf(team), tag) >= 0;
  }

  private boolean canReplace(int[] team, Server from, Server to) {
    boolean isMember = false;
    for (int tag : team) {
      if (tag == from.tag) {
        isMember = true;
      } else if (servers.get(tag).zone.equals(to.zone)) {
        return false;
      }
    }
    return isMember;
  }

  private static int[] replaced(int[] team, int from, int to) {
    int[] other = team.clone();
    other[Arrays.binarySearch(team, from)] = to;
    Arrays.sort(other);
    return other;
  }
}
