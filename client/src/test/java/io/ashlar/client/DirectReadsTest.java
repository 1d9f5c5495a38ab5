package io.ashlar.client;

import static io.ashlar.client.TransactionTest.b;
import static io.ashlar.client.TransactionTest.s;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.message.GetValues;
import io.ashlar.message.Message;
import io.ashlar.message.Refused;
import io.ashlar.message.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Point reads that a storage server of the same process answers beside the loop. */
class DirectReadsTest {
  private final FakeWorld world = new FakeWorld(20);
  private final FakeCluster cluster = world.cluster;

  /** What was asked for directly, and what is answered in place of the data unless null. */
  private final List<GetValues> asked = new ArrayList<>();

  private Message instead;
  private boolean knows = true;
  private final Database database =
      FakeWorld.connect(world, DatabaseOptions.defaults(), this::answer);

  private Message answer(Message request) {
    GetValues get = (GetValues) request;
    asked.add(get);
    if (!knows) {
      return instead;
    }
    List<Bytes> values = new ArrayList<>();
    get.keys().forEach(key -> values.add(cluster.data().get(key)));
    return new Values(get.version(), 0, values);
  }

  @Test
  void theLoopIsAskedForTheVersionAlone() {
    cluster.put("a", "1");
    Transaction tr = database.createTransaction();
    assertThat(s(world.await(tr.get(b("a"))))).isEqualTo("1");
    int eventsBefore = world.eventsOfLoop;
    assertThat(world.await(tr.get(b("b")))).isNull();
    assertThat(asked).hasSize(2);
    assertThat(asked).allMatch(get -> get.version() == cluster.version());
    assertThat(cluster.readVersionsAsked).isOne();
    assertThat(cluster.valuesFrames).isZero();
    assertThat(world.eventsOfLoop).isEqualTo(eventsBefore);
  }

  @Test
  void manyReadsOfOneCallAreOneQuestion() {
    cluster.put("a", "1");
    cluster.put("c", "3");
    Transaction tr = database.createTransaction();
    tr.set(b("b"), b("own"));
    tr.mutate(MutationType.APPEND_IF_FITS, b("c"), b("!"));
    List<byte[]> found = world.await(tr.getMany(List.of(b("a"), b("b"), b("c"), b("d"))));
    assertThat(found).extracting(TransactionTest::s).containsExactly("1", "own", "3!", null);
    assertThat(asked).hasSize(1);
    assertThat(asked.get(0).keys())
        .containsExactly(Bytes.utf8("a"), Bytes.utf8("c"), Bytes.utf8("d"));
  }

  @Test
  void whatIsNotAnsweredGoesThroughTheLoop() {
    cluster.put("a", "1");
    knows = false;
    Transaction tr = database.createTransaction();
    assertThat(s(world.await(tr.get(b("a"))))).isEqualTo("1");
    List<byte[]> found = world.await(tr.getMany(List.of(b("b"), b("c"))));
    assertThat(found).containsExactly(null, null);
    assertThat(asked).hasSize(2);
    assertThat(cluster.valuesKeys).isEqualTo(3);
  }

  @Test
  void aRefusalIsNotBelieved() {
    cluster.put("a", "1");
    knows = false;
    instead = new Refused(ErrorCode.TRANSACTION_TOO_OLD, "said too soon");
    Transaction tr = database.createTransaction();
    assertThat(s(world.await(tr.get(b("a"))))).isEqualTo("1");
    assertThat(cluster.valuesFrames).isOne();
  }

  @Test
  void whatWasReadDirectlyConflicts() {
    cluster.put("a", "1");
    Transaction tr = database.createTransaction();
    world.await(tr.get(b("a")));
    cluster.put("a", "2");
    tr.set(b("b"), b("x"));
    assertThat(world.awaitError(tr.commit())).isEqualTo(ErrorCode.NOT_COMMITTED);
  }

  @Test
  void aCommitWaitsForReadsThatAreUnderWay() {
    cluster.put("a", "1");
    Transaction tr = database.createTransaction();
    CompletableFuture<byte[]> read = tr.get(b("a"));
    tr.set(b("b"), b("x"));
    world.await(tr.commit());
    assertThat(read).isDone();
    assertThat(cluster.data()).containsKey(Bytes.utf8("b"));
  }

  @Test
  void cancellingEndsAReadThatHasToGoTheLongWay() {
    knows = false;
    Transaction tr = database.createTransaction();
    world.await(tr.getReadVersion());
    CompletableFuture<byte[]> read = tr.get(b("a"));
    tr.cancel();
    assertThat(world.awaitError(read)).isEqualTo(ErrorCode.TRANSACTION_CANCELLED);
    assertThat(world.awaitError(tr.get(b("a")))).isEqualTo(ErrorCode.TRANSACTION_CANCELLED);
  }

  @Test
  void nothingIsAnsweredAfterTheDatabaseWasClosed() {
    Transaction tr = database.createTransaction();
    world.await(tr.getReadVersion());
    database.close();
    assertThat(world.awaitError(tr.get(b("a")))).isEqualTo(ErrorCode.DATABASE_CLOSED);
    assertThat(asked).isEmpty();
  }
}
