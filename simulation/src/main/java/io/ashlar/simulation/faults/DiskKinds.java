package io.ashlar.simulation.faults;

import io.ashlar.simulation.faults.FaultKinds.Kind;
import io.ashlar.simulation.world.DiskTrouble;
import java.util.Map;

/** The faults of disks. */
final class DiskKinds {
  private DiskKinds() {}

  static void addTo(Map<String, Kind> kinds) {
    kinds.put("disk-slow", new Kind(FaultKinds.SOME, SlowDiskFault::draw));
    kinds.put("log-slow", new Kind(FaultKinds.FEW, SlowLogFault::draw));
    kinds.put("disk-full", new Kind(FaultKinds.FEW, FullDiskFault::draw));
    kinds.put("disk-read-error", error(DiskTrouble.Operation.READ));
    kinds.put("disk-write-error", error(DiskTrouble.Operation.WRITE));
    kinds.put("disk-sync-error", error(DiskTrouble.Operation.SYNC));
    kinds.put("engine-read-error", error(DiskTrouble.Operation.ENGINE_READ));
    kinds.put("engine-flush-error", error(DiskTrouble.Operation.ENGINE_FLUSH));
    kinds.put("disk-loss", new Kind(FaultKinds.SOME, DiskLossFault::draw));
    kinds.put("bit-flips", new Kind(FaultKinds.SOME, BitFlipFault::draw));
    kinds.put("older-copy", new Kind(FaultKinds.SOME, OlderCopyFault::draw));
    kinds.put("disk-swap", new Kind(FaultKinds.FEW, DiskSwapFault::draw));
    kinds.put("register-damage", new Kind(FaultKinds.FEW, RegisterDamageFault::draw));
  }

  private static Kind error(DiskTrouble.Operation operation) {
    return new Kind(FaultKinds.FEW, DiskErrorFault.of(operation));
  }
}
