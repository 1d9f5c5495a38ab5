package io.ashlar.proxy;

import io.ashlar.core.Uid;
import io.ashlar.host.Inbound;
import io.ashlar.message.Address;
import io.ashlar.message.CommitVersion;
import io.ashlar.message.GetCommitVersion;
import io.ashlar.message.LiveVersion;
import io.ashlar.message.Pong;
import io.ashlar.message.ReportCommitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/** Gives out versions, each proxy's requests in the order of their numbers; repeatable. */
final class FakeSequencer implements FakeWorld.Peer {
  static final Address ADDRESS = new Address("sequencer", 10);

  private final FakeWorld world;
  private final Map<Uid, Map<Long, CommitVersion>> given = new TreeMap<>();
  private final Map<Uid, Map<Long, Inbound>> early = new TreeMap<>();

  /**
   * How far the version moves on; the argument is the version before. By default near the clock,
   * and at most the window, as the real one.
   */
  LongUnaryOperator step;

  /** Versions given out, in order. */
  final List<Long> versions = new ArrayList<>();

  final List<Long> reports = new ArrayList<>();
  int liveVersionRequests;
  long last;
  long live;

  /** Does not answer while true. */
  boolean silent;

  FakeSequencer(FakeWorld world, long begin) {
    this.world = world;
    this.last = begin;
    this.live = begin;
    this.step =
        before -> {
          long behindClock = begin + world.nowNanos() / 1_000 - before;
          return Math.max(
              1 + world.random.nextLong(5_000), Math.min(behindClock, FakeCluster.WINDOW));
        };
    world.peer(ADDRESS, this);
  }

  @Override
  public void onMessage(Inbound inbound) {
    if (silent) {
      return;
    }
    switch (inbound.message().kind()) {
      case GET_COMMIT_VERSION -> onGetCommitVersion(inbound);
      case GET_LIVE_VERSION -> {
        liveVersionRequests++;
        world.reply(ADDRESS, inbound, new LiveVersion(live));
      }
      case REPORT_COMMITTED -> {
        long version = ((ReportCommitted) inbound.message()).version();
        reports.add(version);
        live = Math.max(live, version);
        world.reply(ADDRESS, inbound, new LiveVersion(live));
      }
      case PING -> world.reply(ADDRESS, inbound, new Pong());
      default -> throw new AssertionError(inbound.message());
    }
  }

  private void onGetCommitVersion(Inbound inbound) {
    GetCommitVersion request = (GetCommitVersion) inbound.message();
    Map<Long, CommitVersion> mine =
        given.computeIfAbsent(request.proxy(), proxy -> new TreeMap<>());
    Map<Long, Inbound> waiting = early.computeIfAbsent(request.proxy(), proxy -> new TreeMap<>());
    if (mine.containsKey(request.requestNumber())) {
      world.reply(ADDRESS, inbound, mine.get(request.requestNumber()));
      return;
    }
    waiting.put(request.requestNumber(), inbound);
    long next = mine.size() + 1;
    while (waiting.containsKey(next)) {
      long version = last + step.applyAsLong(last);
      CommitVersion reply = new CommitVersion(next, last, version);
      last = version;
      versions.add(version);
      mine.put(next, reply);
      world.reply(ADDRESS, waiting.remove(next), reply);
      next++;
    }
  }
}
