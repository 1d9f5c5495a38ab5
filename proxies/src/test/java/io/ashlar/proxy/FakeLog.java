package io.ashlar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.Mutation;
import io.ashlar.core.TaggedMutations;
import io.ashlar.host.Inbound;
import io.ashlar.message.Address;
import io.ashlar.message.EpochConfirmed;
import io.ashlar.message.LogPopped;
import io.ashlar.message.LogPushed;
import io.ashlar.message.Pong;
import io.ashlar.message.PopLog;
import io.ashlar.message.PushLog;
import io.ashlar.message.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A log server: keeps the chain, makes it durable after a drawn time, and then acknowledges. */
final class FakeLog implements FakeWorld.Peer {
  final Address address;
  private final FakeWorld world;

  /** By version: what was pushed and took its place in the chain. */
  final TreeMap<Long, PushLog> chain = new TreeMap<>();

  private final Map<Long, PushLog> early = new TreeMap<>();
  private final TreeMap<Long, List<Inbound>> unanswered = new TreeMap<>();
  final List<PushLog> received = new ArrayList<>();
  final List<PopLog> pops = new ArrayList<>();
  long end;
  long durable;
  boolean stopped;
  boolean silent;

  /** What it answers every push with, when not null. */
  Refused refusal;

  /** Keeps what comes but does not make it durable while true. */
  boolean stalled;

  /** Looks at every push as it comes. */
  java.util.function.Consumer<PushLog> onPush = push -> {};

  int confirmations;
  long syncMaxNanos = 300_000;

  FakeLog(FakeWorld world, int index, long begin) {
    this.world = world;
    this.address = new Address("log" + index, 30 + index);
    this.end = begin;
    this.durable = begin;
    world.peer(address, this);
  }

  @Override
  public void onMessage(Inbound inbound) {
    if (silent) {
      return;
    }
    switch (inbound.message().kind()) {
      case PUSH_LOG -> onPush(inbound, (PushLog) inbound.message());
      case CONFIRM_EPOCH -> {
        confirmations++;
        world.reply(address, inbound, stopped ? stop() : new EpochConfirmed());
      }
      case POP_LOG -> {
        pops.add((PopLog) inbound.message());
        world.reply(address, inbound, new LogPopped());
      }
      case PING -> world.reply(address, inbound, new Pong());
      default -> throw new AssertionError(inbound.message());
    }
  }

  private static Refused stop() {
    return new Refused(ErrorCode.TLOG_STOPPED, "");
  }

  private void onPush(Inbound inbound, PushLog push) {
    if (stopped) {
      world.reply(address, inbound, stop());
      return;
    }
    onPush.accept(push);
    received.add(push);
    if (refusal != null) {
      world.reply(address, inbound, refusal);
      return;
    }
    unanswered.computeIfAbsent(push.version(), v -> new ArrayList<>()).add(inbound);
    if (push.version() <= end) {
      // Sent again: it must be what it was, but for what is known of others.
      PushLog first = chain.get(push.version());
      assertThat(push.previousVersion()).isEqualTo(first.previousVersion());
      assertThat(push.payload()).isEqualTo(first.payload());
    } else {
      assertThat(push.previousVersion()).isGreaterThanOrEqualTo(end);
      early.put(push.previousVersion(), push);
      while (early.containsKey(end)) {
        PushLog next = early.remove(end);
        chain.put(next.version(), next);
        end = next.version();
      }
    }
    sync();
  }

  void sync() {
    long reached = end;
    world.at(
        random(),
        () -> {
          if (stalled) {
            return;
          }
          durable = Math.max(durable, reached);
          while (!unanswered.isEmpty() && unanswered.firstKey() <= durable) {
            long version = unanswered.firstKey();
            for (Inbound inbound : unanswered.remove(version)) {
              world.reply(address, inbound, stopped ? stop() : new LogPushed(version));
            }
          }
        });
  }

  private long random() {
    return world.random.nextLong(syncMaxNanos);
  }

  /** The mutations of a tag at each version, where there are any. */
  TreeMap<Long, List<Mutation>> tag(int wanted) {
    TreeMap<Long, List<Mutation>> found = new TreeMap<>();
    chain.forEach(
        (version, push) ->
            TaggedMutations.forEach(
                push.payload(),
                (tags, count, array, at, length) -> {
                  for (int i = 0; i < count; i++) {
                    if (tags[i] == wanted) {
                      found
                          .computeIfAbsent(version, v -> new ArrayList<>())
                          .add(Mutation.decode(new ByteReader(array, at, length)));
                    }
                  }
                }));
    return found;
  }
}
