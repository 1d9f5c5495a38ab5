package io.ashlar.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message.Builder;
import com.google.protobuf.UnknownFieldSet;
import io.ashlar.core.Bytes;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.MalformedException;
import io.ashlar.core.SeededRandom;
import io.ashlar.core.TagPlacement;
import io.ashlar.core.Uid;
import io.ashlar.message.LogSet;
import io.ashlar.message.Message;
import io.ashlar.message.MessageKind;
import io.ashlar.message.RecruitLog;
import io.ashlar.message.RegisterWorker;
import io.ashlar.message.WorkerClass;
import io.ashlar.runtime.wire.Wire;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireCodecTest {
  @Property(tries = 500, seed = "20260101", shrinking = ShrinkingMode.OFF)
  void givesBackEveryMessageOfEveryKind(@ForAll long seed) {
    MessageDraws draws = new MessageDraws(seed);
    for (MessageKind kind : MessageKind.values()) {
      Message message = draws.draw(kind);
      assertThat(WireCodec.decode(WireCodec.encode(message))).isEqualTo(message);
    }
  }

  @Property(tries = 100, seed = "20260102", shrinking = ShrinkingMode.OFF)
  void writesWhatGeneratedCodeReadsAsTheEnvelope(@ForAll long seed)
      throws InvalidProtocolBufferException {
    MessageDraws draws = new MessageDraws(seed);
    for (MessageKind kind : MessageKind.values()) {
      Bytes encoded = WireCodec.encode(draws.draw(kind));
      Wire.Envelope envelope = Wire.Envelope.parseFrom(encoded.unsafeArray());
      assertThat(envelope.getBodyCase().getNumber()).isEqualTo(kind.number());
      assertThat(envelope.getBodyCase().name()).isEqualTo(kind.name());
      assertThat(Bytes.wrap(envelope.toByteArray())).isEqualTo(encoded);
    }
  }

  @Property(tries = 500, seed = "20260103", shrinking = ShrinkingMode.OFF)
  void refusesOrReadsBrokenBytesAndDoesNothingElse(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    MessageDraws draws = new MessageDraws(seed);
    for (MessageKind kind : MessageKind.values()) {
      byte[] valid = WireCodec.encode(draws.draw(kind)).unsafeArray();
      byte[] other =
          WireCodec.encode(
                  draws.draw(MessageKind.values()[random.nextInt(MessageKind.values().length)]))
              .unsafeArray();
      decodeOrRefuse(broken(valid, other, random));
    }
  }

  @Property(tries = 10000, seed = "20260104", shrinking = ShrinkingMode.OFF)
  void refusesOrReadsRandomBytesAndDoesNothingElse(@ForAll long seed) {
    SeededRandom random = new SeededRandom(seed);
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    decodeOrRefuse(bytes);
  }

  private static byte[] broken(byte[] valid, byte[] other, SeededRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(valid, random.nextInt(valid.length));
      case 1 -> {
        byte[] flipped = valid.clone();
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
          flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        yield flipped;
      }
      case 2 -> {
        byte[] overwritten = valid.clone();
        overwritten[random.nextInt(Math.min(8, valid.length))] = (byte) random.nextInt(256);
        yield overwritten;
      }
      default -> {
        int head = random.nextInt(valid.length);
        int tail = random.nextInt(other.length);
        byte[] spliced = Arrays.copyOf(valid, head + other.length - tail);
        System.arraycopy(other, tail, spliced, head, other.length - tail);
        yield spliced;
      }
    };
  }

  /** Whatever is read can be written and read again. */
  private static void decodeOrRefuse(byte[] bytes) {
    Message message;
    try {
      message = WireCodec.decode(Bytes.wrap(bytes));
    } catch (MalformedException refused) {
      return;
    }
    assertThat(WireCodec.decode(WireCodec.encode(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @EnumSource(MessageKind.class)
  void refusesAMessageWithoutOneOfItsFields(MessageKind kind)
      throws InvalidProtocolBufferException {
    Set<String> refused = new HashSet<>();
    Set<String> required = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      Message message = new MessageDraws(seed).draw(kind);
      Wire.Envelope envelope = Wire.Envelope.parseFrom(WireCodec.encode(message).unsafeArray());
      FieldDescriptor body = Wire.Envelope.getDescriptor().findFieldByNumber(kind.number());
      for (com.google.protobuf.Message lacking :
          withoutOneField((com.google.protobuf.Message) envelope.getField(body), required)) {
        byte[] bytes =
            Wire.Envelope.newBuilder().setField(body, lacking).buildPartial().toByteArray();
        assertThatThrownBy(() -> WireCodec.decode(Bytes.wrap(bytes)))
            .isInstanceOf(MalformedException.class);
        refused.add(lacking.getInitializationErrorString());
      }
    }
    assertThat(refused).hasSameSizeAs(required);
  }

  /** Each copy of the message that lacks one required field, of it or of a part of it. */
  private static List<com.google.protobuf.Message> withoutOneField(
      com.google.protobuf.Message message, Set<String> required) {
    List<com.google.protobuf.Message> lacking = new ArrayList<>();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRequired()) {
        required.add(field.getFullName());
        lacking.add(message.toBuilder().clearField(field).buildPartial());
      }
    }
    return lacking;
  }

  @Test
  void everyFieldIsRequiredOrRepeatedExceptThoseThatMayBeAbsent() {
    List<String> optional = new ArrayList<>();
    for (var type : Wire.getDescriptor().getMessageTypes()) {
      for (FieldDescriptor field : type.getFields()) {
        if (!field.isRequired() && !field.isRepeated() && field.getContainingOneof() == null) {
          optional.add(field.getFullName());
        }
      }
    }
    assertThat(optional)
        .containsExactly(
            "ashlar.LogGeneration.ring_version",
            "ashlar.RegisterWorker.machine",
            "ashlar.RegisterWorker.worker_class",
            "ashlar.RegisterWorker.view_epoch",
            "ashlar.CommitTransaction.id",
            "ashlar.CommitTransaction.commit_version_max",
            "ashlar.Values.known_committed_version",
            "ashlar.KeyResolved.known_committed_version",
            "ashlar.RangeRead.known_committed_version",
            "ashlar.WatchValue.expected",
            "ashlar.RegisterRead.value");
  }

  /** Those that came later than the first release of a message have what it meant without them. */
  @Test
  void readsMessagesFromBeforeAFieldWasAdded() throws InvalidProtocolBufferException {
    LogMember member = new LogMember(new Uid(1, 2), "a");
    LogGeneration generation = new LogGeneration(3, 4, 5, 6, List.of(member), 1, 0);
    RecruitLog recruit =
        new RecruitLog(
            Uid.NONE, 3, member.logId(), generation, new LogSet(generation, List.of()), List.of());
    Wire.Envelope.Builder before =
        Wire.Envelope.parseFrom(WireCodec.encode(recruit).unsafeArray()).toBuilder();
    before.getRecruitLogBuilder().getGenerationBuilder().clearRingVersion();
    RecruitLog read = (RecruitLog) WireCodec.decode(Bytes.wrap(before.build().toByteArray()));
    assertThat(read.generation()).isEqualTo(generation.withRingVersion(TagPlacement.PLAIN_RING));
    assertThat(read.old()).isEqualTo(recruit.old());

    RegisterWorker worker =
        new RegisterWorker(
            new Uid(1, 2),
            new Uid(3, 4),
            "10.0.0.1:4500",
            "z",
            List.of(),
            List.of(),
            "m",
            WorkerClass.LOG,
            0);
    before = Wire.Envelope.parseFrom(WireCodec.encode(worker).unsafeArray()).toBuilder();
    before.getRegisterWorkerBuilder().clearMachine().clearWorkerClass().clearViewEpoch();
    assertThat(WireCodec.decode(Bytes.wrap(before.build().toByteArray())))
        .isEqualTo(
            new RegisterWorker(
                worker.workerId(),
                worker.databaseId(),
                worker.process(),
                worker.zone(),
                List.of(),
                List.of()));
  }

  @ParameterizedTest
  @EnumSource(MessageKind.class)
  void ignoresFieldsItDoesNotKnow(MessageKind kind) throws InvalidProtocolBufferException {
    Message message = new MessageDraws(kind.number()).draw(kind);
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(
                999,
                UnknownFieldSet.Field.newBuilder()
                    .addVarint(7)
                    .addLengthDelimited(ByteString.copyFromUtf8("of a later version"))
                    .build())
            .build();
    Wire.Envelope envelope = Wire.Envelope.parseFrom(WireCodec.encode(message).unsafeArray());
    Builder builder = envelope.toBuilder().setUnknownFields(newer);
    FieldDescriptor body = Wire.Envelope.getDescriptor().findFieldByNumber(kind.number());
    com.google.protobuf.Message old = (com.google.protobuf.Message) envelope.getField(body);
    builder.setField(body, old.toBuilder().setUnknownFields(newer).build());

    assertThat(WireCodec.decode(Bytes.wrap(builder.build().toByteArray()))).isEqualTo(message);
  }

  @Test
  void refusesNoMessageUnknownKindsAndTwoMessages() {
    Bytes ping = WireCodec.encode(new io.ashlar.message.Ping());
    Bytes pong = WireCodec.encode(new io.ashlar.message.Pong());
    Bytes unknown =
        Bytes.wrap(
            UnknownFieldSet.newBuilder()
                .addField(
                    500,
                    UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.EMPTY).build())
                .build()
                .toByteArray());
    for (Bytes bytes : List.of(Bytes.EMPTY, unknown, ping.concat(pong), ping.concat(ping))) {
      assertThatThrownBy(() -> WireCodec.decode(bytes)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void refusesVerdictsAndAbsentPlacesOutOfRange() {
    Wire.BatchResolved verdict =
        Wire.BatchResolved.newBuilder()
            .setVersion(1)
            .setVerdicts(ByteString.EMPTY)
            .addMetadata(
                Wire.MetadataBatch.newBuilder()
                    .setVersion(1)
                    .addTransactions(
                        Wire.MetadataTransaction.newBuilder()
                            .setIndex(0)
                            .setVerdict(9)
                            .setMutations(ByteString.EMPTY)))
            .build();
    Wire.Values absent =
        Wire.Values.newBuilder().setVersion(1).addValues(ByteString.EMPTY).addAbsent(1).build();
    Wire.Values present =
        Wire.Values.newBuilder()
            .setVersion(1)
            .addValues(ByteString.copyFromUtf8("x"))
            .addAbsent(0)
            .build();
    for (Wire.Envelope envelope :
        List.of(
            Wire.Envelope.newBuilder().setBatchResolved(verdict).build(),
            Wire.Envelope.newBuilder().setValues(absent).build(),
            Wire.Envelope.newBuilder().setValues(present).build())) {
      assertThatThrownBy(() -> WireCodec.decode(Bytes.wrap(envelope.toByteArray())))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    Bytes valid = WireCodec.encode(new io.ashlar.message.RoleStatus("log", List.of()));
    byte[] bytes = valid.toArray();
    bytes[bytes.length - 1] = (byte) 0xff;
    assertThatThrownBy(() -> WireCodec.decode(Bytes.wrap(bytes)))
        .isInstanceOf(MalformedException.class);
  }
}
