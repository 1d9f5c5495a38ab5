package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimDisk;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/**
 * A bit of a coordinator's register is not what was written any more, and it finds out when it
 * starts again, which is at once: what it has promised it does not know, and it takes no part in
 * that set for ever. Only of a minority of each set.
 */
record RegisterDamageFault(long meanNanos, long awayNanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new RegisterDamageFault(
        FaultKinds.spreadMillis(random, 4_000, 40_000), FaultKinds.spreadMillis(random, 1, 2_000));
  }

  @Override
  public void happen(FaultScene scene) {
    RegisterCopies registers = scene.registerCopies();
    SimProcess coordinator =
        scene.oneOf(
            scene.those(process -> !registers.damageable(process.machine().disk()).isEmpty()));
    if (coordinator == null) {
      return;
    }
    SimDisk disk = coordinator.machine().disk();
    scene.kill(coordinator, scene.drawPower(), scene.upTo(awayNanosMax));
    // What was being written may be gone with the power.
    List<String> left = registers.damageable(disk);
    if (coordinator.isAlive() || left.isEmpty()) {
      return;
    }
    String path = FaultKinds.oneOf(left, scene.random());
    scene.happened("machine", coordinator.machine().name(), "file", path);
    registers.damage(path);
    disk.flip(
        path, scene.random().nextLong(disk.settledBytes(path)), scene.random().nextInt(Byte.SIZE));
  }

  @Override
  public long harmNanos() {
    return awayNanosMax / 2 + FaultKinds.RECOVERY_NANOS;
  }
}
