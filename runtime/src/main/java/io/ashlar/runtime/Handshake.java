package io.ashlar.runtime;

import io.ashlar.core.ByteReader;
import io.ashlar.core.ByteWriter;
import io.ashlar.core.Bytes;
import io.ashlar.core.MalformedException;
import io.ashlar.core.Uid;

/**
 * What two processes say to each other before anything else: each the magic bytes, then one frame.
 * The side that connects says hello first; the other answers with its own hello, or a refusal.
 *
 * <p>The first bytes of either frame (what it is, the protocol version, and of a refusal the text)
 * keep their place in every later version, so that a version nobody knows can still be refused in
 * words the other side can read.
 */
final class Handshake {
  /** First on every connection, in both directions. */
  static final Bytes MAGIC = Bytes.of('A', 's', 'h', 'l', 'a', 'r', '\r', '\n');

  static final int PROTOCOL_VERSION = 1;

  /** One bit for each extension that both sides must know before one uses it; none so far. */
  static final long FEATURES = 0;

  /** The payload of a handshake's frame at most. */
  static final int FRAME_BYTES_MAX = 4096;

  private static final int HELLO = 1;
  private static final int REFUSAL = 2;
  private static final int TEXT_BYTES_MAX = 1024;

  private Handshake() {}

  /** A hello or a refusal. */
  sealed interface Greeting permits Hello, Refusal {}

  /**
   * Who connects.
   *
   * @param version of the protocol
   * @param features the sender has; both sides use what both have
   * @param incarnation drawn when the process began, so that its next life is told from this one
   * @param connectionId drawn by the side that connects, repeated by the other
   * @param lastConnectionId of the connection the sender last accepted from this peer: tells an
   *     attempt made before that from one made because it broke
   * @param process the name under which the sender can be connected to; empty when it does not
   *     listen
   */
  record Hello(
      int version,
      long features,
      Uid incarnation,
      Uid connectionId,
      Uid lastConnectionId,
      String process)
      implements Greeting {
    Bytes encode() {
      return new ByteWriter(96)
          .putByte(HELLO)
          .putInt(version)
          .putLong(features)
          .putUid(incarnation)
          .putUid(connectionId)
          .putUid(lastConnectionId)
          .putString(process)
          .toBytes();
    }
  }

  /**
   * Why the connection is closed.
   *
   * @param version that the sender speaks
   */
  record Refusal(int version, String text) implements Greeting {
    Bytes encode() {
      String cut = text.length() > TEXT_BYTES_MAX ? text.substring(0, TEXT_BYTES_MAX) : text;
      return new ByteWriter(128).putByte(REFUSAL).putInt(version).putString(cut).toBytes();
    }
  }

  /**
   * Reads the frame of either side. Of a hello of another version only the version is looked at:
   * the rest is left empty.
   */
  static Greeting decode(Bytes payload) {
    ByteReader from = new ByteReader(payload);
    int what = from.getByte();
    int version = from.getInt();
    if (what == REFUSAL) {
      return new Refusal(version, from.getString());
    }
    if (what != HELLO) {
      throw new MalformedException("neither a hello nor a refusal: " + what);
    }
    if (version != PROTOCOL_VERSION) {
      return new Hello(version, 0, Uid.NONE, Uid.NONE, Uid.NONE, "");
    }
    return new Hello(
        version, from.getLong(), from.getUid(), from.getUid(), from.getUid(), from.getString());
  }
}
