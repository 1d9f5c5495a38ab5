package io.ashlar.runtime;

import io.ashlar.message.Address;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the loop knows of its connection to one other process, from the first message until it
 * breaks; it is never repaired: the next message begins a new one. Of the loop's thread alone.
 *
 * <p>While the connection is being made, frames collect; they are sent once it stands.
 */
final class Link {
  /** Buffers grow from the first to the second of these, so that little of each stays empty. */
  private static final int FIRST_BUFFER_BYTES = 512;

  private static final int BUFFER_BYTES_MAX = 64 << 10;

  /** The process as roles name it; for one that does not listen a name of this link's own. */
  final String peer;

  /** Tells this link from all others of the host in the numbers of requests that came by it. */
  final long serial;

  /** Sent by this link and not answered. */
  final RequestTable requests;

  /** When the connection was made, or the last frame came. */
  long heardNanos;

  /** Null until the connection stands. */
  Connection connection;

  /** Our own attempt to connect, while it is under way. */
  Connection dialing;

  /** The peer's attempt, answered only if our own fails. */
  Connection standby;

  Handshake.Hello standbyHello;

  /** What the peer said when the connection was made. */
  Handshake.Hello hello;

  boolean broken;
  boolean dirty;

  private List<ByteBuf> buffers = new ArrayList<>(2);
  private ByteBuf last;
  private long collectedBytes;
  private Address lastAddress;

  /**
   * @param onTimedOut called after a request of this link was given up
   */
  Link(String peer, long serial, Consumer<Link> onTimedOut) {
    this.peer = peer;
    this.serial = serial;
    requests = new RequestTable(() -> onTimedOut.accept(this));
  }

  /** A role of the peer; the same object again when the same role is asked for again. */
  Address address(long endpoint) {
    if (lastAddress == null || lastAddress.endpoint() != endpoint) {
      lastAddress = new Address(peer, endpoint);
    }
    return lastAddress;
  }

  /** Bytes that the socket has not taken yet. */
  long unsentBytes() {
    return collectedBytes + (connection == null ? 0 : connection.unsentBytes());
  }

  /** Collects the frame that the writer has prepared. */
  void collect(Frame.Writer writer, int size, BufferSource source) {
    if (last == null || last.capacity() - last.writerIndex() < size) {
      long room = Math.max(FIRST_BUFFER_BYTES, Math.min(collectedBytes, BUFFER_BYTES_MAX));
      last = source.buffer((int) Math.max(size, room));
      buffers.add(last);
    }
    writer.writeTo(last);
    collectedBytes += size;
  }

  /** Hands over what was collected, if the connection stands. */
  void flush() {
    if (connection != null && collectedBytes > 0) {
      connection.write(buffers, collectedBytes);
      buffers = new ArrayList<>(2);
      last = null;
      collectedBytes = 0;
    }
  }

  /** Sends bytes in front of everything collected. */
  void sendFirst(ByteBuf bytes) {
    List<ByteBuf> first = new ArrayList<>(1);
    first.add(bytes);
    connection.write(first, bytes.readableBytes());
  }

  void dropCollected() {
    buffers.forEach(ByteBuf::release);
    buffers.clear();
    last = null;
    collectedBytes = 0;
  }

  /** Gives buffers to collect frames in. */
  interface BufferSource {
    ByteBuf buffer(int capacity);
  }
}
