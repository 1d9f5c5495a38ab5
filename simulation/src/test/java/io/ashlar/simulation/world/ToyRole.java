package io.ashlar.simulation.world;

import io.ashlar.core.ErrorCode;
import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Role;
import io.ashlar.message.Address;
import io.ashlar.message.Message;
import io.ashlar.message.Pong;
import io.ashlar.message.Refused;
import io.ashlar.message.ReportCommitted;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A role for tests of the world: records what reaches it, and answers as it is told. */
final class ToyRole implements Role {
  static final long ENDPOINT = 7;

  final Host host;
  final List<Message> received = new ArrayList<>();
  final List<String> outcomes = new ArrayList<>();
  Function<Message, Message> answer = message -> new Pong();
  int batchEnds;

  ToyRole(Host host) {
    this.host = host;
  }

  /** Boots a process with one toy role in it and runs the world until the role is there. */
  static ToyRole boot(SimWorld world, String name) {
    return boot(world, name, new Place("computer of " + name, "zone of " + name));
  }

  static ToyRole boot(SimWorld world, String name, Place place) {
    ToyRole[] made = new ToyRole[1];
    world.boot(
        world.machine("machine of " + name, place),
        name,
        process -> {
          made[0] = new ToyRole(process.host("toy", ENDPOINT, "toy"));
          process.start(ENDPOINT, made[0]);
        });
    while (made[0] == null) {
      world.step();
    }
    return made[0];
  }

  static Address at(String process) {
    return new Address(process, ENDPOINT);
  }

  /** Sends a numbered message one way. */
  void send(String to, long number) {
    host.network().send(at(to), new ReportCommitted(number));
  }

  /** Sends a message of about so many bytes one way. */
  void sendLarge(String to, int bytes) {
    host.network().send(at(to), new Refused(ErrorCode.TIMED_OUT, "x".repeat(bytes)));
  }

  /** Sends a numbered request and records its outcome. */
  void ask(String to, long number, long timeoutNanos) {
    ask(at(to), number, timeoutNanos);
  }

  void ask(Address to, long number, long timeoutNanos) {
    host.network()
        .request(
            to,
            new ReportCommitted(number),
            Pong.class,
            timeoutNanos,
            new ReplyHandler<Pong>() {
              @Override
              public void onReply(Pong reply) {
                outcomes.add(number + " pong");
              }

              @Override
              public void onFailure(Failure failure) {
                outcomes.add(number + " " + failure.kind() + " " + failure.code());
              }
            });
  }

  /** The numbers received, in order. */
  List<Long> numbers() {
    return received.stream()
        .filter(message -> message instanceof ReportCommitted)
        .map(message -> ((ReportCommitted) message).version())
        .toList();
  }

  @Override
  public void start() {}

  @Override
  public void onMessage(Inbound inbound) {
    received.add(inbound.message());
    Message reply = answer.apply(inbound.message());
    if (inbound.wantsReply() && reply != null) {
      host.network().reply(inbound, reply);
    }
  }

  @Override
  public void onBatchEnd() {
    batchEnds++;
  }

  @Override
  public void stop() {}
}
