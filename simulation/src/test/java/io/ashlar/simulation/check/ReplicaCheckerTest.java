package io.ashlar.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.ShardMap;
import io.ashlar.simulation.check.ReplicaChecker.Engine;
import io.ashlar.simulation.check.ReplicaChecker.Tail;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaCheckerTest {
  private static final Bytes M = Bytes.utf8("m");
  private static final KeyValue A = row("a", "1");
  private static final KeyValue B = row("b", "2");
  private static final KeyValue P = row("p", "3");

  private final ReplicaChecker checker = new ReplicaChecker();
  private final List<ShardMap.Shard> shards = new ArrayList<>();
  private final List<Engine> engines = new ArrayList<>();

  private static KeyValue row(String key, String value) {
    return new KeyValue(Bytes.utf8(key), Bytes.utf8(value));
  }

  private void shard(Bytes begin, Bytes end, int... tags) {
    shards.add(new ShardMap.Shard(new KeyRange(begin, end), tags));
  }

  private void engine(String name, int tag, KeyValue... rows) {
    engines.add(new Engine(name, tag, List.of(rows)));
  }

  private void twoShards() {
    shard(Keys.FIRST, M, 1, 2);
    shard(M, Keys.SYSTEM_END, 2);
  }

  private void checkEngines() {
    checker.checkEngines(List.of(A, B, P), shards, engines);
  }

  private void expect(String violation) {
    assertThat(checker.violations().count()).as(checker.violations().toString()).isEqualTo(1);
    assertThat(checker.violations().toString()).contains(violation);
  }

  @Test
  void everyEngineHoldsItsShards() {
    twoShards();
    engine("x", 1, A, B);
    engine("y", 2, A, B, P);
    checkEngines();
    assertThat(checker.violations().isEmpty()).isTrue();
    assertThat(checker.rowsCompared()).isEqualTo(5);
  }

  @Test
  void aRowThatAnEngineLacksIsNamed() {
    twoShards();
    engine("x", 1, A);
    engine("y", 2, A, B, P);
    checkEngines();
    expect("x, tag 1, holds something else than clients read: row 1 is missing where");
  }

  @Test
  void aRowOfAnotherValueInOneReplicaIsNamed() {
    twoShards();
    engine("x", 1, A, B);
    engine("y", 2, A, row("b", "9"), P);
    checkEngines();
    expect("y, tag 2");
  }

  @Test
  void aRowOutsideOfItsShardsIsNamed() {
    twoShards();
    engine("x", 1, A, B, P);
    engine("y", 2, A, B, P);
    checkEngines();
    expect("x, tag 1");
  }

  @Test
  void aRowThatNoClientReadsIsNamed() {
    twoShards();
    engine("x", 1, A, B);
    engine("y", 2, A, B, P, row("q", "4"));
    checkEngines();
    expect("where nothing should be");
  }

  @Test
  void aShardThatNobodyHoldsIsNamed() {
    shard(Keys.FIRST, Keys.SYSTEM_END, 1, 3);
    engine("x", 1, A, B, P);
    checkEngines();
    expect("belongs to tag 3, nobody's");
  }

  @Test
  void aShardWithoutATeamIsNamed() {
    shard(Keys.FIRST, M);
    shard(M, Keys.SYSTEM_END, 1);
    engine("x", 1, P);
    checkEngines();
    expect("belongs to nobody");
  }

  @Test
  void keysBetweenAndBehindTheShardsAreNamed() {
    shard(Keys.FIRST, Bytes.utf8("k"), 1);
    shard(M, Keys.SYSTEM_END, 1);
    engine("x", 1, A, B, P);
    checkEngines();
    expect("a shard begins at m, not at k");
    shards.set(1, new ShardMap.Shard(new KeyRange(Bytes.utf8("k"), Keys.USER_END), new int[] {1}));
    checkEngines();
    assertThat(checker.violations().toString()).contains("the shards end at \\xff");
  }

  private static PeekEntries.Entry entry(long version, String mutations) {
    return new PeekEntries.Entry(version, Bytes.utf8(mutations));
  }

  @Test
  void logServersHaveTheSameWhereTheyHaveTheSameVersions() {
    checker.checkTails(
        List.of(
            new Tail("x", 1, 10, 20, List.of(entry(10, "a"), entry(15, "b"), entry(20, "c"))),
            new Tail("y", 1, 12, 30, List.of(entry(15, "b"), entry(20, "c"), entry(25, "d"))),
            new Tail("z", 2, 10, 20, List.of(entry(15, "another tag")))));
    assertThat(checker.violations().isEmpty()).isTrue();
    assertThat(checker.versionsCompared()).isEqualTo(2);
  }

  @Test
  void aVersionThatOneLacksIsNamed() {
    checker.checkTails(
        List.of(
            new Tail("x", 1, 10, 20, List.of(entry(12, "a"), entry(15, "b"))),
            new Tail("y", 1, 10, 20, List.of(entry(15, "b")))));
    expect("of tag 1 x has a at version 12 and y has nothing");
  }

  @Test
  void aVersionThatOnlyTheOtherHasIsNamed() {
    checker.checkTails(
        List.of(
            new Tail("x", 1, 10, 20, List.of(entry(15, "b"))),
            new Tail("y", 1, 10, 20, List.of(entry(12, "a"), entry(15, "b")))));
    expect("of tag 1 x has nothing at version 12 and y has a");
  }

  @Test
  void anotherContentIsNamed() {
    checker.checkTails(
        List.of(
            new Tail("x", 1, 10, 20, List.of(entry(15, "b"))),
            new Tail("y", 1, 10, 20, List.of(entry(15, "c")))));
    expect("x has b at version 15 and y has c");
  }
}
