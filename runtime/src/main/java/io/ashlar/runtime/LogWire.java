package io.ashlar.runtime;

import io.ashlar.message.ConfirmEpoch;
import io.ashlar.message.LockLog;
import io.ashlar.message.LogBacklog;
import io.ashlar.message.LogLocked;
import io.ashlar.message.LogPeeked;
import io.ashlar.message.LogPushed;
import io.ashlar.message.LogState;
import io.ashlar.message.PeekLog;
import io.ashlar.message.PeerRoundTrip;
import io.ashlar.message.Ping;
import io.ashlar.message.Pong;
import io.ashlar.message.PopLog;
import io.ashlar.message.PushLog;
import io.ashlar.runtime.wire.Wire;

/** The messages of log servers, and what is said of them. */
final class LogWire {
  private LogWire() {}

  static Wire.Ping toWire(Ping m) {
    return Wire.Ping.newBuilder().addAllGivenUp(m.givenUp()).build();
  }

  static Ping fromWire(Wire.Ping m) {
    return new Ping(m.getGivenUpList());
  }

  static Wire.Pong toWire(Pong m) {
    return Wire.Pong.newBuilder()
        .addAllBacklogs(WireParts.listToWire(m.backlogs(), LogWire::toWire))
        .addAllPeers(WireParts.listToWire(m.peers(), LogWire::toWire))
        .build();
  }

  static Pong fromWire(Wire.Pong m) {
    return new Pong(
        WireParts.listFromWire(m.getBacklogsList(), LogWire::fromWire),
        WireParts.listFromWire(m.getPeersList(), LogWire::fromWire));
  }

  private static Wire.PeerRoundTrip toWire(PeerRoundTrip part) {
    return Wire.PeerRoundTrip.newBuilder()
        .setProcess(part.process())
        .setNanos(part.nanos())
        .build();
  }

  private static PeerRoundTrip fromWire(Wire.PeerRoundTrip part) {
    return new PeerRoundTrip(part.getProcess(), part.getNanos());
  }

  private static Wire.LogBacklog toWire(LogBacklog part) {
    return Wire.LogBacklog.newBuilder()
        .setAgeNanos(part.ageNanos())
        .setBytes(part.bytes())
        .setHoldsUp(part.holdsUp())
        .build();
  }

  private static LogBacklog fromWire(Wire.LogBacklog part) {
    return new LogBacklog(part.getAgeNanos(), part.getBytes(), part.getHoldsUp());
  }

  static Wire.PushLog toWire(PushLog m) {
    return Wire.PushLog.newBuilder()
        .setEpoch(m.epoch())
        .setPreviousVersion(m.previousVersion())
        .setVersion(m.version())
        .setKnownCommittedVersion(m.knownCommittedVersion())
        .setPayload(WireParts.toWire(m.payload()))
        .build();
  }

  static PushLog fromWire(Wire.PushLog m) {
    return new PushLog(
        m.getEpoch(),
        m.getPreviousVersion(),
        m.getVersion(),
        m.getKnownCommittedVersion(),
        WireParts.fromWire(m.getPayload()));
  }

  static Wire.LogPushed toWire(LogPushed m) {
    return Wire.LogPushed.newBuilder().setVersion(m.version()).build();
  }

  static LogPushed fromWire(Wire.LogPushed m) {
    return new LogPushed(m.getVersion());
  }

  static Wire.ConfirmEpoch toWire(ConfirmEpoch m) {
    return Wire.ConfirmEpoch.newBuilder().setEpoch(m.epoch()).build();
  }

  static ConfirmEpoch fromWire(Wire.ConfirmEpoch m) {
    return new ConfirmEpoch(m.getEpoch());
  }

  static Wire.LockLog toWire(LockLog m) {
    return Wire.LockLog.newBuilder().setEpoch(m.epoch()).build();
  }

  static LockLog fromWire(Wire.LockLog m) {
    return new LockLog(m.getEpoch());
  }

  static Wire.LogLocked toWire(LogLocked m) {
    return Wire.LogLocked.newBuilder()
        .setLogId(WireParts.toWire(m.logId()))
        .setEnd(m.end())
        .setKnownCommittedVersion(m.knownCommittedVersion())
        .build();
  }

  static LogLocked fromWire(Wire.LogLocked m) {
    return new LogLocked(
        WireParts.fromWire(m.getLogId()), m.getEnd(), m.getKnownCommittedVersion());
  }

  static Wire.PeekLog toWire(PeekLog m) {
    return Wire.PeekLog.newBuilder()
        .setTag(m.tag())
        .setFrom(m.from())
        .setBytesMax(m.bytesMax())
        .setWaitNanos(m.waitNanos())
        .build();
  }

  static PeekLog fromWire(Wire.PeekLog m) {
    return new PeekLog(m.getTag(), m.getFrom(), m.getBytesMax(), m.getWaitNanos());
  }

  static Wire.LogPeeked toWire(LogPeeked m) {
    return Wire.LogPeeked.newBuilder()
        .setTag(m.tag())
        .setEntries(WireParts.toWire(m.entries()))
        .setThrough(m.through())
        .setKnownCommittedVersion(m.knownCommittedVersion())
        .setPoppedThrough(m.poppedThrough())
        .setLocked(m.locked())
        .setEnd(m.end())
        .build();
  }

  static LogPeeked fromWire(Wire.LogPeeked m) {
    return new LogPeeked(
        m.getTag(),
        WireParts.fromWire(m.getEntries()),
        m.getThrough(),
        m.getKnownCommittedVersion(),
        m.getPoppedThrough(),
        m.getLocked(),
        m.getEnd());
  }

  static Wire.PopLog toWire(PopLog m) {
    return Wire.PopLog.newBuilder().setTag(m.tag()).setThrough(m.through()).build();
  }

  static PopLog fromWire(Wire.PopLog m) {
    return new PopLog(m.getTag(), m.getThrough());
  }

  static Wire.LogState toWire(LogState m) {
    return Wire.LogState.newBuilder()
        .setLogId(WireParts.toWire(m.logId()))
        .setEpoch(m.epoch())
        .setVersion(m.version())
        .setDurableVersion(m.durableVersion())
        .setKnownCommittedVersion(m.knownCommittedVersion())
        .setLocked(m.locked())
        .setFirstUnpopped(m.firstUnpopped())
        .setBytesInMemory(m.bytesInMemory())
        .setBytesOnDisk(m.bytesOnDisk())
        .build();
  }

  static LogState fromWire(Wire.LogState m) {
    return new LogState(
        WireParts.fromWire(m.getLogId()),
        m.getEpoch(),
        m.getVersion(),
        m.getDurableVersion(),
        m.getKnownCommittedVersion(),
        m.getLocked(),
        m.getFirstUnpopped(),
        m.getBytesInMemory(),
        m.getBytesOnDisk());
  }
}
