package io.ashlar.simulation.world;

import io.ashlar.host.ReplyHandler;
import io.ashlar.host.Timers;
import io.ashlar.message.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One side of a connection, and what it has sent. The two sides may differ in whether there still
 * is a connection.
 */
final class ConnectionEnd {
  /** A request without its answer yet. */
  record Pending<R extends Message>(
      RolePorts owner, Class<R> reply, ReplyHandler<R> handler, Timers.Timer timeout) {}

  private final SimProcess owner;
  private final String peerName;
  private final SimLink link;
  private final boolean loopback;

  /** In the order in which they were asked. */
  private final Map<Long, Pending<?>> pending = new LinkedHashMap<>();

  private ConnectionEnd peer;
  private long lastRequestId;

  /** As this side believes. */
  private boolean open = true;

  /** In truth: nothing that is sent from now on arrives. */
  private boolean cut;

  /** What is sent from here is answered by nothing, not even by a reset. */
  private boolean deaf;

  private SimEvent notice;

  /** Messages sent, arrived, and those that will ever arrive. */
  private long sent;

  private long arrived;
  private long arriving = Long.MAX_VALUE;

  private long lastArrivalNanos;

  /** When something last came from the other side; at first, when the connection came about. */
  private long heardNanos;

  private long bytesUnderWay;

  ConnectionEnd(SimProcess owner, String peerName, SimLink link) {
    this.owner = owner;
    this.peerName = peerName;
    this.link = link;
    this.loopback = owner.name().equals(peerName);
    this.heardNanos = owner.world().nowNanos();
  }

  static void join(ConnectionEnd a, ConnectionEnd b) {
    a.peer = b;
    b.peer = a;
  }

  SimProcess owner() {
    return owner;
  }

  String peerName() {
    return peerName;
  }

  /** The way on which this side sends. */
  SimLink link() {
    return link;
  }

  /** The other side; null when there was nobody to connect to. */
  ConnectionEnd peer() {
    return peer;
  }

  boolean isOpen() {
    return open;
  }

  boolean isCut() {
    return cut;
  }

  boolean isDeaf() {
    return deaf;
  }

  void deafen() {
    deaf = true;
  }

  boolean isLoopback() {
    return loopback;
  }

  long heardNanos() {
    return heardNanos;
  }

  void close() {
    open = false;
  }

  SimEvent notice() {
    return notice;
  }

  void setNotice(SimEvent event) {
    notice = event;
  }

  /** From now on nothing is taken; of what is under way the first {@code surviving} arrive. */
  void cut(long surviving) {
    cut = true;
    arriving = arrived + surviving;
  }

  long underWay() {
    return sent - arrived;
  }

  long bytesUnderWay() {
    return bytesUnderWay;
  }

  long nextArrival(long earliestNanos) {
    lastArrivalNanos = Math.max(lastArrivalNanos, earliestNanos);
    return lastArrivalNanos;
  }

  long takeIndex(long sizeBytes) {
    bytesUnderWay += sizeBytes;
    return sent++;
  }

  /** Whether the message of that index comes through; each is asked for once, in order. */
  boolean arrive(long index, long sizeBytes) {
    bytesUnderWay -= sizeBytes;
    arrived = index + 1;
    boolean arrives = index < arriving && peer.open;
    if (arrives) {
      peer.heardNanos = owner.world().nowNanos();
    }
    return arrives;
  }

  long addPending(Pending<?> request) {
    pending.put(++lastRequestId, request);
    return lastRequestId;
  }

  long nextRequestId() {
    return lastRequestId + 1;
  }

  Pending<?> takePending(long requestId) {
    return pending.remove(requestId);
  }

  List<Pending<?>> takeAllPending() {
    List<Pending<?>> all = new ArrayList<>(pending.values());
    pending.clear();
    return all;
  }
}
