package io.ashlar.table.protobuf;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.ashlar.table.RowCodec;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Rows that are messages of protobuf, in their own encoding.
 *
 * <pre>{@code
 * Table<Long, City> cities =
 *     new Table<>(place, PrimaryKey.longs(), City::getId,
 *         ProtobufCodec.of(City.parser(), City.getDescriptor()),
 *         List.of(Index.on("by-country", City::getCountry, City::getPopulation)));
 * }</pre>
 *
 * <p>The components that the table keeps are the numbers of fields, those of messages within
 * included, with what the encoding makes of their types: a field may get another name, and a type
 * with the same encoding ({@code int32} and {@code int64}). A field that is added is there once
 * {@code create} was called; one that is taken away makes its program one that can only read, as
 * with every codec, although protobuf itself would keep the field: a message that is made anew, and
 * not from the one that was read, lacks it. Keep the field instead, and deprecate it.
 *
 * <p>A field that is not set gives an index its default, as the getter does: let an index be sparse
 * ({@code where(City::hasCapital)}) if that is not meant. Equal messages are equal bytes.
 * Thread-safe.
 */
public final class ProtobufCodec<M extends Message> implements RowCodec<M> {
  private final Parser<M> parser;
  private final String name;
  private final SortedMap<String, String> components;

  private ProtobufCodec(Parser<M> parser, Descriptor descriptor) {
    this.parser = Objects.requireNonNull(parser, "the parser is null");
    this.name = "protobuf " + descriptor.getFullName();
    SortedMap<String, String> found = new TreeMap<>();
    describe("field ", descriptor, new LinkedHashSet<>(), found);
    this.components = Collections.unmodifiableSortedMap(found);
  }

  /**
   * A codec for a type of messages.
   *
   * @param descriptor of the messages that {@code parser} gives
   */
  public static <M extends Message> ProtobufCodec<M> of(Parser<M> parser, Descriptor descriptor) {
    return new ProtobufCodec<>(parser, Objects.requireNonNull(descriptor, "the type is null"));
  }

  /**
   * Describes the fields of a message.
   *
   * @param around the types of the messages around it: one that is within itself is described once
   */
  private static void describe(
      String prefix, Descriptor descriptor, Set<String> around, SortedMap<String, String> found) {
    around.add(descriptor.getFullName());
    for (FieldDescriptor field : descriptor.getFields()) {
      String place = prefix + field.getNumber();
      String kind = kind(field);
      found.put(place, field.isRepeated() ? "repeated " + kind : kind);
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        Descriptor inner = field.getMessageType();
        if (!around.contains(inner.getFullName())) {
          describe(place + ".", inner, around, found);
        }
      }
    }
    around.remove(descriptor.getFullName());
  }

  /** Types with one name here can be read as each other. */
  private static String kind(FieldDescriptor field) {
    return switch (field.getType()) {
      case INT32, INT64 -> "integer";
      case UINT32, UINT64 -> "unsigned integer";
      case SINT32, SINT64 -> "zigzag integer";
      case FIXED32, SFIXED32 -> "fixed 32";
      case FIXED64, SFIXED64 -> "fixed 64";
      case BOOL -> "boolean";
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case STRING -> "text";
      case BYTES -> "bytes";
      case ENUM -> "constant";
      case MESSAGE -> "message";
      case GROUP -> "group";
    };
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SortedMap<String, String> components() {
    return components;
  }

  @Override
  public byte[] encode(M row) {
    byte[] bytes = new byte[row.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    // Maps in the order of their keys.
    out.useDeterministicSerialization();
    try {
      row.writeTo(out);
    } catch (IOException e) {
      throw new IllegalStateException("an array of the size that the message told", e);
    }
    out.checkNoSpaceLeft();
    return bytes;
  }

  @Override
  public M decode(byte[] bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a message of " + name + ": " + e.getMessage(), e);
    }
  }
}
