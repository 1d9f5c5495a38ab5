package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static io.ashlar.client.TransactionTest.s;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.AshlarException;
import io.ashlar.core.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Reads that share a frame with one whose key cannot be read. */
class DamagedBlockTest {
  private static final int KEYS = 10;
  private static final String CORRUPT = ErrorCode.FILE_CORRUPT.label();

  private final FakeWorld world = new FakeWorld(29);
  private final FakeCluster cluster = world.cluster;
  private final Database database = FakeWorld.connect(world, DatabaseOptions.defaults());

  DamagedBlockTest() {
    for (int i = 0; i < KEYS; i++) {
      cluster.put("k" + i, "v" + i);
    }
  }

  /** All keys at once, each by a transaction of its own: their values, or what is told instead. */
  private List<String> readTogether() {
    List<Transaction> transactions = new ArrayList<>();
    List<CompletableFuture<String>> reads = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      Transaction transaction = database.createTransaction();
      transactions.add(transaction);
      reads.add(
          transaction
              .get(b("k" + i))
              .handle((value, thrown) -> thrown == null ? s(value) : told(thrown)));
    }
    List<String> found = reads.stream().map(world::await).toList();
    transactions.forEach(Transaction::close);
    return found;
  }

  /** Puts keys into damaged blocks of one server, when the client knows where shards are. */
  private void damage(int tag, String... keys) {
    if (cluster.valuesFrames == 0) {
      assertThat(readTogether()).isEqualTo(valuesBut());
    }
    cluster.damagedByTag.put(tag, Set.of(keys));
  }

  /** The same, as frames that it took. */
  private int framesToRead(List<String> expected) {
    int before = cluster.valuesFrames;
    assertThat(readTogether()).isEqualTo(expected);
    return cluster.valuesFrames - before;
  }

  private static String told(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    return ((AshlarException) cause).code().label();
  }

  private static List<String> valuesBut(int... damaged) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      values.add("v" + i);
    }
    for (int each : damaged) {
      values.set(each, CORRUPT);
    }
    return values;
  }

  /** They used to fail with it. */
  @Test
  void othersAreReadThoughOneKeyLiesInADamagedBlock() {
    damage(1, "k3");
    assertThat(framesToRead(valuesBut(3))).as("all together, and each alone").isEqualTo(1 + KEYS);
  }

  @Test
  void aReadThatGoesAloneIsAskedOnce() {
    damage(1, "k1", "k2");
    assertThat(framesToRead(valuesBut(1, 2))).isEqualTo(1 + KEYS);
    int before = cluster.valuesFrames;
    Transaction transaction = database.createTransaction();
    assertThat(world.awaitError(transaction.get(b("k1")))).isEqualTo(ErrorCode.FILE_CORRUPT);
    assertThat(cluster.valuesFrames - before).isEqualTo(1);
  }

  @Test
  void anotherReplicaIsAskedForAllOfThemTogetherFirst() {
    cluster.assign("", 1, 2);
    damage(1, "k3");
    for (int round = 0; round < 10; round++) {
      assertThat(framesToRead(valuesBut())).isLessThanOrEqualTo(2);
    }
    assertThat(world.probes).containsKey("client.read-fails-over");
  }

  @Test
  void whatOneReplicaOfSeveralHasIsFoundThoughEachRefusesAFrame() {
    cluster.assign("", 1, 2, 3);
    damage(1, "k1", "k2");
    damage(2, "k1", "k3");
    damage(3, "k1", "k4");
    assertThat(readTogether()).isEqualTo(valuesBut(1));
  }
}
