package io.ashlar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TransactionTest {
  private final FakeWorld world = new FakeWorld(1);
  private final FakeCluster cluster = world.cluster;
  private final Database database = FakeWorld.connect(world, DatabaseOptions.defaults());

  static byte[] b(String text) {
    return Bytes.utf8(text).toArray();
  }

  static String s(byte[] bytes) {
    return bytes == null ? null : Bytes.copyOf(bytes).utf8();
  }

  @Test
  void readsWhatAnotherTransactionCommitted() {
    Transaction writer = database.createTransaction();
    writer.set(b("a"), b("1"));
    world.await(writer.commit());
    Transaction reader = database.createTransaction();
    assertThat(s(world.await(reader.get(b("a"))))).isEqualTo("1");
    assertThat(world.await(reader.get(b("b")))).isNull();
    world.await(reader.commit());
    assertThat(reader.getCommittedVersion()).isEqualTo(-1);
    assertThat(writer.getCommittedVersion()).isGreaterThan(0);
  }

  @Test
  void readsItsOwnWritesMergedWithTheDatabase() {
    cluster.put("a", "1");
    cluster.put("b", "2");
    cluster.put("c", "3");
    Transaction tr = database.createTransaction();
    tr.set(b("bb"), b("new"));
    tr.clear(b("c"));
    tr.mutate(MutationType.APPEND_IF_FITS, b("a"), b("!"));
    List<KeyValue> rows = world.await(tr.getRange(b("a"), b("z")).asList());
    assertThat(rows).extracting(KeyValue::toString).containsExactly("a=1!", "b=2", "bb=new");
    assertThat(s(world.await(tr.getKey(KeySelector.lastLessThan(b("z")))))).isEqualTo("bb");
  }

  @Test
  void conflictsWithAWriteToWhatItRead() {
    cluster.put("a", "1");
    Transaction tr = database.createTransaction();
    world.await(tr.get(b("a")));
    cluster.put("a", "2");
    tr.set(b("b"), b("x"));
    assertThat(world.awaitError(tr.commit())).isEqualTo(ErrorCode.NOT_COMMITTED);
    assertThat(cluster.data()).doesNotContainKey(Bytes.utf8("b"));
  }

  @Test
  void runAsyncRetriesAfterAConflict() {
    cluster.put("a", "1");
    int[] tries = new int[1];
    CompletableFuture<String> done =
        database.runAsync(
            tr ->
                tr.get(b("a"))
                    .thenApply(
                        value -> {
                          if (tries[0]++ == 0) {
                            cluster.put("a", "2");
                          }
                          tr.set(b("b"), value);
                          return s(value);
                        }));
    assertThat(world.await(done)).isEqualTo("2");
    assertThat(tries[0]).isEqualTo(2);
    assertThat(cluster.data().get(Bytes.utf8("b"))).isEqualTo(Bytes.utf8("2"));
  }
}
