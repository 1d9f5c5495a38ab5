package io.ashlar.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.SeededRandom;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import io.ashlar.runtime.WireCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLIS = 1_000_000L;
  private static final String A = "10.0.0.1:4500";
  private static final String B = "10.0.0.2:4500";

  private static SimWorld rough(long seed) {
    return new SimWorld(seed, WorldConditions.draw(new SeededRandom(seed).fork("conditions")));
  }

  @Test
  void messagesOfOneConnectionArriveInOrder() {
    for (long seed = 1; seed <= 20; seed++) {
      SimWorld world = rough(seed);
      ToyRole a = ToyRole.boot(world, A);
      ToyRole b = ToyRole.boot(world, B);
      LongStream.range(0, 200).forEach(i -> a.send(B, i));
      world.runFor(10 * SECOND);
      assertThat(world.failure()).isNull();
      assertThat(b.numbers()).isEqualTo(LongStream.range(0, 200).boxed().toList());
    }
  }

  @Test
  void requestIsAnsweredOnce() {
    SimWorld world = rough(3);
    ToyRole a = ToyRole.boot(world, A);
    ToyRole.boot(world, B);
    a.ask(B, 1, 5 * SECOND);
    a.ask(A, 2, 5 * SECOND);
    world.runFor(20 * SECOND);
    assertThat(a.outcomes).containsExactlyInAnyOrder("1 pong", "2 pong");
  }

  @Test
  void requestWithoutAnswerTimesOut() {
    SimWorld world = rough(4);
    ToyRole a = ToyRole.boot(world, A);
    ToyRole b = ToyRole.boot(world, B);
    b.answer = message -> null;
    a.ask(B, 1, SECOND);
    world.runFor(10 * SECOND);
    assertThat(a.outcomes).containsExactly("1 TIMED_OUT TIMED_OUT");
  }

  @Test
  void requestToAbsentProcessFailsLater() {
    SimWorld world = rough(5);
    ToyRole a = ToyRole.boot(world, A);
    a.ask("10.0.0.9:4500", 1, 60 * SECOND);
    assertThat(a.outcomes).isEmpty();
    world.runFor(20 * SECOND);
    assertThat(a.outcomes).containsExactly("1 DISCONNECTED CONNECTION_FAILED");
  }

  @Test
  void requestToUnknownEndpointIsRefused() {
    SimWorld world = rough(6);
    ToyRole a = ToyRole.boot(world, A);
    ToyRole b = ToyRole.boot(world, B);
    a.ask(new Address(B, 99), 1, 5 * SECOND);
    a.ask(new Address(A, 99), 2, 5 * SECOND);
    world.runFor(10 * SECOND);
    assertThat(a.outcomes)
        .containsExactlyInAnyOrder("1 REFUSED BROKEN_PROMISE", "2 REFUSED BROKEN_PROMISE");
    assertThat(b.received).isEmpty();
  }

  @Test
  void cutLosesATailAndFailsWhatIsUnanswered() {
    int acted = 0;
    int answered = 0;
    for (long seed = 1; seed <= 200; seed++) {
      SimWorld world = rough(seed);
      ToyRole a = ToyRole.boot(world, A);
      ToyRole b = ToyRole.boot(world, B);
      a.ask(B, 0, 60 * SECOND);
      world.runFor(4 * SECOND);
      assertThat(a.outcomes).containsExactly("0 pong");
      a.ask(B, 1, 60 * SECOND);
      world.runFor(new SeededRandom(seed).nextLong(3_000_000));
      world.network().cutOneOf(world.process(A), new SeededRandom(seed));
      world.runFor(10 * SECOND);
      assertThat(a.outcomes).hasSize(2);
      if (a.outcomes.get(1).equals("1 pong")) {
        answered++;
      } else {
        assertThat(a.outcomes.get(1)).startsWith("1 DISCONNECTED");
        acted += b.received.size() - 1;
      }
      a.ask(B, 2, 60 * SECOND);
      world.runFor(10 * SECOND);
      assertThat(a.outcomes.get(2)).as("a new connection comes about").isEqualTo("2 pong");
    }
    assertThat(acted).as("replies lost after the server acted").isGreaterThan(5);
    assertThat(answered).isBetween(5, 195);
  }

  @Test
  void whatIsUnderWayWhenAConnectionIsCutIsLostFromADrawnPlaceOn() {
    int whole = 0;
    int nothing = 0;
    int part = 0;
    for (long seed = 1; seed <= 200; seed++) {
      SimWorld world = new SimWorld(seed, WorldConditions.calm());
      ToyRole a = ToyRole.boot(world, A);
      ToyRole b = ToyRole.boot(world, B);
      a.send(B, 0);
      world.runFor(SECOND);
      LongStream.rangeClosed(1, 4).forEach(i -> a.send(B, i));
      world.network().cutOneOf(world.process(A), new SeededRandom(seed));
      world.runFor(10 * SECOND);
      int arrived = b.numbers().size() - 1;
      assertThat(b.numbers()).isEqualTo(LongStream.rangeClosed(0, arrived).boxed().toList());
      whole += arrived == 4 ? 1 : 0;
      nothing += arrived == 0 ? 1 : 0;
      part += arrived > 0 && arrived < 4 ? 1 : 0;
    }
    // A side that notices late goes on to take what comes: all of it only when nothing was lost.
    assertThat(whole).isBetween(5, 50);
    assertThat(nothing).isGreaterThan(20);
    assertThat(part).isGreaterThan(20);
  }

  @Test
  void deathIsNoticedAndTheNextIncarnationIsReached() {
    for (long seed = 1; seed <= 50; seed++) {
      SimWorld world = rough(seed);
      ToyRole a = ToyRole.boot(world, A);
      ToyRole b = ToyRole.boot(world, B);
      b.answer = message -> null;
      a.ask(B, 1, 60 * SECOND);
      world.runFor(SECOND);
      world.kill(world.process(B), seed % 2 == 0);
      ToyRole again = ToyRole.boot(world, B);
      a.send(B, 2);
      world.runFor(10 * SECOND);
      assertThat(a.outcomes).containsExactly("1 DISCONNECTED CONNECTION_FAILED");
      a.ask(B, 3, 60 * SECOND);
      world.runFor(10 * SECOND);
      assertThat(a.outcomes).contains("3 pong");
      assertThat(again.numbers()).contains(3L);
      assertThat(b.numbers()).containsExactly(1L);
    }
  }

  @Test
  void aLinkIsHeldUpInOneDirection() {
    SimWorld world = new SimWorld(1, WorldConditions.calm());
    ToyRole a = ToyRole.boot(world, A);
    ToyRole b = ToyRole.boot(world, B);
    a.send(B, 1);
    world.runFor(SECOND);
    world.network().hold(A, B, 2 * SECOND);
    a.send(B, 2);
    b.send(A, 3);
    world.runFor(SECOND);
    assertThat(b.numbers()).containsExactly(1L);
    assertThat(a.numbers()).containsExactly(3L);
    world.runFor(2 * SECOND);
    assertThat(b.numbers()).containsExactly(1L, 2L);
  }

  @Test
  void aSlowLinkMakesEveryMessageLateUntilItIsFastAgain() {
    SimWorld world = new SimWorld(1, WorldConditions.calm());
    ToyRole a = ToyRole.boot(world, A);
    ToyRole b = ToyRole.boot(world, B);
    a.send(B, 1);
    b.send(A, 1);
    world.runFor(SECOND);
    world.network().slow(A, B, 400 * MILLIS, 2 * SECOND);
    a.send(B, 2);
    b.send(A, 2);
    world.runFor(150 * MILLIS);
    assertThat(b.numbers()).containsExactly(1L);
    assertThat(a.numbers()).containsExactly(1L, 2L);
    world.runFor(550 * MILLIS);
    assertThat(b.numbers()).containsExactly(1L, 2L);
    world.runFor(2 * SECOND);
    a.send(B, 3);
    world.runFor(MILLIS);
    assertThat(b.numbers()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aShutLinkRefusesNewConnectionsAndLetsThoseThatStandGoOn() {
    SimWorld world = new SimWorld(1, WorldConditions.calm());
    ToyRole a = ToyRole.boot(world, A);
    ToyRole b = ToyRole.boot(world, B);
    a.ask(B, 1, SECOND);
    world.runFor(SECOND);
    world.network().shut(A, B, 3 * SECOND);
    a.ask(B, 2, SECOND);
    world.runFor(SECOND);
    assertThat(a.outcomes).containsExactly("1 pong", "2 pong");
    world.network().cutOneOf(world.process(A), world.random("test"));
    world.runFor(SECOND);
    a.ask(B, 3, SECOND);
    world.runFor(SECOND / 2);
    assertThat(a.outcomes).last().isEqualTo("3 DISCONNECTED CONNECTION_FAILED");
    b.ask(A, 4, SECOND);
    world.runFor(SECOND);
    assertThat(b.outcomes).as("the other direction is open").containsExactly("4 pong");
  }

  @Test
  void aConnectionTornInALargeMessageHasDeliveredWhatCameBeforeIt() {
    for (long seed = 1; seed <= 50; seed++) {
      SimWorld world = rough(seed);
      ToyRole a = ToyRole.boot(world, A);
      ToyRole b = ToyRole.boot(world, B);
      b.answer = message -> null;
      List<String> torn = new ArrayList<>();
      world.network().tearMessage(2_000, (from, to) -> torn.add(from + " " + to));
      a.send(B, 1);
      a.send(B, 2);
      a.sendLarge(B, 4_000);
      a.send(B, 3);
      world.runFor(20 * SECOND);
      assertThat(torn).containsExactly(A + " " + B);
      assertThat(b.numbers()).as("seed %d", seed).containsExactly(1L, 2L);
      a.sendLarge(B, 4_000);
      a.ask(B, 4, 60 * SECOND);
      world.runFor(20 * SECOND);
      assertThat(b.received).as("only one is torn, seed %d", seed).hasSize(4);
    }
  }

  @Test
  void oneSideOfAHalfOpenConnectionIsToldNothingForLong() {
    SimWorld world = new SimWorld(1, WorldConditions.calm());
    ToyRole a = ToyRole.boot(world, A);
    ToyRole b = ToyRole.boot(world, B);
    a.ask(B, 1, SECOND);
    world.runFor(SECOND);
    a.ask(B, 2, 60 * SECOND);
    world.network().halfOpenOneOf(world.process(A), world.random("test"), 60 * SECOND);
    world.runFor(SECOND);
    assertThat(a.outcomes).as("this side knows").hasSize(2);
    b.ask(A, 3, 2 * SECOND);
    b.ask(A, 4, 4 * SECOND);
    world.runFor(3 * SECOND);
    assertThat(b.outcomes).containsExactly("3 TIMED_OUT TIMED_OUT");
    assertThat(a.received).isEmpty();
    a.send(B, 5);
    world.runFor(SECOND);
    assertThat(b.outcomes)
        .as("the other connects anew")
        .contains("4 DISCONNECTED CONNECTION_FAILED");
    b.ask(A, 6, SECOND);
    world.runFor(SECOND);
    assertThat(b.outcomes).last().isEqualTo("6 pong");
  }

  @Test
  void aConnectionByWhichNothingComesIsGivenUpWithARequestOnIt() {
    SimWorld world = new SimWorld(1, WorldConditions.calm());
    ToyRole a = ToyRole.boot(world, A);
    ToyRole b = ToyRole.boot(world, B);
    a.ask(B, 1, SECOND);
    world.runFor(SECOND);
    world.network().halfOpenOneOf(world.process(A), world.random("test"), 600 * SECOND);
    b.ask(A, 2, 2 * SECOND);
    b.ask(A, 3, 7 * SECOND);
    b.ask(A, 4, 60 * SECOND);
    world.runFor(10 * SECOND);
    assertThat(b.outcomes)
        .containsExactly(
            "2 TIMED_OUT TIMED_OUT", "3 TIMED_OUT TIMED_OUT", "4 DISCONNECTED CONNECTION_FAILED");
    assertThat(world.counts()).containsEntry("silent connections given up", 1L);
  }

  @Test
  void healingSetsEveryLinkFree() {
    SimWorld world = new SimWorld(1, WorldConditions.calm());
    ToyRole a = ToyRole.boot(world, A);
    ToyRole b = ToyRole.boot(world, B);
    world.network().hold(A, B, 100 * SECOND);
    world.network().slow(B, A, 10 * SECOND, 100 * SECOND);
    world.network().shut(A, B, 100 * SECOND);
    world.network().tearMessage(1, (from, to) -> {});
    world.network().heal();
    a.ask(B, 1, SECOND);
    b.ask(A, 2, SECOND);
    world.runFor(SECOND);
    assertThat(a.outcomes).containsExactly("1 pong");
    assertThat(b.outcomes).containsExactly("2 pong");
  }

  @Test
  void sameSeedGivesTheSameDigestAndAnotherSeedAnother() {
    List<String> digests = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      digests.add(digestOf(i == 2 ? 8 : 7));
    }
    assertThat(digests.get(0)).isEqualTo(digests.get(1));
    assertThat(digests.get(0)).isNotEqualTo(digests.get(2));
  }

  @Test
  void theDigestTellsMessagesApartThatDifferInTheirContentAlone() {
    assertThat(digestsOfTwoContents(false)).doesNotHaveDuplicates();
  }

  @Test
  void theDigestTellsEncodedMessagesApartThatDifferInTheirContentAlone() {
    assertThat(digestsOfTwoContents(true)).doesNotHaveDuplicates();
  }

  private static List<String> digestsOfTwoContents(boolean encoded) {
    List<String> digests = new ArrayList<>();
    for (long number = 1; number <= 2; number++) {
      SimWorld world = new SimWorld(1, WorldConditions.calm());
      if (encoded) {
        world.network().setCodec(new Wire());
      }
      ToyRole a = ToyRole.boot(world, A);
      ToyRole.boot(world, B);
      a.send(B, number);
      world.runFor(SECOND);
      digests.add(world.digest().hex());
    }
    return digests;
  }

  private static final class Wire implements MessageCodec {
    @Override
    public Bytes encode(Message message) {
      return WireCodec.encode(message);
    }

    @Override
    public Message decode(Bytes bytes) {
      return WireCodec.decode(bytes);
    }
  }

  private static String digestOf(long seed) {
    SimWorld world = rough(seed);
    ToyRole a = ToyRole.boot(world, A);
    ToyRole b = ToyRole.boot(world, B);
    for (int i = 0; i < 100; i++) {
      a.ask(B, i, SECOND);
      b.send(A, i);
      world.runFor(5_000_000);
      if (i % 20 == 0) {
        world.network().cutOneOf(world.process(A), world.random("test"));
      }
    }
    return world.digest().hex();
  }
}
