package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.control.MovePlan.Kind;
import io.ashlar.control.MovePlan.Outcome;
import io.ashlar.control.MovePlan.Server;
import io.ashlar.control.MovePlan.Standing;
import io.ashlar.control.MovePlan.Step;
import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.Keys;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.ShardMap;
import io.ashlar.core.ShardMap.Team;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Plans over drawn clusters, carried out step by step while servers come, go and are excluded. */
class MovePlanRandomTest {
  private static final int ROUNDS = 400;

  /** A cluster: who has which shard, and which servers there are. */
  private static final class Drawn {
    final SeededRandom random;
    final TreeMap<Integer, Server> servers = new TreeMap<>();
    final TreeMap<Bytes, Team> teams = new TreeMap<>();
    int replication;
    final int movingMax;

    /** How many copies were fetched. */
    int fetched;

    Drawn(SeededRandom random) {
      this.random = random;
      int count = random.nextInt(1, 8);
      int zones = random.nextInt(1, 6);
      for (int tag = 1; tag <= count; tag++) {
        servers.put(tag, new Server(tag, "zone " + random.nextInt(zones), Standing.PRESENT));
      }
      replication = random.nextInt(1, 4);
      movingMax = random.nextInt(1, 40);
      int shards = random.nextInt(1, 40);
      for (int i = 0; i < shards; i++) {
        TreeSet<Integer> tags = new TreeSet<>();
        for (int left = random.nextInt(1, 4); left > 0; left--) {
          tags.add(random.nextInt(1, count + 1));
        }
        teams.put(
            i == 0 ? Keys.FIRST : Bytes.of(i),
            Team.atRest(tags.stream().mapToInt(Integer::intValue).toArray()));
      }
    }

    List<ShardMap.Shard> shards() {
      List<ShardMap.Shard> shards = new ArrayList<>();
      teams.forEach(
          (begin, team) -> {
            Bytes next = teams.higherKey(begin);
            KeyRange range = new KeyRange(begin, next == null ? Keys.SYSTEM_END : next);
            shards.add(new ShardMap.Shard(range, team));
          });
      return shards;
    }

    Outcome next(boolean allReady) {
      return new MovePlan(List.copyOf(servers.values()), replication, movingMax)
          .next(
              shards(),
              shard -> isPresent(shard.team().target()) && (allReady || random.nextBoolean()));
    }

    boolean isPresent(int[] tags) {
      for (int tag : tags) {
        if (!servers.get(tag).isPresent()) {
          return false;
        }
      }
      return true;
    }

    int copies() {
      TreeSet<String> zones = new TreeSet<>();
      for (Server server : servers.values()) {
        if (!server.isExcluded()) {
          zones.add(server.zone());
        }
      }
      return Math.min(replication, zones.size());
    }

    void carryOut(Step step) {
      checkLegal(step);
      if (step.kind() == Kind.START) {
        fetched += step.after().tags().length - step.after().sources().length;
      }
      teams.put(step.range().begin(), step.after());
    }

    private void checkLegal(Step step) {
      Team before = step.before();
      Team after = step.after();
      assertThat(before.isSame(teams.get(step.range().begin()))).isTrue();
      switch (step.kind()) {
        case START -> {
          assertThat(before.isMoving()).isFalse();
          assertThat(after.sources()).isEqualTo(before.sources());
          assertThat(after.isMoving()).isTrue();
          checkGood(after.target());
          for (int tag : after.target()) {
            assertThat(after.isSource(tag) || servers.get(tag).isPresent()).isTrue();
          }
          assertThat(
                  after.target().length == copies()
                      || after.target().length > before.sources().length)
              .isTrue();
        }
        case FINISH -> {
          assertThat(after.sources()).isEqualTo(before.target());
          assertThat(after.isMoving()).isFalse();
          checkGood(after.sources());
        }
        case GIVE_UP -> assertThat(after.isSame(Team.atRest(before.sources()))).isTrue();
        case LET_GO -> {
          assertThat(before.isMoving()).isFalse();
          assertThat(after.isMoving()).isFalse();
          assertThat(after.sources().length).isLessThan(before.sources().length);
          assertThat(isPresent(after.sources())).isTrue();
          for (int tag : after.sources()) {
            assertThat(before.isSource(tag)).isTrue();
          }
          checkGood(after.sources());
        }
      }
    }

    private void checkGood(int[] team) {
      TreeSet<String> zones = new TreeSet<>();
      for (int tag : team) {
        assertThat(servers.get(tag).isExcluded()).isFalse();
        assertThat(zones.add(servers.get(tag).zone())).isTrue();
      }
      assertThat(team.length).isBetween(1, copies());
    }

    void change() {
      int tag = random.nextInt(1, servers.size() + 1);
      Standing[] all = Standing.values();
      switch (random.nextInt(4)) {
        case 0 -> replication = random.nextInt(1, 4);
        case 1 -> {
          int next = servers.size() + 1;
          servers.put(next, new Server(next, "zone " + random.nextInt(6), Standing.PRESENT));
        }
        default ->
            servers.computeIfPresent(
                tag,
                (same, server) -> new Server(tag, server.zone(), all[random.nextInt(all.length)]));
      }
    }

    void heal() {
      servers.replaceAll(
          (tag, server) ->
              server.isExcluded() ? server : new Server(tag, server.zone(), Standing.PRESENT));
    }

    void converge() {
      for (int left = 5_000; left > 0; left--) {
        Outcome outcome = next(true);
        outcome.steps().forEach(this::carryOut);
        assertThat(outcome.moving()).isLessThanOrEqualTo(Math.max(movingMax, teams.size()));
        if (outcome.isAtRest()) {
          return;
        }
      }
      throw new AssertionError("moves for ever: " + teams + " on " + servers);
    }
  }

  @Test
  void whateverHappensEveryStepIsLegalAndInTheEndAllTeamsAreRight() {
    for (int round = 0; round < ROUNDS; round++) {
      Drawn drawn = new Drawn(new SeededRandom(round));
      for (int left = 60; left > 0; left--) {
        for (Step step : drawn.next(false).steps()) {
          if (drawn.random.chance(800_000)) {
            // Some are not carried out.
            drawn.carryOut(step);
          }
        }
        if (drawn.random.chance(200_000)) {
          drawn.change();
        }
      }
      drawn.heal();
      if (drawn.copies() == 0) {
        continue;
      }
      drawn.converge();
      for (ShardMap.Shard shard : drawn.shards()) {
        assertThat(shard.team().isMoving()).isFalse();
        assertThat(shard.team().sources()).hasSize(drawn.copies());
        drawn.checkGood(shard.team().sources());
      }
    }
  }

  @Test
  void serversOfDifferentZonesEndWithTheSameNumberOfShards() {
    for (int round = 0; round < ROUNDS; round++) {
      Drawn drawn = new Drawn(new SeededRandom(round));
      drawn.servers.replaceAll((tag, server) -> new Server(tag, "zone " + tag, Standing.PRESENT));
      drawn.converge();
      TreeMap<Integer, Integer> counts = new TreeMap<>();
      drawn.servers.keySet().forEach(tag -> counts.put(tag, 0));
      for (ShardMap.Shard shard : drawn.shards()) {
        for (int tag : shard.tags()) {
          counts.merge(tag, 1, Integer::sum);
        }
      }
      int most = counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
      int least = counts.values().stream().mapToInt(Integer::intValue).min().orElseThrow();
      assertThat(most - least).as("%s", counts).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void noMoreIsFetchedThanServersHaveTooLittle() {
    for (int round = 0; round < ROUNDS; round++) {
      Drawn drawn = new Drawn(new SeededRandom(round));
      drawn.converge();
      // Whoever joins a cluster at rest gets its part, and nothing else moves.
      drawn.fetched = 0;
      int joined = drawn.servers.size() + 1;
      drawn.servers.put(joined, new Server(joined, "zone of its own", Standing.PRESENT));
      int copiesBefore = drawn.shards().stream().mapToInt(shard -> shard.tags().length).sum();
      drawn.converge();
      int copiesAfter = drawn.shards().stream().mapToInt(shard -> shard.tags().length).sum();
      int ofJoined = 0;
      for (ShardMap.Shard shard : drawn.shards()) {
        ofJoined += shard.team().isSource(joined) ? 1 : 0;
      }
      if (copiesBefore == copiesAfter) {
        assertThat(drawn.fetched).as("round %d", round).isEqualTo(ofJoined);
      } else {
        assertThat(drawn.fetched).isGreaterThanOrEqualTo(copiesAfter - copiesBefore);
      }
    }
  }
}
