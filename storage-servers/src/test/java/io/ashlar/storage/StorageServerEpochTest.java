package io.ashlar.storage;

import static io.ashlar.storage.FakeWorld.key;
import static io.ashlar.storage.FakeWorld.set;
import static io.ashlar.storage.FirstEpoch.RT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ashlar.core.AshlarException;
import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Mutation;
import io.ashlar.core.MutationType;
import io.ashlar.core.ReadVersions;
import io.ashlar.message.GetValues;
import io.ashlar.message.LogSet;
import io.ashlar.message.Values;
import io.ashlar.message.WatchValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An epoch takes back what the one before had not committed, and nothing else. */
class StorageServerEpochTest {
  private final FirstEpoch epoch = new FirstEpoch();
  private final FakeWorld world = epoch.world;
  private final LogSet first = epoch.logs;
  private final FakeLog log = epoch.log;

  @Test
  void rollsBackWhatWasNotCommitted() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 10, set("a", "ghost"));
    world.runMillis(20);
    assertThat(world.get(RT + 20, "a")).isEqualTo(key("ghost"));
    log.locked = true;
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT + 5, RT + 10, rt2, 1);
    FakeLog log2 = world.logsOf(second).get(0);
    log2.push(RT + 10, RT, set("a", "1"));
    log2.push(rt2, rt2, Mutation.epochEnd(RT + 10), set("b", "2"));
    world.view(2, first, second);
    world.runMillis(50);
    assertThat(world.get(rt2, "a")).isEqualTo(key("1"));
    assertThat(world.get(rt2, "b")).isEqualTo(key("2"));
    world.runMillis(5000);
    // The old generation is drained within seconds: what was taken back counts for nobody.
    assertThat(log.poppedThrough).isEqualTo(RT + 10);
  }

  /**
   * An older copy of the only log server is recovered from: the log goes on below what is stored.
   * The server took it for the recovery it had been past before, and went on with what it had,
   * while others had lost theirs.
   */
  @Test
  void refusesAnEpochThatBeginsBelowWhatIsStored() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 10, set("a", "2"));
    log.push(RT + 10_000_000, RT + 20, set("b", "3"));
    world.runMillis(40_000);
    assertThat(world.state().durableVersion()).isEqualTo(RT + 20);
    world.crash(false);
    world.start();
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT, RT + 10, rt2, 1);
    assertThatThrownBy(
            () -> {
              world.view(2, first, second);
              world.runMillis(1000);
            })
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining(ErrorCode.FILE_CORRUPT.label())
        .hasMessageContaining("ended at " + (RT + 10));
  }

  /** As above, but the server has not stored what is lost: the log has told it that it counts. */
  @Test
  void refusesAnEpochThatBeginsBelowWhatIsKnownToBeCommitted() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 20, set("a", "2"));
    world.runMillis(20);
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT, RT + 10, rt2, 1);
    assertThatThrownBy(
            () -> {
              world.view(2, first, second);
              world.runMillis(1000);
            })
        .isInstanceOf(AshlarException.class)
        .hasMessageContaining("told that it is committed");
  }

  /** Of {@code a} RT + 10 is committed and RT + 20 is not; gives a watch on the former. */
  private long startWithVersionsThatWillBeTakenBack() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 20, RT + 10, set("a", "2"));
    world.runMillis(50);
    long watch = world.ask(new WatchValue(RT + 10, key("a"), key("1")));
    log.locked = true;
    return watch;
  }

  private void expectOnlyWhatIsCommitted(long watch) {
    assertThat(world.replies).doesNotContainKey(watch);
    assertThat(world.answer(new GetValues(ReadVersions.KNOWN_COMMITTED, List.of(key("a")))))
        .isEqualTo(new Values(RT + 10, RT + 10, List.of(key("1"))));
  }

  /**
   * A log server of the next epoch has nothing to give yet, and tells what is committed there. A
   * server with versions that were taken back took that for their commit, and its watches fired.
   */
  @Test
  void whatTheNextEpochHasCommittedSaysNothingOfWhatItTookBack() {
    long watch = startWithVersionsThatWillBeTakenBack();
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT, RT + 10, rt2, 1);
    FakeLog log2 = world.logsOf(second).get(0);
    log2.push(rt2, rt2, Mutation.epochEnd(RT + 10));
    log2.push(rt2 + 10, rt2, set("b", "2"));
    log2.givesNothing = true;
    world.view(2, first, second);
    world.runMillis(500);
    assertThat(log2.peeks).isPositive();
    expectOnlyWhatIsCommitted(watch);
    log2.givesNothing = false;
    world.runMillis(500);
    assertThat(world.replies).doesNotContainKey(watch);
    assertThat(world.get(rt2, "a")).isEqualTo(key("1"));
    assertThat(world.get(rt2 + 10, "b")).isEqualTo(key("2"));
  }

  /** A stretch that is read back from files may end just below the version that takes back. */
  @Test
  void whatTheNextEpochTookBackIsNotShownWhenItsLogGoesOnToTheEndOfTheGap() {
    long watch = startWithVersionsThatWillBeTakenBack();
    long rt2 = RT + 10 + 100_000_000;
    LogSet second = world.generation(2, RT, RT + 10, rt2, 1);
    FakeLog log2 = world.logsOf(second).get(0);
    log2.push(rt2, rt2, Mutation.epochEnd(RT + 10));
    log2.push(rt2 + 10, rt2 + 10, set("b", "2"));
    log2.givesUpTo = rt2 - 1;
    world.view(2, first, second);
    world.runMillis(500);
    assertThat(log2.peekedFrom).contains(rt2);
    expectOnlyWhatIsCommitted(watch);
    log2.givesUpTo = Long.MAX_VALUE;
    world.runMillis(500);
    assertThat(world.replies).doesNotContainKey(watch);
    assertThat(world.get(rt2 + 10, "a")).isEqualTo(key("1"));
  }

  /**
   * An atomic operation of the epoch before still waited for its base value when the first answer
   * of the next one came. What that said to be committed was believed at once, though the versions
   * that it took back were still there: they became readable as committed ones.
   */
  @Test
  void whatTheNextEpochHasCommittedWaitsForWhatItTookBackToBeDropped() {
    epoch.start();
    log.push(RT + 10, RT, set("a", "1"));
    log.push(RT + 10_000_000, RT + 10, set("b", "1"));
    log.push(RT + 14_000_000, RT + 10_000_000, set("a", "2"));
    world.runMillis(20);
    world.readersHeld = true;
    Mutation add = new Mutation(MutationType.ADD, key("n"), Bytes.of(1, 0, 0, 0));
    log.push(RT + 14_000_010, RT + 10_000_000, add);
    world.runMillis(20);
    log.locked = true;
    long rt2 = RT + 10_000_000 + 100_000_000;
    LogSet second = world.generation(2, RT, RT + 10_000_000, rt2, 1);
    FakeLog log2 = world.logsOf(second).get(0);
    log2.push(rt2, rt2, Mutation.epochEnd(RT + 10_000_000));
    world.view(2, first, second);
    // Long enough for something to be stored, which publishes a view.
    world.runMillis(2_000);
    assertThat(log2.peeks).isPositive();
    GetValues asked = new GetValues(ReadVersions.KNOWN_COMMITTED, List.of(key("a")));
    assertThat(world.published.tryAnswer(asked))
        .isEqualTo(new Values(RT + 10_000_000, RT + 10_000_000, List.of(key("1"))));
    world.runMillis(20_000);
    assertThat(world.published.tryAnswer(asked)).isEqualTo(new Values(rt2, rt2, List.of(key("1"))));
  }
}
