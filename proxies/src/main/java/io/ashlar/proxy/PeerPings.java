package io.ashlar.proxy;

import io.ashlar.host.Failure;
import io.ashlar.host.Host;
import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Address;
import io.ashlar.message.PeerRoundTrip;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * How the processes answer in which a proxy has roles it works with: one of these in each is asked
 * once a second. The controller, which reaches everybody, cannot see that two others do not reach
 * each other; the proxies tell it.
 */
final class PeerPings {
  /** Between two questions to a peer, and how long an answer may take. */
  static final long PERIOD_NANOS = 1_000_000_000L;

  /** A peer that has not answered so many questions, one after the other, is unreachable. */
  static final int UNANSWERED_MAX = 3;

  /** The middle one of the last so many round trips is told. */
  static final int SAMPLES = 5;

  /** When a point of failure makes a peer unreachable, it is so for this time. */
  private static final long FEIGNED_NANOS = 10_000_000_000L;

  /** What is known of one peer. */
  private static final class Peer {
    final Address address;
    final long[] samples = new long[SAMPLES];
    int count;
    int unanswered;
    long feignedUntilNanos = Long.MIN_VALUE;

    Peer(Address address) {
      this.address = address;
    }

    void took(long nanos) {
      samples[count % SAMPLES] = nanos;
      count++;
    }

    /** Null while it was asked too seldom. */
    PeerRoundTrip roundTrip(long nowNanos) {
      if (nowNanos < feignedUntilNanos || unanswered >= UNANSWERED_MAX) {
        return new PeerRoundTrip(address.process(), PeerRoundTrip.UNREACHABLE);
      }
      if (count < SAMPLES) {
        return null;
      }
      long[] sorted = samples.clone();
      Arrays.sort(sorted);
      return new PeerRoundTrip(address.process(), sorted[SAMPLES / 2]);
    }
  }

  private final Host host;
  private final List<Peer> peers = new ArrayList<>();
  private Timers.Timer timer;
  private boolean stopped;

  /**
   * @param others the roles it works with, wherever they are
   */
  PeerPings(Host host, List<Address> others) {
    this.host = host;
    TreeMap<String, Address> byProcess = new TreeMap<>();
    others.forEach(other -> byProcess.putIfAbsent(other.process(), other));
    byProcess.remove(host.network().self().process());
    byProcess.values().forEach(address -> peers.add(new Peer(address)));
  }

  void start() {
    if (!peers.isEmpty() && !stopped) {
      peers.forEach(this::ask);
      timer = host.timers().schedule(PERIOD_NANOS, this::start);
    }
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  /** Of each other process, in their order, as far as it is known. */
  List<PeerRoundTrip> roundTrips() {
    List<PeerRoundTrip> known = new ArrayList<>(peers.size());
    for (Peer peer : peers) {
      PeerRoundTrip roundTrip = peer.roundTrip(host.clock().nowNanos());
      if (roundTrip != null) {
        known.add(roundTrip);
      }
    }
    return known;
  }

  private void ask(Peer peer) {
    long askedNanos = host.clock().nowNanos();
    if (host.faults().at("proxy.feign-unreachable-peer")) {
      peer.feignedUntilNanos = askedNanos + FEIGNED_NANOS;
    }
    host.network()
        .request(
            peer.address, new Ping(), Pong.class, PERIOD_NANOS, new Answer(host, peer, askedNanos));
  }

  /** The answer of one peer. */
  private record Answer(Host host, Peer peer, long askedNanos) implements ReplyHandler<Pong> {
    @Override
    public void onReply(Pong reply) {
      answered();
    }

    @Override
    public void onFailure(Failure failure) {
      if (failure.kind() == Failure.Kind.REFUSED) {
        // It says no, and that came here.
        answered();
      } else {
        // It is no round trip: a link that stands still for a second or two is not a slow one.
        peer.unanswered++;
        if (peer.unanswered == UNANSWERED_MAX) {
          host.probes().hit("proxy.peer-unreachable");
        }
      }
    }

    private void answered() {
      peer.took(host.clock().nowNanos() - askedNanos);
      peer.unanswered = 0;
    }
  }
}
