package io.ashlar.table.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.ashlar.Ashlar;
import io.ashlar.client.Database;
import io.ashlar.table.Index;
import io.ashlar.table.PassOptions;
import io.ashlar.table.PrimaryKey;
import io.ashlar.table.Table;
import io.ashlar.table.TableException;
import io.ashlar.table.TableException.Reason;
import io.ashlar.tuple.Subspace;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs whose messages are of different age. */
@Timeout(120)
class ProtobufVersionsTest {
  private static final Subspace PLACE = new Subspace(new byte[] {'v'});

  /** A message {@code Row} with these fields, which are also within it, alone and in a list. */
  private static Descriptor row(
      String syntax, List<String> constants, FieldDescriptorProto.Builder... fields)
      throws DescriptorValidationException {
    EnumDescriptorProto.Builder color = EnumDescriptorProto.newBuilder().setName("Color");
    for (int i = 0; i < constants.size(); i++) {
      color.addValue(
          EnumValueDescriptorProto.newBuilder().setNumber(i).setName(constants.get(i)).build());
    }
    DescriptorProto.Builder row = DescriptorProto.newBuilder().setName("Row");
    DescriptorProto.Builder inner = DescriptorProto.newBuilder().setName("Inner");
    for (FieldDescriptorProto.Builder field : fields) {
      row.addField(field);
      inner.addField(field);
    }
    DescriptorProto entry =
        DescriptorProto.newBuilder()
            .setName("ByNameEntry")
            .setOptions(MessageOptions.newBuilder().setMapEntry(true))
            .addField(field("key", 1, Type.TYPE_STRING))
            .addField(field("value", 2, Type.TYPE_ENUM).setTypeName(".shop.Color"))
            .build();
    row.addField(field("inner", 20, Type.TYPE_MESSAGE).setTypeName(".shop.Inner"));
    row.addField(
        field("inners", 21, Type.TYPE_MESSAGE)
            .setTypeName(".shop.Inner")
            .setLabel(Label.LABEL_REPEATED));
    row.addField(
        field("by_name", 22, Type.TYPE_MESSAGE)
            .setTypeName(".shop.Row.ByNameEntry")
            .setLabel(Label.LABEL_REPEATED));
    row.addNestedType(entry);
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("row.proto")
            .setPackage("shop")
            .setSyntax(syntax)
            .addEnumType(color)
            .addMessageType(row)
            .addMessageType(inner)
            .build();
    return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("Row");
  }

  private static FieldDescriptorProto.Builder field(String name, int number, Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL);
  }

  private static Descriptor colored(String syntax, String... constants)
      throws DescriptorValidationException {
    return row(
        syntax,
        List.of(constants),
        field("id", 1, Type.TYPE_INT64),
        field("value", 2, Type.TYPE_ENUM).setTypeName(".shop.Color"),
        field("values", 3, Type.TYPE_ENUM)
            .setTypeName(".shop.Color")
            .setLabel(Label.LABEL_REPEATED));
  }

  private static Descriptor counted(Type type) throws DescriptorValidationException {
    return row(
        "proto3",
        List.of("NONE"),
        field("id", 1, Type.TYPE_INT64),
        field("value", 2, type),
        field("values", 3, type).setLabel(Label.LABEL_REPEATED));
  }

  private static Object get(DynamicMessage row, String field) {
    return row.getField(row.getDescriptorForType().findFieldByName(field));
  }

  private static DynamicMessage row(Descriptor type, Object... namesAndValues) {
    DynamicMessage.Builder row = DynamicMessage.newBuilder(type);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      row.setField(type.findFieldByName((String) namesAndValues[i]), namesAndValues[i + 1]);
    }
    return row.build();
  }

  private static ProtobufCodec<DynamicMessage> codec(Descriptor type) {
    return ProtobufCodec.of(DynamicMessage.getDefaultInstance(type).getParserForType(), type);
  }

  /** With an index on {@code value}, as getters of generated classes give it. */
  private static Table<Long, DynamicMessage> table(Descriptor type) {
    return new Table<>(
        PLACE,
        PrimaryKey.longs(),
        row -> (Long) get(row, "id"),
        codec(type),
        List.of(
            Index.on(
                "value",
                row -> {
                  Object value = get(row, "value");
                  return value instanceof EnumValueDescriptor constant ? constant.getName() : value;
                })));
  }

  private static TableException refusal(CompletableFuture<?> future) {
    Throwable error = future.handle((done, thrown) -> thrown).join();
    assertThat(error).isNotNull();
    return (TableException) (error instanceof TableException ? error : error.getCause());
  }

  private static EnumValueDescriptor color(Descriptor type, String name) {
    return type.findFieldByName("value").getEnumType().findValueByName(name);
  }

  private static void expectClean(Database database, Table<Long, DynamicMessage> rows) {
    assertThat(rows.newScrub(database, false, PassOptions.defaults()).run().join().isClean())
        .isTrue();
  }

  /**
   * The old program put a row whose color it does not know: the entry with that color stayed, since
   * it removed one with the color's name as it saw it.
   */
  @Test
  void constantThatIsNotKnownIsRefusedAndNotSeenAsAnother() throws DescriptorValidationException {
    for (String syntax : List.of("proto2", "proto3")) {
      Descriptor early = colored(syntax, "NONE", "RED");
      Descriptor late = colored(syntax, "NONE", "RED", "GREEN");
      try (Database database = Ashlar.inMemory()) {
        table(early).create(database).join();
        table(early).put(database, row(early, "id", 2L, "value", color(early, "RED"))).join();
        DynamicMessage green = row(late, "id", 1L, "value", color(late, "GREEN"));
        assertThat(refusal(table(late).put(database, green)))
            .hasMessageContaining("constant of {0 NONE, 1 RED, 2 GREEN}")
            .hasMessageContaining("call create first");
        table(late).create(database).join();
        table(late).put(database, green).join();
        assertThat(refusal(table(early).get(database, 1L)))
            .hasMessageContaining("shop.Color has no constant 2 in this process")
            .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.INCOMPATIBLE));
        assertThat(
                refusal(
                        table(early)
                            .put(database, row(early, "id", 1L, "value", color(early, "RED"))))
                    .reason())
            .isEqualTo(Reason.INCOMPATIBLE);
        assertThat(get(table(early).get(database, 2L).join(), "value"))
            .isEqualTo(color(early, "RED"));
        assertThat(table(late).get(database, 1L).join()).isEqualTo(green);
        expectClean(database, table(late));
      }
    }
  }

  /** Entries have the names of constants. */
  @Test
  void constantThatGetsAnotherNameIsRefused() throws DescriptorValidationException {
    Descriptor before = colored("proto3", "NONE", "RED");
    Descriptor after = colored("proto3", "NONE", "ROUGE", "GREEN");
    try (Database database = Ashlar.inMemory()) {
      table(before).create(database).join();
      assertThat(refusal(table(after).get(database, 1L)))
          .hasMessageContaining("is constant of {0 NONE, 1 RED}, not constant of {0 NONE, 1 ROUGE");
      assertThat(refusal(table(after).create(database)).reason()).isEqualTo(Reason.INCOMPATIBLE);
    }
  }

  /** 5,000,000,000 was read as 705,032,704, and written so. */
  @Test
  void numberThatDoesNotFitIsRefusedAndNotCut() throws DescriptorValidationException {
    Descriptor early = counted(Type.TYPE_INT32);
    Descriptor late = counted(Type.TYPE_INT64);
    try (Database database = Ashlar.inMemory()) {
      table(early).create(database).join();
      table(early).put(database, row(early, "id", 1L, "value", -7)).join();
      assertThat(get(table(late).get(database, 1L).join(), "value")).isEqualTo(-7L);
      DynamicMessage large = row(late, "id", 2L, "value", 5_000_000_000L);
      assertThat(refusal(table(late).put(database, large)))
          .hasMessageContaining("integer of 64 bits")
          .hasMessageContaining("call create first");
      table(late).create(database).join();
      table(late).put(database, large).join();
      assertThat(refusal(table(early).get(database, 2L)))
          .hasMessageContaining("5000000000")
          .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.INCOMPATIBLE));
      assertThat(get(table(early).get(database, 1L).join(), "value")).isEqualTo(-7);
      assertThat(refusal(table(early).put(database, row(early, "id", 2L))).reason())
          .isEqualTo(Reason.INCOMPATIBLE);
      assertThat(refusal(table(early).create(database)).reason()).isEqualTo(Reason.INCOMPATIBLE);
      expectClean(database, table(late));
    }
  }

  private static void expectRefused(Descriptor early, DynamicMessage late) {
    byte[] bytes = codec(late.getDescriptorForType()).encode(late);
    assertThat(
            CompletableFuture.completedFuture(bytes)
                .thenApply(codec(early)::decode)
                .handle((row, error) -> error == null ? row : error.getCause())
                .join())
        .as("%s", late)
        .isInstanceOfSatisfying(
            TableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INCOMPATIBLE));
  }

  private static void expectRefusedAtAnyDepth(Descriptor early, Descriptor late, Object value) {
    FieldDescriptor inner = late.findFieldByName("inner");
    for (DynamicMessage one :
        List.of(
            row(inner.getMessageType(), "value", value),
            row(inner.getMessageType(), "values", List.of(value)))) {
      expectRefused(early, row(late, "inner", one));
      expectRefused(early, row(late, "inners", List.of(one.toBuilder().clear().build(), one)));
    }
    expectRefused(early, row(late, "value", value));
    expectRefused(early, row(late, "values", List.of(value, value)));
  }

  @Test
  void valuesAreRefusedAtAnyDepth() throws DescriptorValidationException {
    for (String syntax : List.of("proto2", "proto3")) {
      Descriptor early = colored(syntax, "NONE", "RED");
      Descriptor late = colored(syntax, "NONE", "RED", "GREEN");
      expectRefusedAtAnyDepth(early, late, color(late, "GREEN"));
      FieldDescriptor byName = late.findFieldByName("by_name");
      DynamicMessage entry =
          row(byName.getMessageType(), "key", "a", "value", color(late, "GREEN"));
      expectRefused(early, row(late, "by_name", List.of(entry)));
    }
    List<List<Type>> wider =
        List.of(
            List.of(Type.TYPE_INT32, Type.TYPE_INT64), List.of(Type.TYPE_SINT32, Type.TYPE_SINT64));
    for (List<Type> types : wider) {
      Descriptor early = counted(types.get(0));
      Descriptor late = counted(types.get(1));
      for (long value : List.of(1L << 31, -(1L << 31) - 1, Long.MAX_VALUE, Long.MIN_VALUE)) {
        expectRefusedAtAnyDepth(early, late, value);
      }
      for (long value : List.of(0L, -1L, (long) Integer.MAX_VALUE, (long) Integer.MIN_VALUE)) {
        DynamicMessage fits = row(late, "value", value, "values", List.of(value));
        assertThat(get(codec(early).decode(codec(late).encode(fits)), "value"))
            .isEqualTo((int) value);
      }
    }
  }

  /** As Java has it -1 of 32 bits is another number of 64: the index would have both. */
  @Test
  void unsignedNumbersKeepTheirWidth() throws DescriptorValidationException {
    Descriptor early = counted(Type.TYPE_UINT32);
    Descriptor late = counted(Type.TYPE_UINT64);
    try (Database database = Ashlar.inMemory()) {
      table(early).create(database).join();
      assertThat(refusal(table(late).get(database, 1L)))
          .hasMessageContaining("is unsigned 32, not unsigned 64");
    }
  }

  @Test
  void fieldThatKnowsWhetherItIsSetIsNotOneThatDoesNot() throws DescriptorValidationException {
    Descriptor without = row("proto3", List.of("NONE"), field("id", 1, Type.TYPE_INT64));
    Descriptor with = row("proto2", List.of("NONE"), field("id", 1, Type.TYPE_INT64));
    try (Database database = Ashlar.inMemory()) {
      table(without).create(database).join();
      assertThat(refusal(table(with).get(database, 1L)))
          .hasMessageContaining("is integer of 64 bits, not integer of 64 bits or none");
    }
  }
}
