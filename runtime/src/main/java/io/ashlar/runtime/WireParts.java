package io.ashlar.runtime;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ashlar.core.Bytes;
import io.ashlar.core.Check;
import io.ashlar.core.ErrorCode;
import io.ashlar.core.KeyRange;
import io.ashlar.core.KeySelector;
import io.ashlar.core.KeyValue;
import io.ashlar.core.LogGeneration;
import io.ashlar.core.LogMember;
import io.ashlar.core.StoreTime;
import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.LogSet;
import io.ashlar.message.Refused;
import io.ashlar.message.RoleStatus;
import io.ashlar.message.StatusField;
import io.ashlar.runtime.wire.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What messages are made of, and the messages of every role. */
final class WireParts {
  private WireParts() {}

  /** Shares the array: both sides promise not to write to it. */
  static ByteString toWire(Bytes bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.unsafeArray());
  }

  /**
   * The bytes of a parsed field without a second copy: the parser has already copied them out of
   * the frame into an array of their own.
   */
  static Bytes fromWire(ByteString bytes) {
    if (bytes.isEmpty()) {
      return Bytes.EMPTY;
    }
    ArrayCapture capture = new ArrayCapture();
    try {
      UnsafeByteOperations.unsafeWriteTo(bytes, capture);
    } catch (IOException e) {
      throw Check.unreachable("a byte string could not be read: ", e);
    }
    return Bytes.wrap(capture.array != null ? capture.array : bytes.toByteArray());
  }

  static <T, W> List<W> listToWire(List<T> parts, Function<T, W> toWire) {
    List<W> list = new ArrayList<>(parts.size());
    for (T part : parts) {
      list.add(toWire.apply(part));
    }
    return list;
  }

  static <W, T> List<T> listFromWire(List<W> parts, Function<W, T> fromWire) {
    List<T> list = new ArrayList<>(parts.size());
    for (W part : parts) {
      list.add(fromWire.apply(part));
    }
    return list;
  }

  static Wire.Uid toWire(Uid uid) {
    return Wire.Uid.newBuilder().setHigh(uid.high()).setLow(uid.low()).build();
  }

  static Uid fromWire(Wire.Uid uid) {
    return new Uid(uid.getHigh(), uid.getLow());
  }

  static Wire.Address toWire(Address address) {
    return Wire.Address.newBuilder()
        .setProcess(address.process())
        .setEndpoint(address.endpoint())
        .build();
  }

  static Address fromWire(Wire.Address address) {
    return new Address(address.getProcess(), address.getEndpoint());
  }

  static Wire.KeyRange toWire(KeyRange range) {
    return Wire.KeyRange.newBuilder()
        .setBegin(toWire(range.begin()))
        .setEnd(toWire(range.end()))
        .build();
  }

  static KeyRange fromWire(Wire.KeyRange range) {
    return new KeyRange(fromWire(range.getBegin()), fromWire(range.getEnd()));
  }

  static Wire.KeyValue toWire(KeyValue row) {
    return Wire.KeyValue.newBuilder()
        .setKey(toWire(row.key()))
        .setValue(toWire(row.value()))
        .build();
  }

  static KeyValue fromWire(Wire.KeyValue row) {
    return new KeyValue(fromWire(row.getKey()), fromWire(row.getValue()));
  }

  static Wire.KeySelector toWire(KeySelector selector) {
    return Wire.KeySelector.newBuilder()
        .setKey(toWire(selector.key()))
        .setOrEqual(selector.orEqual())
        .setOffset(selector.offset())
        .build();
  }

  static KeySelector fromWire(Wire.KeySelector selector) {
    return new KeySelector(
        fromWire(selector.getKey()), selector.getOrEqual(), selector.getOffset());
  }

  static Wire.StoreTime toWire(StoreTime time) {
    return Wire.StoreTime.newBuilder()
        .setRecoveryTransactionVersion(time.recoveryTransactionVersion())
        .setStartMillis(time.startMillis())
        .build();
  }

  static StoreTime fromWire(Wire.StoreTime time) {
    return new StoreTime(time.getRecoveryTransactionVersion(), time.getStartMillis());
  }

  static Wire.LogGeneration toWire(LogGeneration generation) {
    Wire.LogGeneration.Builder builder =
        Wire.LogGeneration.newBuilder()
            .setEpoch(generation.epoch())
            .setBegin(generation.begin())
            .setRecoveryVersion(generation.recoveryVersion())
            .setRecoveryTransactionVersion(generation.recoveryTransactionVersion())
            .setReplication(generation.replication())
            .setAntiQuorum(generation.antiQuorum())
            .setRingVersion(generation.ringVersion());
    for (LogMember member : generation.members()) {
      builder.addMembers(
          Wire.LogMember.newBuilder().setLogId(toWire(member.logId())).setZone(member.zone()));
    }
    return builder.build();
  }

  static LogGeneration fromWire(Wire.LogGeneration generation) {
    return new LogGeneration(
        generation.getEpoch(),
        generation.getBegin(),
        generation.getRecoveryVersion(),
        generation.getRecoveryTransactionVersion(),
        listFromWire(
            generation.getMembersList(), m -> new LogMember(fromWire(m.getLogId()), m.getZone())),
        generation.getReplication(),
        generation.getAntiQuorum(),
        generation.getRingVersion());
  }

  static Wire.LogSet toWire(LogSet logs) {
    return Wire.LogSet.newBuilder()
        .setGeneration(toWire(logs.generation()))
        .addAllAddresses(listToWire(logs.addresses(), WireParts::toWire))
        .build();
  }

  static LogSet fromWire(Wire.LogSet logs) {
    return new LogSet(
        fromWire(logs.getGeneration()), listFromWire(logs.getAddressesList(), WireParts::fromWire));
  }

  static Wire.Refused toWire(Refused refused) {
    return Wire.Refused.newBuilder()
        .setCode(refused.code().number())
        .setDetail(refused.detail())
        .build();
  }

  static Refused fromWire(Wire.Refused refused) {
    return new Refused(ErrorCode.ofNumber(refused.getCode()), refused.getDetail());
  }

  static Wire.RoleStatus toWire(RoleStatus status) {
    Wire.RoleStatus.Builder builder = Wire.RoleStatus.newBuilder().setRole(status.role());
    for (StatusField field : status.fields()) {
      builder.addFields(
          Wire.StatusField.newBuilder().setName(field.name()).setValue(field.value()));
    }
    return builder.build();
  }

  static RoleStatus fromWire(Wire.RoleStatus status) {
    return new RoleStatus(
        status.getRole(),
        listFromWire(status.getFieldsList(), f -> new StatusField(f.getName(), f.getValue())));
  }

  /** Takes the array of a byte string that is exactly one array. */
  private static final class ArrayCapture extends ByteOutput {
    byte[] array;

    private void take(byte[] value, int offset, int length) {
      array = offset == 0 && length == value.length ? value : null;
    }

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
      take(value, offset, length);
    }

    @Override
    public void write(byte[] value, int offset, int length) {
      take(value, offset, length);
    }

    @Override
    public void write(byte value) {}

    @Override
    public void write(ByteBuffer value) {}

    @Override
    public void writeLazy(ByteBuffer value) {}
  }
}
