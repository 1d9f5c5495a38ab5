package io.ashlar.table.protobuf;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
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
import java.util.stream.Collectors;

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
 * included, with what the encoding makes of their types: a field may get another name. A field that
 * is added is there once {@code create} was called; one that is taken away makes its program one
 * that can only read, as with every codec, although protobuf itself would keep the field: a message
 * that is made anew, and not from the one that was read, lacks it. Keep the field instead, and
 * deprecate it.
 *
 * <p>An {@code int32} may become an {@code int64}, an {@code sint32} an {@code sint64}, and an enum
 * may get more constants, also once {@code create} was called. From then on a program with less can
 * only read, and rows with a number or a constant that it has no room for, at any depth, are
 * refused ({@code INCOMPATIBLE}): protobuf would cut the one and give another constant for the
 * other. Constants keep their names, which are what indexes have of them. An unsigned number keeps
 * its width, since Java has no unsigned ones: the largest of 32 bits is -1, and would be another
 * one of 64. Whether a field knows that it is set does not change either ({@code optional} in
 * proto3).
 *
 * <p>A field that is not set gives an index its default, as the getter does: let an index be sparse
 * ({@code where(City::hasCapital)}) if that is not meant. Equal messages are equal bytes.
 * Thread-safe.
 */
public final class ProtobufCodec<M extends Message> implements RowCodec<M> {
  private final Parser<M> parser;
  private final Descriptor descriptor;
  private final boolean checksValues;
  private final String name;
  private final SortedMap<String, String> components;

  private ProtobufCodec(Parser<M> parser, Descriptor descriptor) {
    this.parser = Objects.requireNonNull(parser, "the parser is null");
    this.descriptor = descriptor;
    this.name = "protobuf " + descriptor.getFullName();
    SortedMap<String, String> found = new TreeMap<>();
    this.checksValues = describe("field ", descriptor, new LinkedHashSet<>(), found);
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
   * @return whether values are to be checked
   */
  private static boolean describe(
      String prefix, Descriptor descriptor, Set<String> around, SortedMap<String, String> found) {
    around.add(descriptor.getFullName());
    boolean checksValues = false;
    for (FieldDescriptor field : descriptor.getFields()) {
      String place = prefix + field.getNumber();
      String kind = kind(field);
      checksValues |= ValueCheck.isNeeded(field);
      if (field.isRepeated()) {
        kind = "repeated " + kind;
      } else if (field.hasPresence() && field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        kind = kind + " or none";
      }
      found.put(place, kind);
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        Descriptor inner = field.getMessageType();
        if (!around.contains(inner.getFullName())) {
          checksValues |= describe(place + ".", inner, around, found);
        }
      }
    }
    around.remove(descriptor.getFullName());
    return checksValues;
  }

  /** Types with one name here can be read as each other, and give Java the same values. */
  private static String kind(FieldDescriptor field) {
    return switch (field.getType()) {
      case INT32 -> "integer of 32 bits";
      case INT64 -> "integer of 64 bits";
      // Not wider ones of each other: the largest of 32 bits is -1.
      case UINT32 -> "unsigned 32";
      case UINT64 -> "unsigned 64";
      case SINT32 -> "zigzag integer of 32 bits";
      case SINT64 -> "zigzag integer of 64 bits";
      case FIXED32, SFIXED32 -> "fixed 32";
      case FIXED64, SFIXED64 -> "fixed 64";
      case BOOL -> "boolean";
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case STRING -> "text";
      case BYTES -> "bytes";
      case ENUM -> "constant of " + constants(field.getEnumType());
      case MESSAGE -> "message";
      case GROUP -> "group";
    };
  }

  /** Those with the same number are one, which has the name of the first. */
  private static String constants(EnumDescriptor type) {
    SortedMap<Integer, String> names = new TreeMap<>();
    type.getValues()
        .forEach(constant -> names.putIfAbsent(constant.getNumber(), constant.getName()));
    return names.entrySet().stream()
        .map(constant -> constant.getKey() + " " + constant.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
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
      M message = parser.parseFrom(bytes);
      if (checksValues) {
        ValueCheck.check(descriptor, bytes);
      }
      return message;
    } catch (IOException e) {
      throw new IllegalArgumentException("not a message of " + name + ": " + e.getMessage(), e);
    }
  }
}
