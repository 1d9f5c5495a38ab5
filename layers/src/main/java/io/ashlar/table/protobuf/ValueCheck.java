package io.ashlar.table.protobuf;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import io.ashlar.table.TableException;
import io.ashlar.table.TableException.Reason;
import java.io.IOException;

/**
 * Refuses a message with a value that its field has no room for in this program, at any depth.
 * Protobuf cuts a number that is too long, and gives a constant that is not known as another one,
 * or as none; indexes would see that. Looks at the bytes, since the message does not show it.
 */
final class ValueCheck {
  private ValueCheck() {}

  /** Whether there may be something to refuse in a field. */
  static boolean isNeeded(FieldDescriptor field) {
    return switch (field.getType()) {
      case INT32, UINT32, SINT32, ENUM -> true;
      default -> false;
    };
  }

  /**
   * Checks a message.
   *
   * @param bytes that protobuf can read
   * @throws TableException {@code INCOMPATIBLE}
   */
  static void check(Descriptor type, byte[] bytes) throws IOException {
    message(CodedInputStream.newInstance(bytes), type);
  }

  /** Up to the end of the message, or of the group. */
  private static void message(CodedInputStream in, Descriptor type) throws IOException {
    int tag = in.readTag();
    while (tag != 0 && WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_END_GROUP) {
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (field == null || !field(in, field, WireFormat.getTagWireType(tag))) {
        in.skipField(tag);
      }
      tag = in.readTag();
    }
  }

  /** Goes through a field; gives false, and reads nothing, where there is nothing to look at. */
  private static boolean field(CodedInputStream in, FieldDescriptor field, int wireType)
      throws IOException {
    boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    if (isMessage && wireType == WireFormat.WIRETYPE_START_GROUP) {
      message(in, field.getMessageType());
      return true;
    } else if (isNeeded(field) && wireType == WireFormat.WIRETYPE_VARINT) {
      value(field, in.readRawVarint64());
      return true;
    }
    boolean isPacked = isNeeded(field) && field.isRepeated();
    if (wireType != WireFormat.WIRETYPE_LENGTH_DELIMITED || !(isMessage || isPacked)) {
      return false;
    }
    int before = in.pushLimit(in.readRawVarint32());
    if (isMessage) {
      message(in, field.getMessageType());
    } else {
      while (!in.isAtEnd()) {
        value(field, in.readRawVarint64());
      }
    }
    in.popLimit(before);
    return true;
  }

  private static void value(FieldDescriptor field, long raw) {
    boolean fits =
        switch (field.getType()) {
          case UINT32, SINT32 -> raw >>> Integer.SIZE == 0;
          default -> raw == (int) raw;
        };
    if (!fits) {
      boolean isZigzag = field.getType() == FieldDescriptor.Type.SINT32;
      throw incompatible(
          "the field "
              + field.getFullName()
              + " holds "
              + (isZigzag ? CodedInputStream.decodeZigZag64(raw) : raw)
              + ", and has 32 bits in this process");
    }
    if (field.getType() == FieldDescriptor.Type.ENUM) {
      EnumDescriptor constants = field.getEnumType();
      if (constants.findValueByNumber((int) raw) == null) {
        throw incompatible(
            constants.getFullName()
                + " has no constant "
                + raw
                + " in this process, which the field "
                + field.getFullName()
                + " holds");
      }
    }
  }

  private static TableException incompatible(String what) {
    return new TableException(
        Reason.INCOMPATIBLE, what + "; let a program that has room for it read the row");
  }
}
