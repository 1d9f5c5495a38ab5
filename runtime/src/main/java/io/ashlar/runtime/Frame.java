package io.ashlar.runtime;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.ashlar.core.Bytes;
import io.ashlar.core.Limits;
import io.ashlar.core.MalformedException;
import io.ashlar.message.Message;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One message on a connection: length and CRC-32C of the payload (four bytes each), then the
 * payload: what the message is, whom it is for, and the {@link WireCodec} envelope. Whole numbers
 * are big endian.
 *
 * @param type what the message is to the receiver
 * @param number of the request, within the connection; 0 for one way
 * @param to the endpoint it is for; 0 in a reply
 * @param from the endpoint of the sender; 0 in a reply
 */
record Frame(Type type, long number, long to, long from, Message message) {
  /** What a message is to the receiver. */
  enum Type {
    ONE_WAY(1),
    REQUEST(2),
    REPLY(3);

    private final int code;

    Type(int code) {
      this.code = code;
    }
  }

  /** Length and checksum. */
  static final int HEADER_BYTES = 8;

  /** Type, number and the two endpoints. */
  private static final int ROUTE_BYTES = 25;

  static final int PAYLOAD_BYTES_MAX = Limits.FRAME_BYTES_MAX - HEADER_BYTES;

  /** Reads the payload of a frame whose checksum is right. */
  static Frame decode(ByteBuffer payload) {
    if (payload.remaining() < ROUTE_BYTES) {
      throw new MalformedException("a frame of " + payload.remaining() + " bytes");
    }
    Type type =
        switch (payload.get()) {
          case 1 -> Type.ONE_WAY;
          case 2 -> Type.REQUEST;
          case 3 -> Type.REPLY;
          default -> throw new MalformedException("a frame of a type that is not known");
        };
    long number = payload.getLong();
    boolean numbered = number > 0 && number <= RequestTable.NUMBER_MAX;
    if (type == Type.ONE_WAY ? number != 0 : !numbered) {
      throw new MalformedException("a request's number out of range: " + number);
    }
    long to = payload.getLong();
    long from = payload.getLong();
    return new Frame(
        type, number, to, from, WireCodec.decode(CodedInputStream.newInstance(payload)));
  }

  /** Writes frames; keeps its array between them. Not thread-safe. */
  static final class Writer {
    private static final int KEPT_BYTES_MAX = 1 << 20;

    private final CRC32C crc = new CRC32C();
    private byte[] array = new byte[4096];
    private int size;

    /**
     * Prepares a frame.
     *
     * @return its whole size in bytes, or −1 when it would be larger than a frame may be
     */
    int prepare(Type type, long number, long to, long from, Message message) {
      MessageLite body = WireKinds.toWire(message);
      long bodyBytes = WireCodec.encodedSize(message.kind(), body);
      if (HEADER_BYTES + ROUTE_BYTES + bodyBytes > Limits.FRAME_BYTES_MAX || bodyBytes < 0) {
        return -1;
      }
      size = HEADER_BYTES + ROUTE_BYTES + (int) bodyBytes;
      if (array.length < size) {
        array = new byte[Math.max(size, Math.min(array.length * 2, KEPT_BYTES_MAX))];
      }
      array[HEADER_BYTES] = (byte) type.code;
      putLong(HEADER_BYTES + 1, number);
      putLong(HEADER_BYTES + 9, to);
      putLong(HEADER_BYTES + 17, from);
      CodedOutputStream out =
          CodedOutputStream.newInstance(array, HEADER_BYTES + ROUTE_BYTES, (int) bodyBytes);
      if (!WireCodec.write(message.kind(), body, out)) {
        return -1;
      }
      seal();
      return size;
    }

    /** Prepares the frame of a handshake. */
    int prepare(Bytes payload) {
      size = HEADER_BYTES + payload.length();
      System.arraycopy(payload.unsafeArray(), 0, array, HEADER_BYTES, payload.length());
      seal();
      return size;
    }

    private void seal() {
      crc.reset();
      crc.update(array, HEADER_BYTES, size - HEADER_BYTES);
      putInt(0, size - HEADER_BYTES);
      putInt(4, (int) crc.getValue());
    }

    /** Writes the prepared frame. */
    void writeTo(ByteBuf to) {
      to.writeBytes(array, 0, size);
      if (array.length > KEPT_BYTES_MAX) {
        array = new byte[4096];
      }
    }

    private void putInt(int at, int value) {
      for (int i = 0; i < 4; i++) {
        array[at + i] = (byte) (value >>> (24 - 8 * i));
      }
    }

    private void putLong(int at, long value) {
      for (int i = 0; i < 8; i++) {
        array[at + i] = (byte) (value >>> (56 - 8 * i));
      }
    }
  }
}
