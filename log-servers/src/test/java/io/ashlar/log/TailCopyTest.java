package io.ashlar.log;

import static io.ashlar.log.LogScenes.EPOCH;
import static io.ashlar.log.LogScenes.generation;
import static io.ashlar.log.LogScenes.logId;
import static io.ashlar.log.LogScenes.payload;
import static io.ashlar.log.LogScenes.peek;
import static io.ashlar.log.LogScenes.peeked;
import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.PeekEntries;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.GetLogState;
import io.ashlar.message.LockLog;
import io.ashlar.message.LogLocked;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.LogPushed;
import io.ashlar.message.LogSet;
import io.ashlar.message.LogState;
import io.ashlar.message.PushLog;
import io.ashlar.message.RecruitLog;
import io.ashlar.message.Refused;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two log servers of one generation become three of the next, with every tag on two of them. */
class TailCopyTest {
  private static final List<Integer> TAGS = List.of(1, 2, 3, 4, 5, 6);
  private static final int[] ALL = {1, 2, 3, 4, 5, 6};

  private final FakeWorld world = new FakeWorld(11);
  private final LogGeneration oldGeneration = generation(EPOCH, 0, 0, 2, 0, 1, 2);
  private final LogGeneration newGeneration = generation(EPOCH + 1, 40, 100, 2, 0, 3, 4, 5);
  private final FakeWorld.Node first = world.node(logId(1));
  private final FakeWorld.Node second = world.node(logId(2));

  @BeforeEach
  void fillTheOldGeneration() {
    for (FakeWorld.Node node : List.of(first, second)) {
      node.recruit(
          new RecruitLog(Uid.NONE, EPOCH, node.logId, oldGeneration, LogScenes.noOld(), TAGS),
          LogScenes.small());
      world.runUntilIdle();
    }
    for (long v = 0; v < 120; v += 10) {
      for (FakeWorld.Node node : List.of(first, second)) {
        push(node, EPOCH, v, v + 10, ((v + 10) % 20 == 0) ? ALL : new int[] {1});
      }
    }
  }

  private void push(FakeWorld.Node node, long epoch, long previous, long version, int... tags) {
    node.call(
        new PushLog(epoch, previous, version, 0, payload(version, 10, tags)), LogPushed.class);
  }

  private RecruitLog recruitOf(FakeWorld.Node node, Address... addresses) {
    return new RecruitLog(
        Uid.NONE,
        EPOCH + 1,
        node.logId,
        newGeneration,
        new LogSet(oldGeneration, List.of(addresses)),
        TAGS);
  }

  private void lock(FakeWorld.Node node) {
    node.call(new LockLog(EPOCH + 1), LogLocked.class);
  }

  private void checkTail(FakeWorld.Node node, int index) {
    TagPlacement placement = new TagPlacement(newGeneration);
    for (int tag : ALL) {
      if (!placement.holds(index, tag)) {
        assertThat(node.call(peek(tag, 41), Refused.class).code())
            .isEqualTo(ErrorCode.MALFORMED_REQUEST);
        continue;
      }
      List<PeekEntries.Entry> expected = new ArrayList<>();
      for (long v = 50; v <= 100; v += 10) {
        if (v % 20 == 0 || tag == 1) {
          expected.add(new PeekEntries.Entry(v, peeked(tag, v, 10)));
        }
      }
      List<PeekEntries.Entry> found = new ArrayList<>();
      for (long from = 41; from <= 100; ) {
        LogPeeked peeked = node.call(peek(tag, from), LogPeeked.class);
        assertThat(peeked.through()).isBetween(from, 100L);
        assertThat(peeked.poppedThrough()).isZero();
        found.addAll(PeekEntries.decode(peeked.entries()));
        from = peeked.through() + 1;
      }
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void copiesTheTailOfTheTagsItHolds() {
    lock(first);
    lock(second);
    for (int i = 0; i < 3; i++) {
      FakeWorld.Node node = world.node(logId(3 + i));
      node.recruit(recruitOf(node, first.address, second.address), LogScenes.small());
      world.runUntilIdle();
      assertThat(node.ready).isTrue();
      checkTail(node, i);
      LogState state = node.call(new GetLogState(), LogState.class);
      assertThat(state.version()).isEqualTo(100);
      assertThat(state.durableVersion()).isEqualTo(100);
      push(node, EPOCH + 1, 100, 100_000_100);
    }
  }

  @Test
  void keepsTheTailOverACrash() {
    lock(first);
    FakeWorld.Node node = world.node(logId(3));
    node.recruit(recruitOf(node, first.address, Address.NONE), LogScenes.small());
    world.runUntilIdle();
    assertThat(node.ready).isTrue();
    node.crash();
    node.restart(LogScenes.small());
    world.runUntilIdle();
    assertThat(node.call(new LockLog(EPOCH + 2), LogLocked.class).end()).isEqualTo(100);
    checkTail(node, 0);
  }

  @Test
  void goesOnWithAnotherReplicaWhereOneEndsOrIsAway() {
    lock(first);
    // The second was locked with an end far behind, as a log server a commit did not wait for.
    second.crash();
    FakeWorld.Node behind = world.node(logId(2));
    FakeWorld.Node node = world.node(logId(3));
    node.recruit(recruitOf(node, first.address, behind.address), LogScenes.small());
    world.runUntilIdle();
    assertThat(node.ready).isTrue();
    checkTail(node, 0);
    assertThat(world.probes).contains("log.tail-other-replica");
  }

  @Test
  void triesAgainUntilALockedMemberIsBack() {
    lock(first);
    first.crash();
    FakeWorld.Node node = world.node(logId(3));
    node.recruit(recruitOf(node, first.address, Address.NONE), LogScenes.small());
    world.runFor(500_000_000);
    assertThat(node.ready).isFalse();
    first.restart(LogScenes.small());
    world.runUntilIdle();
    assertThat(node.ready).isTrue();
    checkTail(node, 0);
    assertThat(world.probes).contains("log.tail-retry");
  }

  @Test
  void pushesThatArriveBeforeTheTailIsThereWait() {
    lock(first);
    FakeWorld.Node node = world.node(logId(3));
    node.recruit(recruitOf(node, first.address, Address.NONE), LogScenes.small());
    FakeWorld.Answer early = node.ask(new PushLog(EPOCH + 1, 100, 100_000_100, 100, Bytes.EMPTY));
    assertThat(node.ask(new LockLog(EPOCH + 2)).as(Refused.class).code())
        .isEqualTo(ErrorCode.RECRUITMENT_FAILED);
    assertThat(early.message).isNull();
    world.runUntilIdle();
    assertThat(early.as(LogPushed.class).version()).isEqualTo(100_000_100);
  }

  @Test
  void aLogServerThatCrashedWhileCopyingServesNothing() {
    lock(first);
    first.crash();
    FakeWorld.Node node = world.node(logId(3));
    node.recruit(recruitOf(node, first.address, Address.NONE), LogScenes.small());
    world.runFor(100_000_000);
    node.crash();
    node.restart(LogScenes.small());
    world.runUntilIdle();
    assertThat(node.ready).isTrue();
    assertThat(node.server.isNeverFinished()).isTrue();
    assertThat(node.call(new LockLog(EPOCH + 2), Refused.class).code())
        .isEqualTo(ErrorCode.RECRUITMENT_FAILED);
    assertThat(node.call(peek(1, 41), Refused.class).code())
        .isEqualTo(ErrorCode.RECRUITMENT_FAILED);
    // What it left behind is not in the way of another try.
    first.restart(LogScenes.small());
    node.killProcess();
    node.recruit(recruitOf(node, first.address, Address.NONE), LogScenes.small());
    world.runUntilIdle();
    assertThat(node.ready).isTrue();
    checkTail(node, 0);
  }

  @Test
  void aSecondRequestToRecruitNeverOverwritesAFinishedLogServer() {
    lock(first);
    FakeWorld.Node node = world.node(logId(3));
    node.recruit(recruitOf(node, first.address, Address.NONE), LogScenes.small());
    world.runUntilIdle();
    push(node, EPOCH + 1, 100, 100_000_100, 1);
    node.crash();
    node.recruit(recruitOf(node, first.address, Address.NONE), LogScenes.small());
    world.runUntilIdle();
    assertThat(node.ready).isFalse();
    assertThat(node.call(new LockLog(EPOCH + 2), LogLocked.class).end()).isEqualTo(100_000_100);
  }
}
