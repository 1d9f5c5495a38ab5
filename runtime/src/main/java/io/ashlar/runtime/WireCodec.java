package io.ashlar.runtime;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.MalformedException;
import io.ashlar.message.Message;
import io.ashlar.message.MessageKind;
import java.io.IOException;

/**
 * Messages as bytes: the {@code Envelope} of ashlar.proto, a protobuf message with one field, whose
 * number is that of the {@link MessageKind}.
 *
 * <p>Stateless; safe from any thread. The envelope itself is written and read here by hand, because
 * generated code would ask each of its fields in turn whether it is the one.
 */
public final class WireCodec {
  private static final ExtensionRegistryLite NO_EXTENSIONS =
      ExtensionRegistryLite.getEmptyRegistry();

  private WireCodec() {}

  /** The message as bytes; {@link #decode} gives an equal one back. */
  public static Bytes encode(Message message) {
    MessageLite body = WireKinds.toWire(message);
    byte[] array = new byte[encodedSize(message.kind(), body)];
    CodedOutputStream to = CodedOutputStream.newInstance(array);
    Check.that(write(message.kind(), body, to), "a message of more than an int: ", message.kind());
    to.checkNoSpaceLeft();
    return Bytes.wrap(array);
  }

  /**
   * The message that {@link #encode} made these bytes of.
   *
   * @throws MalformedException for any bytes that are not exactly one message of a known kind with
   *     all its fields; fields that are not known are ignored
   */
  public static Message decode(Bytes bytes) {
    return decode(CodedInputStream.newInstance(bytes.unsafeArray()));
  }

  /** Of a message that is larger than an int can say, another number, perhaps a small one. */
  static int encodedSize(MessageKind kind, MessageLite body) {
    return CodedOutputStream.computeMessageSize(kind.number(), body);
  }

  /**
   * Writes a message to where there is room for the size that was computed for it.
   *
   * @return false when it does not fit all the same: its size is larger than an int can say. Parts
   *     of a message may share their bytes, so one in memory can be larger than the memory
   */
  static boolean write(MessageKind kind, MessageLite body, CodedOutputStream to) {
    try {
      to.writeMessage(kind.number(), body);
      return true;
    } catch (CodedOutputStream.OutOfSpaceException tooLarge) {
      return false;
    } catch (IOException e) {
      throw Check.unreachable("memory cannot be written: ", e);
    }
  }

  static Message decode(CodedInputStream from) {
    try {
      MessageKind kind = null;
      MessageLite body = null;
      for (int tag = from.readTag(); tag != 0; tag = from.readTag()) {
        MessageKind found = kindOf(tag);
        if (found == null) {
          from.skipField(tag);
          continue;
        }
        if (kind != null) {
          throw new MalformedException("two messages where one belongs: " + kind + ", " + found);
        }
        kind = found;
        body = from.readMessage(parserOf(found), NO_EXTENSIONS);
      }
      if (body == null) {
        throw new MalformedException("no message of a known kind");
      }
      // Reading a field of an envelope leaves the look for missing required fields to its caller.
      if (!body.isInitialized()) {
        throw new MalformedException("a field is missing in " + kind);
      }
      return WireKinds.fromWire(kind, body);
    } catch (IOException e) {
      throw new MalformedException(e.getMessage());
    }
  }

  /** The kind of a field of the envelope, or null where it is none that is known. */
  private static MessageKind kindOf(int tag) {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      return null;
    }
    int number = WireFormat.getTagFieldNumber(tag);
    return number < Kinds.BY_NUMBER.length ? Kinds.BY_NUMBER[number] : null;
  }

  private static Parser<? extends MessageLite> parserOf(MessageKind kind) {
    return Kinds.PARSERS[kind.ordinal()];
  }

  /** Look-up tables, made once and never changed. */
  private static final class Kinds {
    static final MessageKind[] BY_NUMBER = byNumber();
    static final Parser<? extends MessageLite>[] PARSERS = parsers();

    private static MessageKind[] byNumber() {
      int largest = 0;
      for (MessageKind kind : MessageKind.values()) {
        largest = Math.max(largest, kind.number());
      }
      MessageKind[] table = new MessageKind[largest + 1];
      for (MessageKind kind : MessageKind.values()) {
        Check.that(table[kind.number()] == null, "two kinds have the number ", kind.number());
        table[kind.number()] = kind;
      }
      return table;
    }

    private static Parser<? extends MessageLite>[] parsers() {
      MessageKind[] kinds = MessageKind.values();
      @SuppressWarnings("unchecked")
      Parser<? extends MessageLite>[] table =
          (Parser<? extends MessageLite>[]) new Parser<?>[kinds.length];
      for (MessageKind kind : kinds) {
        table[kind.ordinal()] = WireKinds.parser(kind);
      }
      return table;
    }
  }
}
