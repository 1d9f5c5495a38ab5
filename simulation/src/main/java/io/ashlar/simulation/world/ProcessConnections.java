package io.ashlar.simulation.world;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What one process knows of its connections, and of the requests it has not answered. */
final class ProcessConnections {
  /** A request that arrived: where its answer goes. */
  record Unanswered(ConnectionEnd end, long peerRequestId, long endpoint) {}

  private final Map<String, ConnectionEnd> byPeer = new TreeMap<>();

  /** The same, only looked up in: that is done for each message. */
  private final Map<String, ConnectionEnd> found = new HashMap<>();

  /** Only looked up by number and counted, so its order reaches nothing. */
  private final Map<Long, Unanswered> unanswered = new HashMap<>();

  private long lastInboundId;

  ConnectionEnd to(String peer) {
    return found.get(peer);
  }

  Iterable<ConnectionEnd> all() {
    return byPeer.values();
  }

  /** Takes the place of the connection before, which is returned, or null. */
  ConnectionEnd put(ConnectionEnd end) {
    found.put(end.peerName(), end);
    return byPeer.put(end.peerName(), end);
  }

  void remove(ConnectionEnd end) {
    byPeer.remove(end.peerName(), end);
    found.remove(end.peerName(), end);
    unanswered.values().removeIf(request -> request.end == end);
  }

  long addUnanswered(ConnectionEnd end, long peerRequestId, long endpoint) {
    unanswered.put(++lastInboundId, new Unanswered(end, peerRequestId, endpoint));
    return lastInboundId;
  }

  Unanswered takeUnanswered(long inboundId) {
    return unanswered.remove(inboundId);
  }
}
