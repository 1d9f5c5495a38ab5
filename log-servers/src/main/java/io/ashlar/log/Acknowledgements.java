package io.ashlar.log;

import io.ashlar.core.Check;
import io.ashlar.host.Inbound;
import io.ashlar.host.Network;
import io.ashlar.message.Address;
import io.ashlar.message.LogPushed;
import io.ashlar.message.Refused;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Pushes that wait for the disk: each is answered when its version is durable, or refused. */
final class Acknowledgements {
  private record Waiting(Inbound push, long version) {}

  private record Repeated(long version, Address from) {}

  private final Network network;
  private final int repeatedMax;

  /** First pushes of a version, in the order of the chain; as many as are not durable. */
  private final ArrayDeque<Waiting> inOrder = new ArrayDeque<>();

  /**
   * Repeated ones: of one version from one sender the last alone, since it asks again only when it
   * has given up waiting. So what they hold in memory is bounded by what is not durable.
   */
  private final Map<Repeated, Inbound> repeated = new LinkedHashMap<>();

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
    Repeated key = new Repeated(version, push.from());
    if (repeated.size() >= repeatedMax && !repeated.containsKey(key)) {
      return false;
    }
    repeated.put(key, push);
    return true;
  }

  /** Answers what is durable: durable first, acknowledged second. */
  void onDurable(long durable) {
    while (!inOrder.isEmpty() && inOrder.peekFirst().version <= durable) {
      Waiting waiting = inOrder.pollFirst();
      answer(waiting.push, waiting.version);
    }
    Iterator<Map.Entry<Repeated, Inbound>> entries = repeated.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Repeated, Inbound> entry = entries.next();
      if (entry.getKey().version() <= durable) {
        entries.remove();
        answer(entry.getValue(), entry.getKey().version());
      }
    }
  }

  private void answer(Inbound push, long version) {
    network.reply(push, new LogPushed(version));
  }

  void refuseAll(Refused why) {
    inOrder.forEach(waiting -> network.reply(waiting.push, why));
    inOrder.clear();
    repeated.values().forEach(push -> network.reply(push, why));
    repeated.clear();
  }

  int count() {
    return inOrder.size() + repeated.size();
  }
}
