package io.ashlar.simulation;

import io.ashlar.core.PeekEntries;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.Tags;
import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import io.ashlar.host.Role;
import io.ashlar.leader.FollowOptions;
import io.ashlar.leader.ViewFollower;
import io.ashlar.message.Address;
import io.ashlar.message.ClusterView;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.LogSet;
import io.ashlar.message.PeekLog;
import io.ashlar.message.StorageAddress;
import io.ashlar.simulation.check.ReplicaChecker;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Reads the newest records of every tag from every log server of the present generation that holds
 * it, as a storage server would. A new view makes it begin anew.
 */
final class TailProbe implements Role {
  static final long ENDPOINT = 201;
  static final String PROCESS = "10.0.2.2:0";
  private static final long INTERVAL_NANOS = 100_000_000;
  private static final int BYTES_MAX = 1 << 20;

  /** One log server's records of one tag, so far. */
  private final class Reading {
    private final String name;
    private final int tag;
    private final Address address;
    private final List<PeekEntries.Entry> entries = new ArrayList<>();
    private long begin = from;
    private long next = from;

    Reading(String name, int tag, Address address) {
      this.name = name;
      this.tag = tag;
      this.address = address;
    }

    boolean isDone() {
      return next > through;
    }

    void read() {
      long asked = next;
      questions.ask(
          address,
          new PeekLog(tag, asked, BYTES_MAX, 0),
          LogPeeked.class,
          peeked -> {
            // It may have been asked twice.
            if (asked == next) {
              take(peeked);
            }
          });
    }

    private void take(LogPeeked peeked) {
      if (peeked.poppedThrough() >= next) {
        // What lies between is gone, so what came before has no neighbours any more.
        entries.clear();
        begin = peeked.poppedThrough() + 1;
      }
      for (PeekEntries.Entry entry : PeekEntries.decode(peeked.entries())) {
        if (entry.version() >= begin) {
          entries.add(entry);
        }
      }
      boolean isNews = peeked.through() >= next;
      next = Math.max(begin, peeked.through() + 1);
      if (!isDone() && isNews) {
        read();
      }
    }

    ReplicaChecker.Tail tail() {
      return new ReplicaChecker.Tail(name, tag, begin, next - 1, entries);
    }
  }

  private final Host host;
  private final Questions questions;
  private final CoordinatorSet coordinators;
  private final ViewFollower follower;
  private final long from;
  private final long through;
  private ClusterView view;
  private List<Reading> readings = new ArrayList<>();

  /**
   * @param from the first version of interest
   * @param through the last one
   */
  TailProbe(Host host, CoordinatorSet coordinators, long from, long through) {
    this.host = host;
    this.questions = new Questions(host.network());
    this.coordinators = coordinators;
    this.follower = new ViewFollower(host, FollowOptions.defaults(), new Told());
    this.from = from;
    this.through = through;
  }

  @Override
  public void start() {
    follower.follow(coordinators);
    readAgain();
  }

  /** What the controller tells. */
  private final class Told extends AcceptedViews {
    @Override
    public void onAccepted(ClusterView before, ClusterView now) {
      onView(now);
    }
  }

  private void onView(ClusterView newer) {
    readings = new ArrayList<>();
    LogSet logs = newer.generations().get(newer.generations().size() - 1);
    TagPlacement placement = new TagPlacement(logs.generation());
    TreeSet<Integer> tags = new TreeSet<>(List.of(Tags.METADATA));
    newer.storages().stream().map(StorageAddress::tag).forEach(tags::add);
    for (int tag : tags) {
      for (int member : placement.membersFor(tag)) {
        Address address = logs.addresses().get(member);
        readings.add(new Reading("log server " + member + " at " + address, tag, address));
      }
    }
    view = newer;
  }

  private void readAgain() {
    host.timers().schedule(INTERVAL_NANOS, this::readAgain);
    for (Reading reading : readings) {
      if (!reading.isDone()) {
        reading.read();
      }
    }
  }

  /** What is still to be read, or null. */
  String missing() {
    if (view == null) {
      return "there is no view";
    }
    for (Reading reading : readings) {
      if (!reading.isDone()) {
        return reading.name + " has told of tag " + reading.tag + " up to " + (reading.next - 1);
      }
    }
    return null;
  }

  /** What was read. */
  List<ReplicaChecker.Tail> tails() {
    return readings.stream().map(Reading::tail).toList();
  }

  @Override
  public void onMessage(Inbound inbound) {}

  @Override
  public void onBatchEnd() {}

  @Override
  public void stop() {}
}
