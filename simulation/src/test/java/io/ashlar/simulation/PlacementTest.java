package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.KeyValue;
import io.ashlar.core.Keys;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Setting;
import io.ashlar.core.ShardMap;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.LogSet;
import io.ashlar.message.StorageAddress;
import io.ashlar.message.WorkerClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is not where it must be when a cluster rests is found. */
class PlacementTest {
  private static final int SHARDS = 2;

  private final Map<String, Placement.Worker> workers = new TreeMap<>();
  private final List<StorageAddress> storages = new ArrayList<>();
  private final List<KeyValue> rows = new ArrayList<>();

  /** The workers with a log server, and with a proxy of each kind, by number. */
  private final List<Integer> logs = new ArrayList<>(List.of(1, 2));

  private int proxy = 1;

  /**
   * One more worker, in a zone, with a storage server whose tag is as many as there are workers.
   */
  private void worker(int zone, WorkerClass workerClass) {
    int number = workers.size() + 1;
    PlannedWorker planned = PlannedWorker.alone(number, zone).ofClass(workerClass);
    workers.put(planned.process(), new Placement.Worker(planned, new Uid(7, number)));
    if (planned.mayHaveStorage()) {
      storages.add(
          new StorageAddress(number, new Uid(8, number), new Address(planned.process(), number)));
    }
  }

  private void threeWorkers() {
    worker(0, WorkerClass.ANY);
    worker(1, WorkerClass.ANY);
    worker(1, WorkerClass.ANY);
  }

  private void row(Bytes key, Bytes value) {
    rows.add(new KeyValue(key, value));
  }

  private void present(int... values) {
    for (Setting setting : Setting.values()) {
      row(setting.presentKey(), setting.encode(values[setting.ordinal()]));
    }
  }

  /** The first shard has that team, and all others a good one. */
  private void shards(ShardMap.Team first) {
    row(ShardMap.keyFor(Keys.FIRST), first.encode());
    for (int i = 1; i < SHARDS; i++) {
      row(ShardMap.keyFor(Bytes.of(i)), ShardMap.Team.atRest(1, 3).encode());
    }
  }

  private static Address at(int number) {
    return new Address(PlannedWorker.alone(number, 0).process(), number);
  }

  private LogSet logs() {
    List<LogMember> members = new ArrayList<>();
    for (int number : logs) {
      String zone = workers.get(at(number).process()).planned().place().zone();
      members.add(new LogMember(new Uid(9, number), zone));
    }
    return new LogSet(
        new LogGeneration(1, 0, 0, 100, members, 2, 0),
        logs.stream().map(PlacementTest::at).toList());
  }

  private ClusterView view() {
    return new ClusterView(
        new Uid(1, 1),
        1,
        1,
        List.of(at(proxy)),
        List.of(at(proxy)),
        List.of(logs()),
        storages,
        new StoreTime(0, 0),
        5_000_000);
  }

  private String violations() {
    return new Placement(workers, rows).check(view()).kept().toString();
  }

  private String missing() {
    return new Placement(workers, rows).missing(view());
  }

  @Test
  void twoCopiesInTwoZonesAreRight() {
    threeWorkers();
    present(1, 1, 1, 2, 2, 0, 2);
    shards(ShardMap.Team.atRest(1, 2));
    assertThat(violations()).isEqualTo("[]");
    assertThat(missing()).isNull();
  }

  @Test
  void moreCopiesThanThereAreZonesAreNotExpected() {
    threeWorkers();
    present(1, 1, 1, 2, 2, 0, 3);
    shards(ShardMap.Team.atRest(1, 2));
    assertThat(violations()).isEqualTo("[]");
  }

  @Test
  void tooFewCopiesOrTwoInOneZoneOrNobodysAreWrong() {
    threeWorkers();
    present(1, 1, 1, 2, 2, 0, 2);
    for (int[] wrong : new int[][] {{1}, {2, 3}, {1, 2, 3}, {1, 9}}) {
      rows.removeIf(row -> row.key().startsWith(Keys.KEY_SERVERS_PREFIX));
      shards(ShardMap.Team.atRest(wrong));
      assertThat(violations()).contains("not in 2 zones");
    }
  }

  @Test
  void theLogServersOfAnEpochAreInAsManyZonesAsThereAreCopies() {
    threeWorkers();
    present(1, 1, 1, 2, 2, 0, 2);
    shards(ShardMap.Team.atRest(1, 2));
    logs.set(0, 3);
    assertThat(violations()).contains("not in 2 zones");
  }

  @Test
  void rolesAreOnWorkersThatMayHaveThem() {
    threeWorkers();
    worker(0, WorkerClass.STORAGE);
    present(1, 1, 1, 2, 2, 0, 2);
    shards(ShardMap.Team.atRest(1, 2));
    logs.set(0, 4);
    assertThat(violations()).contains("a log server is on").doesNotContain("proxy");
    logs.set(0, 1);
    proxy = 4;
    assertThat(violations()).contains("a proxy is at 10.0.0.4:4500").doesNotContain("log server");
  }

  @Test
  void aShardThatMovesIsNotAtRest() {
    threeWorkers();
    present(1, 1, 1, 2, 2, 0, 2);
    shards(ShardMap.Team.moving(new int[] {1, 2}, new int[] {1, 3}));
    assertThat(violations()).contains("still moves");
  }

  @Test
  void whoIsExcludedLeavesAndEveryOtherThatMayHasAStorageServer() {
    threeWorkers();
    present(1, 1, 1, 2, 2, 0, 2);
    row(Keys.excluded(new Uid(7, 2)), Bytes.EMPTY);
    assertThat(missing()).contains("still a storage server on 10.0.0.2:4500");
    storages.remove(1);
    assertThat(missing()).isNull();
    storages.remove(1);
    assertThat(missing()).contains("no storage server on 10.0.0.3:4500");
  }

  @Test
  void workersOfOtherClassesNeedNone() {
    threeWorkers();
    worker(2, WorkerClass.LOG);
    worker(3, WorkerClass.STATELESS);
    assertThat(missing()).isNull();
  }

  @Test
  void theConfigurationIsTheOneAskedForUnlessItCannotBe() {
    threeWorkers();
    present(1, 1, 1, 2, 2, 0, 2);
    shards(ShardMap.Team.atRest(1, 2));
    row(Setting.RESOLVERS.key(), Setting.RESOLVERS.encode(3));
    assertThat(violations()).contains("the configuration is").contains("RESOLVERS=3");
    // More copies than log servers, then more than zones: neither can be.
    row(Setting.REPLICATION.key(), Setting.REPLICATION.encode(3));
    assertThat(violations()).isEqualTo("[]");
    row(Setting.LOGS.key(), Setting.LOGS.encode(3));
    assertThat(violations()).isEqualTo("[]");
    worker(2, WorkerClass.LOG);
    assertThat(violations()).contains("is to be");
    row(Keys.excluded(new Uid(7, 4)), Bytes.EMPTY);
    assertThat(violations()).isEqualTo("[]");
  }
}
