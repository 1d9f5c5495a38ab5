package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.Keys;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.Mutation;
import io.ashlar.core.Mutations;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.ShardMap;
import io.ashlar.core.Tags;
import io.ashlar.core.Uid;
import io.ashlar.host.Failure;
import io.ashlar.message.Address;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.PeekLog;
import io.ashlar.message.RegisterWorker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the log has let go of is not there to be read, and is not taken for nothing. */
class MetadataReadingTest {
  private static final long BEGIN = 100;
  private static final long RT = 200;
  private static final long RV = 300;
  private static final Bytes ROW = Keys.excluded(new Uid(5, 5));
  private static final Bytes WHERE = Bytes.utf8("there");

  private final AskingHost<LogPeeked> world = new AskingHost<>(LogPeeked.class);
  private final List<String> failures = new ArrayList<>();
  private MetadataReading reading;
  private int progress;

  @BeforeEach
  void beginToRead() {
    ControllerOptions options = ControllerOptions.defaults();
    WorkerRegistry workers = new WorkerRegistry(options.silenceNanos());
    List<LogMember> members = new ArrayList<>();
    List<LogLocks.Lock> locks = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Uid logId = new Uid(7, i + 1);
      members.add(new LogMember(logId, "zone-" + i));
      locks.add(new LogLocks.Lock(i, RV, RV));
      workers.register(
          new RegisterWorker(
              new Uid(i, i), new Uid(9, 9), "worker:" + i, "zone-" + i, List.of(logId), List.of()),
          0);
    }
    reading =
        new MetadataReading(
            world.host(),
            options,
            workers,
            new LogGeneration(1, BEGIN, 150, RT, members, 2, 0),
            new LogLocks.Decision(RV, RV, locks),
            new PhaseListener() {
              @Override
              public void onProgress() {
                progress++;
              }

              @Override
              public void onFailed(String reason) {
                failures.add(reason);
              }
            });
    reading.peek();
  }

  @AfterEach
  void nothingWasPutOff() {
    assertThat(world.timers).isEmpty();
  }

  private static void add(ByteWriter entries, long version, Mutation... mutations) {
    byte[] encoded = Mutations.encode(List.of(mutations)).toArray();
    PeekEntries.append(entries, version, encoded, 0, encoded.length);
  }

  /** As the recovery transaction has it, and a commit proxy at times. */
  private static void addCopy(ByteWriter entries, long version) {
    add(
        entries,
        version,
        Mutation.epochEnd(150),
        Mutation.clearRange(Keys.USER_END, Keys.SYSTEM_END),
        Mutation.set(ShardMap.keyFor(Keys.FIRST), ShardMap.encodeTeam(1)));
  }

  private AskingHost.Asked<LogPeeked> latest() {
    return world.asked.get(world.asked.size() - 1);
  }

  private void answer(ByteWriter entries, long through, long poppedThrough) {
    latest()
        .handler()
        .onReply(
            new LogPeeked(Tags.METADATA, entries.toBytes(), through, RV, poppedThrough, true, RV));
  }

  @Test
  void theLastWholeCopyAndWhatCameAfterItIsTheMetadata() {
    ByteWriter first = new ByteWriter(100);
    add(first, 150, Mutation.set(Keys.excluded(new Uid(6, 6)), WHERE));
    addCopy(first, RT);
    answer(first, 250, 0);
    assertThat(reading.isComplete()).isFalse();
    assertThat(((PeekLog) latest().request()).from()).isEqualTo(251);
    ByteWriter second = new ByteWriter(100);
    add(second, 260, Mutation.set(ROW, WHERE));
    answer(second, RV, 0);
    assertThat(reading.isComplete()).isTrue();
    assertThat(reading.metadata().shardMap().tagsFor(Keys.FIRST)).containsExactly(1);
    assertThat(reading.metadata().excluded()).containsExactly(new Uid(5, 5));
    assertThat(failures).isEmpty();
    assertThat(progress).isEqualTo(2);
  }

  @Test
  void whatWasLetGoOfBelowALaterCopyIsNotMissed() {
    ByteWriter first = new ByteWriter(100);
    addCopy(first, 220);
    add(first, 230, Mutation.set(ROW, WHERE));
    answer(first, RV, 219);
    assertThat(reading.isComplete()).isTrue();
    assertThat(reading.metadata().excluded()).containsExactly(new Uid(5, 5));
    assertThat(failures).isEmpty();
  }

  @Test
  void whatIsLetGoOfBelowALaterCopyMeanwhileIsNotMissed() {
    ByteWriter first = new ByteWriter(100);
    addCopy(first, RT);
    answer(first, 210, 0);
    // A change at 215 is popped with the copy at 220, which has it.
    answer(new ByteWriter(1), 218, 219);
    assertThat(reading.isComplete()).isFalse();
    ByteWriter third = new ByteWriter(100);
    addCopy(third, 220);
    answer(third, RV, 219);
    assertThat(reading.isComplete()).isTrue();
    assertThat(failures).isEmpty();
  }

  /**
   * Found by a seed: the process of a controller stood still while its attempt had locked the
   * state. Another led meanwhile, began an epoch, and let go of the metadata of this one, of which
   * the older attempt then read nothing: a shard map without shards.
   */
  @Test
  void whoFindsNothingSinceALaterEpochHasLetGoOfItHasNotReadIt() {
    answer(new ByteWriter(1), RV, RV - 10);
    assertThat(reading.isComplete()).isFalse();
    assertThat(failures).singleElement().asString().contains("epoch 1");
    assertThat(world.asked).hasSize(1);
  }

  @Test
  void whoFindsNothingWhereALogServerHasForgottenHowFarWasPoppedHasNotReadIt() {
    ByteWriter rest = new ByteWriter(100);
    add(rest, 250, Mutation.set(ROW, WHERE));
    answer(rest, RV, 0);
    assertThat(reading.isComplete()).isFalse();
    assertThat(failures).hasSize(1);
  }

  @Test
  void whatIsLetGoOfMeanwhileLeavesAHole() {
    ByteWriter first = new ByteWriter(100);
    addCopy(first, RT);
    answer(first, 250, 0);
    ByteWriter second = new ByteWriter(100);
    add(second, 290, Mutation.set(ROW, WHERE));
    answer(second, RV, 251);
    assertThat(reading.isComplete()).isFalse();
    assertThat(failures).hasSize(1);
  }

  @Test
  void anotherReplicaIsAskedOnlyAfterAFailure() {
    Address first = latest().to();
    latest().handler().onFailure(Failure.timedOut());
    assertThat(world.asked).hasSize(1);
    reading.peek();
    assertThat(latest().to()).isNotEqualTo(first);
    assertThat(failures).isEmpty();
  }
}
