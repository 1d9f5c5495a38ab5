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
import io.ashlar.core.ShardMap;
import io.ashlar.core.ShardMap.Team;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovePlanTest {
  private static final int MANY = 100;

  private final List<Server> servers = new ArrayList<>();

  private MovePlanTest server(int tag, String zone, Standing standing) {
    servers.add(new Server(tag, zone, standing));
    return this;
  }

  private MovePlanTest present(int tag, String zone) {
    return server(tag, zone, Standing.PRESENT);
  }

  private static List<ShardMap.Shard> shards(Team... teams) {
    List<ShardMap.Shard> shards = new ArrayList<>();
    for (int i = 0; i < teams.length; i++) {
      Bytes begin = i == 0 ? Keys.FIRST : Bytes.of(i);
      Bytes end = i + 1 < teams.length ? Bytes.of(i + 1) : Keys.SYSTEM_END;
      shards.add(new ShardMap.Shard(new KeyRange(begin, end), teams[i]));
    }
    return shards;
  }

  private Outcome next(int replication, boolean ready, Team... teams) {
    return new MovePlan(servers, replication, MANY).next(shards(teams), shard -> ready);
  }

  private static Step only(Outcome outcome) {
    assertThat(outcome.steps()).hasSize(1);
    return outcome.steps().get(0);
  }

  @Test
  void teamsOfOneGetASecondMemberInAnotherZone() {
    present(1, "a").present(2, "a").present(3, "b");
    Step step = only(next(2, false, Team.atRest(1)));
    assertThat(step.kind()).isEqualTo(Kind.START);
    assertThat(step.after().isSame(Team.moving(new int[] {1}, new int[] {1, 3}))).isTrue();
  }

  @Test
  void aSecondMemberHasToWaitForASecondZone() {
    present(1, "a").present(2, "a");
    assertThat(next(2, false, Team.atRest(1)).isAtRest()).isTrue();
  }

  @Test
  void aMoveEndsOnceTheNewcomersHaveTheShard() {
    present(1, "a").present(2, "b");
    Team moving = Team.moving(new int[] {1}, new int[] {1, 2});
    Outcome waiting = next(2, false, moving);
    assertThat(waiting.steps()).isEmpty();
    assertThat(waiting.moving()).isEqualTo(1);
    Step step = only(next(2, true, moving));
    assertThat(step.kind()).isEqualTo(Kind.FINISH);
    assertThat(step.after().isSame(Team.atRest(1, 2))).isTrue();
  }

  @Test
  void nobodyLetsGoOfAShardWhileOneOfTheNextTeamIsAway() {
    present(1, "a").server(2, "b", Standing.AWAY);
    assertThat(next(1, true, Team.moving(new int[] {1}, new int[] {2})).steps()).isEmpty();
    assertThat(next(1, true, Team.moving(new int[] {1, 2}, new int[] {2})).steps()).isEmpty();
    present(3, "c").server(4, "d", Standing.EXCLUDED);
    assertThat(next(3, true, Team.atRest(1, 2, 3, 4)).steps()).isEmpty();
  }

  @Test
  void aMoveToOneThatIsExcludedIsGivenUp() {
    present(1, "a").server(2, "b", Standing.EXCLUDED).present(3, "c");
    Step step = only(next(2, true, Team.moving(new int[] {1}, new int[] {1, 2})));
    assertThat(step.kind()).isEqualTo(Kind.GIVE_UP);
    assertThat(step.after().isSame(Team.atRest(1))).isTrue();
  }

  @Test
  void aMoveToOneThatIsLostIsGivenUp() {
    present(1, "a").server(2, "b", Standing.LOST).present(3, "c");
    Step step = only(next(2, false, Team.moving(new int[] {1}, new int[] {1, 2})));
    assertThat(step.kind()).isEqualTo(Kind.GIVE_UP);
  }

  @Test
  void whoIsExcludedIsReplacedAndTheOthersStay() {
    present(1, "a").server(2, "b", Standing.EXCLUDED).present(3, "c");
    Step step = only(next(2, false, Team.atRest(1, 2)));
    assertThat(step.after().isSame(Team.moving(new int[] {1, 2}, new int[] {1, 3}))).isTrue();
  }

  @Test
  void whoIsAwayStaysAndWhoIsLostIsReplacedIfSomebodyCan() {
    present(1, "a").server(2, "b", Standing.AWAY);
    assertThat(next(2, false, Team.atRest(1, 2)).isAtRest()).isTrue();
    servers.set(1, new Server(2, "b", Standing.LOST));
    assertThat(next(2, false, Team.atRest(1, 2)).isAtRest()).isTrue();
    present(3, "c");
    Step step = only(next(2, false, Team.atRest(1, 2)));
    assertThat(step.after().isSame(Team.moving(new int[] {1, 2}, new int[] {1, 3}))).isTrue();
  }

  @Test
  void tooManyCopiesAreLetGoWithoutAMove() {
    present(1, "a").present(2, "b");
    Step step = only(next(1, false, Team.atRest(1, 2)));
    assertThat(step.kind()).isEqualTo(Kind.LET_GO);
    assertThat(step.after().isMoving()).isFalse();
    assertThat(step.after().sources()).hasSize(1);
  }

  @Test
  void twoInOneZoneAreParted() {
    present(1, "a").present(2, "a").present(3, "b");
    Step step = only(next(2, false, Team.atRest(1, 2)));
    assertThat(step.after().isSame(Team.moving(new int[] {1, 2}, new int[] {1, 3}))).isTrue();
  }

  @Test
  void aNewServerGetsItsPartAndNeighboursGoToDifferentOnes() {
    present(1, "a").present(2, "b");
    Outcome outcome =
        next(
            1,
            false,
            Team.atRest(1),
            Team.atRest(1),
            Team.atRest(1),
            Team.atRest(1),
            Team.atRest(1),
            Team.atRest(1));
    assertThat(outcome.steps()).hasSize(3);
    assertThat(outcome.steps().stream().map(step -> step.range().begin()))
        .containsExactlyInAnyOrder(Keys.FIRST, Bytes.of(2), Bytes.of(4));
  }

  @Test
  void noMoreMoveAtOnceThanMay() {
    present(1, "a").present(2, "b");
    Team[] teams = new Team[10];
    java.util.Arrays.fill(teams, Team.atRest(1));
    teams[9] = Team.moving(new int[] {1}, new int[] {1, 2});
    Outcome outcome = new MovePlan(servers, 2, 4).next(shards(teams), shard -> false);
    assertThat(outcome.steps()).hasSize(3);
    assertThat(outcome.moving()).isEqualTo(4);
    assertThat(outcome.wrong()).isEqualTo(6);
  }

  @Test
  void whenAllAreExcludedEverythingStaysWhereItIs() {
    server(1, "a", Standing.EXCLUDED);
    assertThat(next(1, false, Team.atRest(1)).steps()).isEmpty();
  }

  @Test
  void whatIsLeftOfTooManyStepsIsStillToBeDone() {
    ShardMap.Team here = ShardMap.Team.atRest(1);
    ShardMap.Team moving = ShardMap.Team.moving(new int[] {1}, new int[] {2});
    KeyRange range = new KeyRange(Bytes.utf8("a"), Bytes.utf8("b"));
    MovePlan.Step start = new MovePlan.Step(MovePlan.Kind.START, range, here, moving);
    MovePlan.Step finish = new MovePlan.Step(MovePlan.Kind.FINISH, range, moving, here);
    MovePlan.Outcome outcome = new MovePlan.Outcome(List.of(finish, start, finish, start), 0, 2);
    assertThat(outcome.first(4)).isSameAs(outcome);
    assertThat(outcome.first(1)).isEqualTo(new MovePlan.Outcome(List.of(finish), 2, 1));
    assertThat(outcome.first(2)).isEqualTo(new MovePlan.Outcome(List.of(finish, start), 1, 2));
  }
}
