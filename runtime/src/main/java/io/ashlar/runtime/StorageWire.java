package io.ashlar.runtime;

import com.google.protobuf.ByteString;
import io.ashlar.core.Bytes;
import io.ashlar.core.MalformedException;
import io.ashlar.message.GetKey;
import io.ashlar.message.GetRange;
import io.ashlar.message.GetValues;
import io.ashlar.message.KeyResolved;
import io.ashlar.message.RangeRead;
import io.ashlar.message.StorageState;
import io.ashlar.message.Values;
import io.ashlar.message.WatchFired;
import io.ashlar.message.WatchValue;
import io.ashlar.runtime.wire.Wire;
import java.util.ArrayList;
import java.util.List;

/** The messages of storage servers. */
final class StorageWire {
  private StorageWire() {}

  static Wire.GetValues toWire(GetValues m) {
    Wire.GetValues.Builder builder = Wire.GetValues.newBuilder().setVersion(m.version());
    for (Bytes key : m.keys()) {
      builder.addKeys(WireParts.toWire(key));
    }
    return builder.build();
  }

  static GetValues fromWire(Wire.GetValues m) {
    return new GetValues(
        m.getVersion(), WireParts.listFromWire(m.getKeysList(), WireParts::fromWire));
  }

  static Wire.Values toWire(Values m) {
    Wire.Values.Builder builder =
        Wire.Values.newBuilder()
            .setVersion(m.version())
            .setKnownCommittedVersion(m.knownCommittedVersion());
    for (int i = 0; i < m.values().size(); i++) {
      Bytes value = m.values().get(i);
      if (value == null) {
        builder.addAbsent(i);
        builder.addValues(ByteString.EMPTY);
      } else {
        builder.addValues(WireParts.toWire(value));
      }
    }
    return builder.build();
  }

  static Values fromWire(Wire.Values m) {
    List<Bytes> values = new ArrayList<>(m.getValuesCount());
    int absentSeen = 0;
    for (int i = 0; i < m.getValuesCount(); i++) {
      ByteString value = m.getValues(i);
      if (absentSeen < m.getAbsentCount() && m.getAbsent(absentSeen) == i) {
        absentSeen++;
        if (!value.isEmpty()) {
          throw new MalformedException("an absent value has " + value.size() + " bytes");
        }
        values.add(null);
      } else {
        values.add(WireParts.fromWire(value));
      }
    }
    if (absentSeen != m.getAbsentCount()) {
      throw new MalformedException("places of absent values are not ascending or not in range");
    }
    return new Values(m.getVersion(), m.getKnownCommittedVersion(), values);
  }

  static Wire.GetKey toWire(GetKey m) {
    return Wire.GetKey.newBuilder()
        .setVersion(m.version())
        .setSelector(WireParts.toWire(m.selector()))
        .setShard(WireParts.toWire(m.shard()))
        .build();
  }

  static GetKey fromWire(Wire.GetKey m) {
    return new GetKey(
        m.getVersion(), WireParts.fromWire(m.getSelector()), WireParts.fromWire(m.getShard()));
  }

  static Wire.KeyResolved toWire(KeyResolved m) {
    return Wire.KeyResolved.newBuilder()
        .setVersion(m.version())
        .setKnownCommittedVersion(m.knownCommittedVersion())
        .setResolved(m.resolved())
        .setSelector(WireParts.toWire(m.selector()))
        .build();
  }

  static KeyResolved fromWire(Wire.KeyResolved m) {
    return new KeyResolved(
        m.getVersion(),
        m.getKnownCommittedVersion(),
        m.getResolved(),
        WireParts.fromWire(m.getSelector()));
  }

  static Wire.GetRange toWire(GetRange m) {
    return Wire.GetRange.newBuilder()
        .setVersion(m.version())
        .setRange(WireParts.toWire(m.range()))
        .setRowsMax(m.rowsMax())
        .setBytesMax(m.bytesMax())
        .setReverse(m.reverse())
        .setKeysOnly(m.keysOnly())
        .build();
  }

  static GetRange fromWire(Wire.GetRange m) {
    return new GetRange(
        m.getVersion(),
        WireParts.fromWire(m.getRange()),
        m.getRowsMax(),
        m.getBytesMax(),
        m.getReverse(),
        m.getKeysOnly());
  }

  static Wire.RangeRead toWire(RangeRead m) {
    return Wire.RangeRead.newBuilder()
        .setVersion(m.version())
        .setKnownCommittedVersion(m.knownCommittedVersion())
        .addAllRows(WireParts.listToWire(m.rows(), WireParts::toWire))
        .setMore(m.more())
        .build();
  }

  static RangeRead fromWire(Wire.RangeRead m) {
    return new RangeRead(
        m.getVersion(),
        m.getKnownCommittedVersion(),
        WireParts.listFromWire(m.getRowsList(), WireParts::fromWire),
        m.getMore());
  }

  static Wire.WatchValue toWire(WatchValue m) {
    Wire.WatchValue.Builder builder =
        Wire.WatchValue.newBuilder().setVersion(m.version()).setKey(WireParts.toWire(m.key()));
    if (m.expected() != null) {
      builder.setExpected(WireParts.toWire(m.expected()));
    }
    return builder.build();
  }

  static WatchValue fromWire(Wire.WatchValue m) {
    return new WatchValue(
        m.getVersion(),
        WireParts.fromWire(m.getKey()),
        m.hasExpected() ? WireParts.fromWire(m.getExpected()) : null);
  }

  static Wire.WatchFired toWire(WatchFired m) {
    return Wire.WatchFired.newBuilder().setVersion(m.version()).build();
  }

  static WatchFired fromWire(Wire.WatchFired m) {
    return new WatchFired(m.getVersion());
  }

  static Wire.StorageState toWire(StorageState m) {
    return Wire.StorageState.newBuilder()
        .setStorageId(WireParts.toWire(m.storageId()))
        .setTag(m.tag())
        .setLatestVersion(m.latestVersion())
        .setStoredVersion(m.storedVersion())
        .setDurableVersion(m.durableVersion())
        .setKnownCommittedVersion(m.knownCommittedVersion())
        .setBytesInMemory(m.bytesInMemory())
        .addAllSafeRanges(WireParts.listToWire(m.safeRanges(), WireParts::toWire))
        .build();
  }

  static StorageState fromWire(Wire.StorageState m) {
    return new StorageState(
        WireParts.fromWire(m.getStorageId()),
        m.getTag(),
        m.getLatestVersion(),
        m.getStoredVersion(),
        m.getDurableVersion(),
        m.getKnownCommittedVersion(),
        m.getBytesInMemory(),
        WireParts.listFromWire(m.getSafeRangesList(), WireParts::fromWire));
  }
}
