package io.ashlar.runtime;

import io.ashlar.core.RegisterGeneration;
import io.ashlar.message.Candidate;
import io.ashlar.message.CoordinatorSet;
import io.ashlar.message.FoundSet;
import io.ashlar.message.GetLeader;
import io.ashlar.message.Heartbeat;
import io.ashlar.message.HeartbeatTaken;
import io.ashlar.message.Nominate;
import io.ashlar.message.Nominee;
import io.ashlar.message.ReadRegister;
import io.ashlar.message.RegisterRead;
import io.ashlar.message.RegisterWritten;
import io.ashlar.message.Resigned;
import io.ashlar.message.SetFounders;
import io.ashlar.message.WriteRegister;
import io.ashlar.runtime.wire.Wire;

/** The messages of coordinators. */
final class CoordinatorWire {
  private CoordinatorWire() {}

  private static Wire.RegisterGeneration toWire(RegisterGeneration generation) {
    return Wire.RegisterGeneration.newBuilder()
        .setCounter(generation.counter())
        .setOwner(WireParts.toWire(generation.owner()))
        .build();
  }

  private static RegisterGeneration fromWire(Wire.RegisterGeneration generation) {
    return new RegisterGeneration(
        generation.getCounter(), WireParts.fromWire(generation.getOwner()));
  }

  static Wire.ReadRegister toWire(ReadRegister m) {
    return Wire.ReadRegister.newBuilder()
        .setSetId(WireParts.toWire(m.setId()))
        .setGeneration(toWire(m.generation()))
        .setFounds(m.founds())
        .build();
  }

  static ReadRegister fromWire(Wire.ReadRegister m) {
    return new ReadRegister(
        WireParts.fromWire(m.getSetId()), fromWire(m.getGeneration()), m.getFounds());
  }

  static Wire.RegisterRead toWire(RegisterRead m) {
    Wire.RegisterRead.Builder builder =
        Wire.RegisterRead.newBuilder()
            .setReadGeneration(toWire(m.readGeneration()))
            .setWriteGeneration(toWire(m.writeGeneration()))
            .setSequence(m.sequence());
    if (m.value() != null) {
      builder.setValue(WireParts.toWire(m.value()));
    }
    return builder.build();
  }

  static RegisterRead fromWire(Wire.RegisterRead m) {
    return new RegisterRead(
        fromWire(m.getReadGeneration()),
        fromWire(m.getWriteGeneration()),
        m.getSequence(),
        m.hasValue() ? WireParts.fromWire(m.getValue()) : null);
  }

  static Wire.WriteRegister toWire(WriteRegister m) {
    return Wire.WriteRegister.newBuilder()
        .setSetId(WireParts.toWire(m.setId()))
        .setGeneration(toWire(m.generation()))
        .setSequence(m.sequence())
        .setValue(WireParts.toWire(m.value()))
        .build();
  }

  static WriteRegister fromWire(Wire.WriteRegister m) {
    return new WriteRegister(
        WireParts.fromWire(m.getSetId()),
        fromWire(m.getGeneration()),
        m.getSequence(),
        WireParts.fromWire(m.getValue()));
  }

  static Wire.RegisterWritten toWire(RegisterWritten m) {
    return Wire.RegisterWritten.newBuilder()
        .setAccepted(m.accepted())
        .setReadGeneration(toWire(m.readGeneration()))
        .build();
  }

  static RegisterWritten fromWire(Wire.RegisterWritten m) {
    return new RegisterWritten(m.getAccepted(), fromWire(m.getReadGeneration()));
  }

  private static Wire.Candidate toWire(Candidate candidate) {
    return Wire.Candidate.newBuilder()
        .setChangeId(WireParts.toWire(candidate.changeId()))
        .setAddress(WireParts.toWire(candidate.address()))
        .setPriority(candidate.priority())
        .build();
  }

  private static Candidate fromWire(Wire.Candidate candidate) {
    return new Candidate(
        WireParts.fromWire(candidate.getChangeId()),
        WireParts.fromWire(candidate.getAddress()),
        candidate.getPriority());
  }

  private static Wire.CoordinatorSet toWire(CoordinatorSet set) {
    return Wire.CoordinatorSet.newBuilder()
        .setId(WireParts.toWire(set.id()))
        .addAllCoordinators(WireParts.listToWire(set.coordinators(), WireParts::toWire))
        .build();
  }

  private static CoordinatorSet fromWire(Wire.CoordinatorSet set) {
    return new CoordinatorSet(
        WireParts.fromWire(set.getId()),
        WireParts.listFromWire(set.getCoordinatorsList(), WireParts::fromWire));
  }

  static Wire.Nominate toWire(Nominate m) {
    return Wire.Nominate.newBuilder()
        .setSetId(WireParts.toWire(m.setId()))
        .setCandidate(toWire(m.candidate()))
        .setKnownChangeId(WireParts.toWire(m.knownChangeId()))
        .build();
  }

  static Nominate fromWire(Wire.Nominate m) {
    return new Nominate(
        WireParts.fromWire(m.getSetId()),
        fromWire(m.getCandidate()),
        WireParts.fromWire(m.getKnownChangeId()));
  }

  static Wire.Nominee toWire(Nominee m) {
    return Wire.Nominee.newBuilder()
        .setNominee(toWire(m.nominee()))
        .setMovedTo(toWire(m.movedTo()))
        .build();
  }

  static Nominee fromWire(Wire.Nominee m) {
    return new Nominee(fromWire(m.getNominee()), fromWire(m.getMovedTo()));
  }

  static Wire.Heartbeat toWire(Heartbeat m) {
    return Wire.Heartbeat.newBuilder()
        .setSetId(WireParts.toWire(m.setId()))
        .setLeader(toWire(m.leader()))
        .build();
  }

  static Heartbeat fromWire(Wire.Heartbeat m) {
    return new Heartbeat(WireParts.fromWire(m.getSetId()), fromWire(m.getLeader()));
  }

  static Wire.HeartbeatTaken toWire(HeartbeatTaken m) {
    return Wire.HeartbeatTaken.newBuilder()
        .setTaken(m.taken())
        .setContested(m.contested())
        .setMovedTo(toWire(m.movedTo()))
        .build();
  }

  static HeartbeatTaken fromWire(Wire.HeartbeatTaken m) {
    return new HeartbeatTaken(m.getTaken(), m.getContested(), fromWire(m.getMovedTo()));
  }

  static Wire.Resigned toWire(Resigned m) {
    return Wire.Resigned.newBuilder()
        .setSetId(WireParts.toWire(m.setId()))
        .setChangeId(WireParts.toWire(m.changeId()))
        .build();
  }

  static Resigned fromWire(Wire.Resigned m) {
    return new Resigned(WireParts.fromWire(m.getSetId()), WireParts.fromWire(m.getChangeId()));
  }

  static Wire.GetLeader toWire(GetLeader m) {
    return Wire.GetLeader.newBuilder()
        .setSetId(WireParts.toWire(m.setId()))
        .setKnownChangeId(WireParts.toWire(m.knownChangeId()))
        .build();
  }

  static GetLeader fromWire(Wire.GetLeader m) {
    return new GetLeader(
        WireParts.fromWire(m.getSetId()), WireParts.fromWire(m.getKnownChangeId()));
  }

  static Wire.FoundSet toWire(FoundSet m) {
    return Wire.FoundSet.newBuilder().setSetId(WireParts.toWire(m.setId())).build();
  }

  static FoundSet fromWire(Wire.FoundSet m) {
    return new FoundSet(WireParts.fromWire(m.getSetId()));
  }

  static Wire.SetFounders toWire(SetFounders m) {
    return Wire.SetFounders.newBuilder()
        .setRegisterId(WireParts.toWire(m.registerId()))
        .addAllFounders(WireParts.listToWire(m.founders(), WireParts::toWire))
        .build();
  }

  static SetFounders fromWire(Wire.SetFounders m) {
    return new SetFounders(
        WireParts.fromWire(m.getRegisterId()),
        WireParts.listFromWire(m.getFoundersList(), WireParts::fromWire));
  }
}
