package io.ashlar.runtime;

import io.ashlar.core.Check;
import io.ashlar.core.Uid;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * At most one connection to each other process. Of the loop's thread alone.
 *
 * <p>When two processes connect to each other at the same time, the attempt of the one whose name
 * is smaller counts: the other side takes it in place of its own, whose messages were not sent yet.
 * The side that prevails keeps the other attempt open until its own has come to an end, and takes
 * it if that was a failure.
 *
 * <p>A process that connects although its connection stands here has seen it break, or begun a new
 * life: the old connection is cut. Unless the attempt was begun before it took ours, which its last
 * connection tells.
 */
final class Links implements Connection.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);

  /** Of so many other processes the last connection and failure are remembered. */
  private static final int PEERS_MAX = 10_000;

  /** What outlives a link. */
  private static final class Peer {
    Uid lastConnectionId = Uid.NONE;
    long notBeforeNanos;
    String lastFailure = "";
  }

  private final RingLoop loop;
  private final HostOptions options;
  private final Sockets sockets;
  private final ProcessNetwork network;
  private final RandomGenerator random;
  private final Uid incarnation;
  private final Map<String, Link> links = new LinkedHashMap<>();
  private final List<Link> dirty = new ArrayList<>();
  private final Map<String, Peer> peers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Peer> eldest) {
          return size() > PEERS_MAX;
        }
      };
  private String process;
  private boolean listens;
  private long lastSerial;

  Links(
      RingLoop loop,
      HostOptions options,
      Sockets sockets,
      ProcessNetwork network,
      RandomGenerator random) {
    this.loop = loop;
    this.options = options;
    this.sockets = sockets;
    this.network = network;
    this.random = random;
    this.incarnation = Uid.draw(random);
  }

  /** Before the loop starts: under which name this process is addressed. */
  void open(String name, boolean listening) {
    process = name;
    listens = listening;
  }

  private Peer peer(String name) {
    return peers.computeIfAbsent(name, absent -> new Peer());
  }

  // What the network asks for

  /** The link to a process, perhaps a new one; null when it cannot be connected to now. */
  Link to(String name) {
    Link link = links.get(name);
    if (link != null) {
      return link;
    }
    InetSocketAddress address = ProcessAddress.parse(name);
    if (address == null || peer(name).notBeforeNanos > loop.nowNanos()) {
      return null;
    }
    Link made = newLink(name);
    dial(made, address);
    return made;
  }

  /** Why {@link #to} gave null. */
  String whyNot(String name) {
    if (ProcessAddress.parse(name) == null) {
      return "'" + name + "' is not the name of a process that listens";
    }
    return "the last attempt to connect to " + name + " failed: " + peer(name).lastFailure;
  }

  /** The link with this name and serial number, or null when it is gone. */
  Link existing(String name, long serial) {
    Link link = links.get(name);
    return link != null && link.serial == serial ? link : null;
  }

  void collect(Link link, Frame.Writer writer, int size) {
    Check.that(!link.broken, "a frame for a broken link to ", link.peer);
    link.collect(writer, size, sockets::buffer);
    if (!link.dirty) {
      link.dirty = true;
      dirty.add(link);
    }
  }

  /** At the end of a turn: hands over what was collected. */
  void flush() {
    for (Link link : dirty) {
      link.dirty = false;
      link.flush();
    }
    dirty.clear();
  }

  /** Breaks a link: what was collected is dropped, its requests fail in later events. */
  void cut(Link link, String reason) {
    if (link.broken) {
      return;
    }
    link.broken = true;
    links.remove(link.peer);
    LOG.info("the connection to {} is cut: {}", link.peer, reason);
    link.dropCollected();
    closeAll(link, reason);
    network.onBroken(link, reason);
  }

  private static void closeAll(Link link, String reason) {
    for (Connection connection : new Connection[] {link.connection, link.dialing, link.standby}) {
      if (connection != null) {
        connection.link = null;
        connection.close(reason);
      }
    }
    link.connection = null;
    link.dialing = null;
    link.standby = null;
  }

  /** Breaks every link. */
  void cutAll(String reason) {
    for (Link link : new ArrayList<>(links.values())) {
      cut(link, reason);
    }
  }

  /** The host stops: nothing that was collected is sent. */
  void close() {
    for (Link link : links.values()) {
      link.broken = true;
      link.dropCollected();
      closeAll(link, "the host stops");
    }
    links.clear();
    dirty.clear();
  }

  // Connecting

  private Link newLink(String name) {
    Link link = new Link(name, nextSerial(), this::onTimedOut);
    links.put(name, link);
    return link;
  }

  /** Numbers come again after eight million links, by when nobody remembers the first. */
  private long nextSerial() {
    lastSerial = lastSerial >= (1L << 23) - 1 ? 1 : lastSerial + 1;
    return lastSerial;
  }

  private Handshake.Hello hello(Uid connectionId, Uid lastConnectionId) {
    return new Handshake.Hello(
        Handshake.PROTOCOL_VERSION,
        Handshake.FEATURES,
        incarnation,
        connectionId,
        lastConnectionId,
        listens ? process : "");
  }

  private void dial(Link link, InetSocketAddress address) {
    Handshake.Hello hello = hello(Uid.draw(random), peer(link.peer).lastConnectionId);
    Connection connection = new Connection(loop, options, this, DirectAnswers.NONE, hello);
    connection.link = link;
    link.dialing = connection;
    sockets.dial(
        address,
        connection,
        failure -> loop.publish(() -> onClosed(connection, CauseText.of(failure))));
  }

  @Override
  public void onGreeted(Connection connection, Handshake.Hello hello) {
    if (connection.isDialed()) {
      onAnswered(connection, hello);
    } else {
      onAccepted(connection, hello);
    }
  }

  /** Our hello was answered. */
  private void onAnswered(Connection connection, Handshake.Hello hello) {
    Link link = connection.link;
    if (link == null || link.dialing != connection) {
      connection.close("not needed any more");
      return;
    }
    link.dialing = null;
    if (link.standby != null) {
      Connection standby = link.standby;
      link.standby = null;
      standby.link = null;
      standby.close("the other attempt prevails");
    }
    stand(link, connection, hello);
  }

  private void stand(Link link, Connection connection, Handshake.Hello hello) {
    link.connection = connection;
    link.hello = hello;
    link.heardNanos = loop.nowNanos();
    connection.link = link;
    connection.stands();
    link.flush();
  }

  /** Another process wants to connect. */
  private void onAccepted(Connection connection, Handshake.Hello hello) {
    String name = hello.process();
    if (name.isEmpty()) {
      long serial = nextSerial();
      Link link = new Link("~" + serial, serial, this::onTimedOut);
      links.put(link.peer, link);
      adopt(link, connection, hello);
      return;
    }
    if (name.equals(process) || ProcessAddress.parse(name) == null) {
      connection.refuse("the name '" + name + "' cannot be yours");
      return;
    }
    Link link = links.get(name);
    if (link == null) {
      adopt(newLink(name), connection, hello);
    } else if (link.connection == null) {
      meet(link, connection, hello);
    } else if (isOvertaken(link, hello)) {
      connection.close("the other attempt prevails");
    } else {
      cut(link, "the peer has connected anew");
      adopt(newLink(name), connection, hello);
    }
  }

  /** Both connect at the same time. */
  private void meet(Link link, Connection connection, Handshake.Hello hello) {
    if (hello.process().compareTo(process) < 0) {
      Connection own = link.dialing;
      link.dialing = null;
      own.link = null;
      own.close("the other attempt prevails");
      adopt(link, connection, hello);
      return;
    }
    if (link.standby != null) {
      link.standby.link = null;
      link.standby.close("another attempt of the same peer came after it");
    }
    link.standby = connection;
    link.standbyHello = hello;
    connection.link = link;
  }

  /** Whether the peer began this attempt before it took the connection we made. */
  private static boolean isOvertaken(Link link, Handshake.Hello hello) {
    return link.connection.isDialed()
        && link.hello.incarnation().equals(hello.incarnation())
        && !link.hello.connectionId().equals(hello.lastConnectionId());
  }

  private void adopt(Link link, Connection connection, Handshake.Hello hello) {
    if (!hello.process().isEmpty()) {
      peer(hello.process()).lastConnectionId = hello.connectionId();
    }
    ByteBuf answer = connection.greeting(hello(hello.connectionId(), Uid.NONE));
    link.connection = connection;
    link.sendFirst(answer);
    stand(link, connection, hello);
  }

  /**
   * A request was given up. A connection by which nothing has come for long may be one that only
   * this side believes in: after a partition the system would try to bring its old bytes through
   * for minutes before it noticed.
   */
  private void onTimedOut(Link link) {
    if (link.connection != null && loop.nowNanos() - link.heardNanos > options.silenceNanos()) {
      cut(link, "nothing was heard while requests were given up");
    }
  }

  // What happens to connections

  @Override
  public void onFrame(Connection connection, Frame frame) {
    if (connection.link.connection == connection) {
      network.onFrame(connection.link, frame);
    }
  }

  @Override
  public void onClosed(Connection connection, String reason) {
    Link link = connection.link;
    connection.link = null;
    if (link == null) {
      return;
    }
    if (link.standby == connection) {
      link.standby = null;
    } else if (link.dialing == connection && link.standby != null) {
      link.dialing = null;
      Connection standby = link.standby;
      link.standby = null;
      adopt(link, standby, link.standbyHello);
    } else {
      if (link.dialing == connection) {
        Peer peer = peer(link.peer);
        peer.notBeforeNanos = loop.nowNanos() + options.redialNanos();
        peer.lastFailure = reason;
      }
      cut(link, reason);
    }
  }
}
