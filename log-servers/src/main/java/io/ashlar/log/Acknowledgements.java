package io.ashlar.log;

import io.ashlar.core.Check;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.message.LogPushed;
import io.ashlar.message.Refused;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Pushes that wait for the disk: each is answered when its version is durable, or refused. */
final class Acknowledgements {
  private record Waiting(Inbound push, long version) {}

  private final Network network;
  private final int repeatedMax;

  /** First pushes of a version, in the order of the chain; as many as are not durable. */
  private final ArrayDeque<Waiting> inOrder = new ArrayDeque<>();

  /** Repeated ones, in any order. */
  private final List<Waiting> repeated = new ArrayList<>();

  private long lastVersion = Long.MIN_VALUE;

  Acknowledgements(Network network, int repeatedMax) {
    this.network = network;
    this.repeatedMax = repeatedMax;
  }

  /** A push that was taken; versions grow from call to call. */
  void add(Inbound push, long version) {
    Check.that(version > lastVersion, "out of order: ", version, " after ", lastVersion);
    lastVersion = version;
    inOrder.add(new Waiting(push, version));
  }

  /** A push of a version that was taken, or parked, before; false when there is no room. */
  boolean addRepeated(Inbound push, long version) {
    if (repeated.size() >= repeatedMax) {
      return false;
    }
    repeated.add(new Waiting(push, version));
    return true;
  }

  /** Answers what is durable: durable first, acknowledged second. */
  void onDurable(long durable) {
    while (!inOrder.isEmpty() && inOrder.peekFirst().version <= durable) {
      answer(inOrder.pollFirst());
    }
    if (!repeated.isEmpty()) {
      repeated.removeIf(waiting -> waiting.version <= durable && answer(waiting));
    }
  }

  private boolean answer(Waiting waiting) {
    if (waiting.push.wantsReply()) {
      network.reply(waiting.push, new LogPushed(waiting.version));
    }
    return true;
  }

  void refuseAll(Refused why) {
    inOrder.forEach(waiting -> network.reply(waiting.push, why));
    inOrder.clear();
    repeated.forEach(waiting -> network.reply(waiting.push, why));
    repeated.clear();
  }

  int count() {
    return inOrder.size() + repeated.size();
  }
}
