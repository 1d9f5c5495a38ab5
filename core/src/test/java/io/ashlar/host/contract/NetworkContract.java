package io.ashlar.host.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Bytes;
import io.ashlar.core.ErrorCode;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.message.Address;
import io.ashlar.message.GetValues;
import io.ashlar.message.LiveVersion;
import io.ashlar.message.Message;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.Refused;
import io.ashlar.message.ReportCommitted;
import io.ashlar.message.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link io.ashlar.host.Network} promises, within a process and between two. */
public abstract class NetworkContract extends PortContract {
  private static final long SERVER = 20;
  private static final long CLIENT = 30;

  private PortWorld.Process serving;
  private PortWorld.Process asking;
  private TestRole client;

  /** Two roles, in two processes or in one. */
  private Address serveAndAsk(boolean remote, Serving serve) {
    serving = world.newProcess("serving");
    asking = remote ? world.newProcess("asking") : serving;
    role(serving, "server", SERVER, serve::onMessage);
    client = role(asking, "client", CLIENT);
    return new Address(serving.name(), SERVER);
  }

  /** What the server does with a message. */
  private interface Serving {
    void onMessage(Host host, Inbound inbound);
  }

  /** Tells the journal how a request ended. */
  private final class Told<R extends Message> implements ReplyHandler<R> {
    private final String name;

    Told(String name) {
      this.name = name;
    }

    @Override
    public void onReply(R reply) {
      journal.add(name + " answered " + reply);
    }

    @Override
    public void onFailure(Failure failure) {
      journal.add(name + " failed " + failure.kind() + " " + failure.code());
    }
  }

  private void ask(Address to, long number, long timeoutNanos) {
    with(
        asking,
        client,
        host ->
            host.network()
                .request(
                    to,
                    new ReportCommitted(number),
                    LiveVersion.class,
                    timeoutNanos,
                    new Told<>("request " + number)));
  }

  private static void answerWithNumber(Host host, Inbound inbound) {
    ReportCommitted request = (ReportCommitted) inbound.message();
    host.network().reply(inbound, new LiveVersion(request.version()));
  }

  private static void keepSilent(Host host, Inbound inbound) {}

  private List<String> told(String prefix) {
    return journal.lines().stream().filter(line -> line.startsWith(prefix)).toList();
  }

  private void awaitTold(String prefix, int count) {
    world.runUntil(count + " × " + prefix, () -> told(prefix).size() >= count);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersARequestInALaterEvent(boolean remote) {
    Address server = serveAndAsk(remote, NetworkContract::answerWithNumber);
    with(
        asking,
        client,
        host -> {
          host.network()
              .request(
                  server,
                  new ReportCommitted(7),
                  LiveVersion.class,
                  10 * SECOND,
                  new Told<>("request"));
          journal.add("request sent");
        });
    awaitTold("request", 2);
    assertThat(told("request"))
        .containsExactly("request sent", "request answered " + new LiveVersion(7));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deliversAMessageInALaterEventAndEndsABatchAfterIt(boolean remote) {
    Address server =
        serveAndAsk(remote, (host, inbound) -> journal.add("got " + inbound.message()));
    with(
        asking,
        client,
        host -> {
          host.network().send(server, new Ping());
          journal.add("sent");
        });
    world.runUntil(
        "the end of the batch",
        () -> {
          List<String> lines = journal.lines();
          int got = lines.indexOf("got " + new Ping());
          return got >= 0 && lines.subList(got, lines.size()).contains("server ends a batch");
        });
    assertThat(journal.lines()).containsSubsequence("sent", "got " + new Ping());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void deliversMessagesAndRequestsInTheOrderInWhichTheyWereSent(boolean remote) {
    Address server =
        serveAndAsk(
            remote,
            (host, inbound) -> {
              ReportCommitted message = (ReportCommitted) inbound.message();
              journal.add("got " + message.version());
              if (inbound.wantsReply()) {
                host.network().reply(inbound, new LiveVersion(message.version()));
              }
            });
    List<String> expected = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      expected.add("got " + i);
      if (i % 3 == 0) {
        answers.add("request " + i + " answered " + new LiveVersion(i));
        ask(server, i, 10 * SECOND);
      } else {
        int number = i;
        with(asking, client, host -> host.network().send(server, new ReportCommitted(number)));
      }
    }
    awaitTold("request", 100);
    world.runUntil("all messages", () -> told("got").size() == 300);
    assertThat(told("got")).isEqualTo(expected);
    assertThat(told("request")).isEqualTo(answers);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void carriesLargeMessagesBothWays(boolean remote) {
    byte[] large = new byte[3_000_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 31);
    }
    Bytes bytes = Bytes.wrap(large);
    Address server =
        serveAndAsk(
            remote,
            (host, inbound) -> {
              GetValues request = (GetValues) inbound.message();
              host.network()
                  .reply(inbound, new Values(request.version(), 0, List.of(request.keys().get(0))));
            });
    AtomicReference<Values> answer = new AtomicReference<>();
    with(
        asking,
        client,
        host ->
            host.network()
                .request(
                    server,
                    new GetValues(1, List.of(bytes)),
                    Values.class,
                    20 * SECOND,
                    new ReplyHandler<Values>() {
                      @Override
                      public void onReply(Values reply) {
                        answer.set(reply);
                      }

                      @Override
                      public void onFailure(Failure failure) {
                        throw new AssertionError(failure);
                      }
                    }));
    world.runUntil("the answer", () -> answer.get() != null);
    assertThat(answer.get().values()).containsExactly(bytes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsTheReceiverWhoSentAndTheSenderCanBeAnsweredLater(boolean remote) {
    List<Inbound> kept = new ArrayList<>();
    Address server = serveAndAsk(remote, (host, inbound) -> kept.add(inbound));
    for (int i = 0; i < 3; i++) {
      ask(server, i, 10 * SECOND);
    }
    TestRole other = role(serving, "other", 21);
    world.runUntil("all requests", () -> world.call(serving, () -> kept.size()) == 3);
    with(
        serving,
        other,
        host -> {
          // In another order than asked, and by the port of another role of the process.
          for (int i = 2; i >= 0; i--) {
            assertThat(kept.get(i).from()).isEqualTo(new Address(asking.name(), CLIENT));
            answerWithNumber(host, kept.get(i));
          }
        });
    awaitTold("request", 3);
    assertThat(told("request"))
        .containsExactly(
            "request 2 answered " + new LiveVersion(2),
            "request 1 answered " + new LiveVersion(1),
            "request 0 answered " + new LiveVersion(0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesARefusalAsAFailureWithItsCodeAndDetail(boolean remote) {
    Address server =
        serveAndAsk(
            remote,
            (host, inbound) ->
                host.network()
                    .reply(inbound, new Refused(ErrorCode.TRANSACTION_TOO_OLD, "much too old")));
    AtomicReference<Failure> failed = new AtomicReference<>();
    with(
        asking,
        client,
        host ->
            host.network()
                .request(
                    server,
                    new ReportCommitted(1),
                    LiveVersion.class,
                    10 * SECOND,
                    new ReplyHandler<LiveVersion>() {
                      @Override
                      public void onReply(LiveVersion reply) {
                        throw new AssertionError(reply);
                      }

                      @Override
                      public void onFailure(Failure failure) {
                        failed.set(failure);
                      }
                    }));
    world.runUntil("the refusal", () -> failed.get() != null);
    assertThat(failed.get())
        .isEqualTo(Failure.refused(ErrorCode.TRANSACTION_TOO_OLD, "much too old"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesRequestsToAnEndpointWithoutARole(boolean remote) {
    serveAndAsk(remote, NetworkContract::keepSilent);
    ask(new Address(serving.name(), 99), 1, 10 * SECOND);
    awaitTold("request", 1);
    assertThat(told("request")).containsExactly("request 1 failed REFUSED BROKEN_PROMISE");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesRequestsToARoleThatHasStopped(boolean remote) {
    Address server = serveAndAsk(remote, NetworkContract::answerWithNumber);
    ask(server, 1, 10 * SECOND);
    awaitTold("request", 1);
    world.run(serving, () -> serving.hosts().stop(SERVER));
    ask(server, 2, 10 * SECOND);
    awaitTold("request", 2);
    assertThat(told("request 2")).containsExactly("request 2 failed REFUSED BROKEN_PROMISE");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givesUpARequestWhenItsTimeIsOverAndNotBefore(boolean remote) {
    Address server = serveAndAsk(remote, NetworkContract::keepSilent);
    AtomicReference<Long> passedNanos = new AtomicReference<>();
    with(
        asking,
        client,
        host -> {
          long begin = host.clock().nowNanos();
          host.network()
              .request(
                  server,
                  new ReportCommitted(1),
                  LiveVersion.class,
                  30 * MILLI,
                  new ReplyHandler<LiveVersion>() {
                    @Override
                    public void onReply(LiveVersion reply) {
                      throw new AssertionError(reply);
                    }

                    @Override
                    public void onFailure(Failure failure) {
                      assertThat(failure.kind()).isEqualTo(Failure.Kind.TIMED_OUT);
                      passedNanos.set(host.clock().nowNanos() - begin);
                    }
                  });
        });
    world.runUntil("the end of the request", () -> passedNanos.get() != null);
    assertThat(passedNanos.get()).isGreaterThanOrEqualTo(30 * MILLI);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ignoresAReplyThatComesTooLateAndASecondReply(boolean remote) {
    List<Inbound> kept = new ArrayList<>();
    Address server =
        serveAndAsk(
            remote,
            (host, inbound) -> {
              ReportCommitted request = (ReportCommitted) inbound.message();
              kept.add(inbound);
              if (request.version() == 2) {
                answerWithNumber(host, kept.get(0));
                answerWithNumber(host, inbound);
                answerWithNumber(host, inbound);
              }
            });
    ask(server, 1, MILLI);
    awaitTold("request 1", 1);
    world.runUntil("the first request", () -> world.call(serving, () -> kept.size()) == 1);
    ask(server, 2, 10 * SECOND);
    awaitTold("request 2", 1);
    ask(server, 2, 10 * SECOND);
    awaitTold("request 2", 2);
    assertThat(told("request"))
        .containsExactly(
            "request 1 failed TIMED_OUT TIMED_OUT",
            "request 2 answered " + new LiveVersion(2),
            "request 2 answered " + new LiveVersion(2));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsAStoppedRoleNothingOfItsRequests(boolean remote) {
    List<Inbound> kept = new ArrayList<>();
    Address server = serveAndAsk(remote, (host, inbound) -> kept.add(inbound));
    ask(server, 1, 10 * SECOND);
    world.runUntil("the request", () -> world.call(serving, () -> kept.size()) == 1);
    world.run(asking, () -> asking.hosts().stop(CLIENT));
    role(serving, "answering", 22, (host, inbound) -> answerWithNumber(host, kept.get(0)));
    client = role(asking, "second client", CLIENT + 1);
    with(
        asking,
        client,
        host -> host.network().send(new Address(serving.name(), 22), new ReportCommitted(5)));
    ask(new Address(serving.name(), 99), 2, 10 * SECOND);
    awaitTold("request 2", 1);
    assertThat(told("request 1")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ignoresAnAnswerToAOneWayMessage(boolean remote) {
    Address server = serveAndAsk(remote, NetworkContract::answerWithNumber);
    with(asking, client, host -> host.network().send(server, new ReportCommitted(1)));
    ask(server, 2, 10 * SECOND);
    awaitTold("request", 1);
    assertThat(told("request")).containsExactly("request 2 answered " + new LiveVersion(2));
  }

  @Test
  void aRoleCanSendToItself() {
    Address server =
        serveAndAsk(
            false,
            (host, inbound) -> {
              journal.add("got " + inbound.message());
              if (inbound.message() instanceof Ping) {
                host.network().send(host.network().self(), new Pong());
              }
            });
    with(asking, client, host -> host.network().send(server, new Ping()));
    await("got " + new Pong());
    assertThat(told("got")).containsExactly("got " + new Ping(), "got " + new Pong());
  }

  @Test
  void failsRequestsToAProcessThatIsNotThereAndConnectsOnceItIs() {
    Address server = serveAndAsk(true, NetworkContract::answerWithNumber);
    serving.kill();
    ask(server, 1, 10 * SECOND);
    awaitTold("request 1", 1);
    assertThat(told("request 1"))
        .first()
        .isIn(
            "request 1 failed DISCONNECTED CONNECTION_FAILED",
            "request 1 failed TIMED_OUT TIMED_OUT");

    serving.restart();
    role(serving, "server again", SERVER, NetworkContract::answerWithNumber);
    AtomicInteger number = new AtomicInteger(1);
    world.runUntil(
        "an answer",
        () -> {
          if (journal.lines().stream().anyMatch(line -> line.contains("answered"))) {
            return true;
          }
          if (told("request").size() == number.get()) {
            ask(server, number.incrementAndGet(), SECOND);
          }
          return false;
        });
  }

  @Test
  void failsTheRequestsOfAConnectionThatIsCutOnceEach() {
    Address server = serveAndAsk(true, NetworkContract::keepSilent);
    for (int i = 0; i < 20; i++) {
      ask(server, i, 5 * SECOND);
    }
    serving.cutConnections();
    asking.cutConnections();
    awaitTold("request", 20);
    world.run(asking, () -> {});
    assertThat(told("request")).hasSize(20).allMatch(line -> line.contains("failed"));
    for (int i = 0; i < 20; i++) {
      assertThat(told("request " + i + " ")).hasSize(1);
    }
  }

  @Test
  void deliversAtMostOnceAndInOrderHoweverOftenConnectionsAreCut() {
    Address server =
        serveAndAsk(
            true,
            (host, inbound) -> {
              ReportCommitted message = (ReportCommitted) inbound.message();
              journal.add("got " + message.version());
              if (inbound.wantsReply()) {
                answerWithNumber(host, inbound);
              }
            });
    for (int i = 0; i < 200; i++) {
      int number = i;
      with(asking, client, host -> host.network().send(server, new ReportCommitted(number)));
      if (i % 20 == 10) {
        serving.cutConnections();
      }
    }
    // The messages in front of an answered request have arrived, or never will.
    AtomicInteger marker = new AtomicInteger(1000);
    AtomicInteger asked = new AtomicInteger();
    world.runUntil(
        "an answer",
        () -> {
          if (journal.lines().stream().anyMatch(line -> line.contains("answered"))) {
            return true;
          }
          if (told("request").size() == asked.get()) {
            asked.incrementAndGet();
            ask(server, marker.incrementAndGet(), SECOND);
          }
          return false;
        });
    List<Integer> numbers =
        told("got").stream().map(line -> Integer.valueOf(line.substring(4))).toList();
    assertThat(numbers).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void repliesOfAnEarlierConnectionDoNotAnswerRequestsOfALaterOne() {
    List<Inbound> kept = new ArrayList<>();
    Address server = serveAndAsk(true, (host, inbound) -> kept.add(inbound));
    ask(server, 1, 10 * SECOND);
    world.runUntil("the first request", () -> world.call(serving, () -> kept.size()) == 1);
    serving.cutConnections();
    asking.cutConnections();
    awaitTold("request 1", 1);
    AtomicInteger number = new AtomicInteger(1);
    world.runUntil(
        "another request",
        () -> {
          if (world.call(serving, () -> kept.size()) > 1) {
            return true;
          }
          if (told("request").size() == number.get()) {
            ask(server, number.incrementAndGet(), 2 * SECOND);
          }
          return false;
        });
    world.run(
        serving,
        () -> {
          TestRole other = TestRole.start(serving, "other", 21, journal, (host, inbound) -> {});
          answerWithNumber(other.host, kept.get(0));
          answerWithNumber(other.host, kept.get(kept.size() - 1));
        });
    awaitTold("request", number.get());
    assertThat(journal.lines().stream().filter(line -> line.contains("answered")))
        .allMatch(line -> !line.endsWith(new LiveVersion(1).toString()))
        .hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void bothSidesMayConnectAtTheSameTime() {
    PortWorld.Process a = world.newProcess("a");
    PortWorld.Process b = world.newProcess("b");
    TestRole inA = role(a, "in a", SERVER, NetworkContract::answerWithNumber);
    TestRole inB = role(b, "in b", SERVER, NetworkContract::answerWithNumber);
    for (int round = 0; round < 20; round++) {
      askFrom(a, inA, new Address(b.name(), SERVER), "a asks " + round);
      askFrom(b, inB, new Address(a.name(), SERVER), "b asks " + round);
      int count = round + 1;
      world.runUntil(
          "both answers", () -> told("a asks").size() == count && told("b asks").size() == count);
      a.cutConnections();
      b.cutConnections();
    }
    assertThat(journal.lines().stream().filter(line -> line.contains("answered"))).isNotEmpty();
  }

  private void askFrom(PortWorld.Process process, TestRole role, Address to, String name) {
    process
        .loop()
        .execute(
            () ->
                role.host
                    .network()
                    .request(
                        to,
                        new ReportCommitted(1),
                        LiveVersion.class,
                        5 * SECOND,
                        new Told<>(name)));
  }
}
