package io.ashlar.table.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Field;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
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

@Timeout(120)
class ProtobufCodecTest {
  private static final Subspace PLACE = new Subspace(new byte[] {'p'});

  private static FieldDescriptorProto field(String name, int number, Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL)
        .build();
  }

  /** What a .proto file with one message says. */
  private static Descriptor city(FieldDescriptorProto... fields)
      throws DescriptorValidationException {
    DescriptorProto message =
        DescriptorProto.newBuilder().setName("City").addAllField(List.of(fields)).build();
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("city.proto")
            .setPackage("shop")
            .setSyntax("proto3")
            .addMessageType(message)
            .build();
    return FileDescriptor.buildFrom(file, new FileDescriptor[0]).findMessageTypeByName("City");
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

  private static Table<Long, DynamicMessage> table(Descriptor type) {
    return new Table<>(
        PLACE,
        PrimaryKey.longs(),
        row -> ((Number) get(row, "id")).longValue(),
        ProtobufCodec.of(DynamicMessage.getDefaultInstance(type).getParserForType(), type),
        List.of(Index.on("by-name", row -> get(row, "name"))));
  }

  private static TableException refusal(CompletableFuture<?> future) {
    return (TableException) future.handle((done, error) -> error.getCause()).join();
  }

  @Test
  void messagesAreRowsWithIndexes() {
    Table<String, Field> fields =
        new Table<>(
            PLACE,
            PrimaryKey.strings(),
            Field::getName,
            ProtobufCodec.of(Field.parser(), Field.getDescriptor()),
            List.of(
                Index.on("number", Field::getNumber),
                Index.on("kind", Field::getKind, Field::getPacked)));
    try (Database database = Ashlar.inMemory()) {
      fields.create(database).join();
      Field one =
          Field.newBuilder()
              .setName("one")
              .setNumber(7)
              .setKind(Field.Kind.TYPE_BOOL)
              .setPacked(true)
              .build();
      Field two = Field.newBuilder().setName("two").setNumber(3).build();
      fields.putAll(database, List.of(one, two)).join();
      assertThat(fields.get(database, "one").join()).isEqualTo(one);
      assertThat(fields.query("number").page(database).join().found()).containsExactly(two, one);
      assertThat(fields.query("kind").equalTo(Field.Kind.TYPE_BOOL).page(database).join().found())
          .containsExactly(one);
      assertThat(fields.newScrub(database, false, PassOptions.defaults()).run().join().isClean())
          .isTrue();
    }
  }

  @Test
  void fieldThatIsAddedIsNotLostByWhoDoesNotKnowIt() throws DescriptorValidationException {
    Descriptor early = city(field("id", 1, Type.TYPE_INT64), field("name", 2, Type.TYPE_STRING));
    Descriptor late =
        city(
            field("number", 3, Type.TYPE_INT32),
            field("id", 1, Type.TYPE_INT64),
            field("name", 2, Type.TYPE_STRING));
    try (Database database = Ashlar.inMemory()) {
      Table<Long, DynamicMessage> before = table(early);
      Table<Long, DynamicMessage> after = table(late);
      before.create(database).join();
      before.put(database, row(early, "id", 1L, "name", "Graz")).join();
      DynamicMessage more = row(late, "id", 1L, "name", "Graz", "number", 8010);
      assertThat(refusal(after.put(database, more)))
          .hasMessageContaining("component field 3")
          .hasMessageContaining("call create first");
      after.create(database).join();
      after.put(database, more).join();
      assertThat(refusal(before.put(database, row(early, "id", 1L, "name", "Linz"))).reason())
          .isEqualTo(Reason.INCOMPATIBLE);
      assertThat(get(before.get(database, 1L).join(), "name")).isEqualTo("Graz");
      assertThat(after.query("by-name").equalTo("Graz").page(database).join().found())
          .containsExactly(more);
    }
  }

  @Test
  void fieldThatGetsAnotherEncodingIsRefused() throws DescriptorValidationException {
    Descriptor before = city(field("id", 1, Type.TYPE_INT64), field("name", 2, Type.TYPE_STRING));
    Descriptor after = city(field("id", 1, Type.TYPE_SINT64), field("name", 2, Type.TYPE_STRING));
    try (Database database = Ashlar.inMemory()) {
      table(before).create(database).join();
      assertThat(refusal(table(after).get(database, 1L)))
          .hasMessageContaining(
              "component field 1 of its rows is integer of 64 bits, not zigzag integer of 64");
    }
  }

  @Test
  void messagesWithinThemselvesAreDescribedOnce() {
    assertThat(ProtobufCodec.of(Struct.parser(), Struct.getDescriptor()).components())
        .containsEntry("field 1", "repeated message")
        .containsEntry("field 1.1", "text")
        .containsEntry("field 1.2.1", "constant of {0 NULL_VALUE} or none")
        .containsEntry("field 1.2.2", "double or none")
        .containsEntry("field 1.2", "message")
        .containsEntry("field 1.2.6", "message")
        .containsEntry("field 1.2.6.1", "repeated message")
        .hasSize(10);
  }

  @Test
  void equalMessagesAreEqualBytesAndOthersAreNoRows() {
    ProtobufCodec<Struct> codec = ProtobufCodec.of(Struct.parser(), Struct.getDescriptor());
    Struct.Builder forward = Struct.newBuilder();
    Struct.Builder backward = Struct.newBuilder();
    for (int i = 0; i < 50; i++) {
      forward.putFields("k" + i, Value.newBuilder().setNumberValue(i).build());
      backward.putFields("k" + (49 - i), Value.newBuilder().setNumberValue(49 - i).build());
    }
    byte[] bytes = codec.encode(forward.build());
    assertThat(codec.encode(backward.build())).isEqualTo(bytes);
    assertThat(codec.decode(bytes)).isEqualTo(forward.build());
    assertThatThrownBy(() -> codec.decode(new byte[] {0x0a, 0x7f}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("protobuf google.protobuf.Struct");
  }

  @Test
  void rowThatIsNoMessageIsReportedAsCorrupt() {
    Table<String, Field> fields =
        new Table<>(
            PLACE,
            PrimaryKey.strings(),
            Field::getName,
            ProtobufCodec.of(Field.parser(), Field.getDescriptor()),
            List.of());
    try (Database database = Ashlar.inMemory()) {
      fields.create(database).join();
      database.run(
          transaction -> {
            transaction.set(PLACE.get(0L).pack("x"), new byte[] {0x0a, 0x7f});
            return null;
          });
      assertThat(refusal(fields.get(database, "x")).reason()).isEqualTo(Reason.CORRUPT);
    }
  }
}
