package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.ArrayList;
import java.util.List;

/**
 * Two processes that work together in an epoch do not reach each other for long, or only so late
 * that everything that goes through both stands still, while all others reach both.
 */
record LinkFault(long meanNanos, long byNanosMax, long nanosMax) implements Fault {
  private static final long BY_NANOS_MIN = 100 * FaultKinds.MILLIS;

  static Fault draw(SeededRandom random) {
    return new LinkFault(
        FaultKinds.spreadMillis(random, 10_000, 30_000),
        FaultKinds.spread(random, 2 * BY_NANOS_MIN, 20 * BY_NANOS_MIN),
        FaultKinds.spreadMillis(random, 4_000, 30_000));
  }

  @Override
  public void happen(FaultScene scene) {
    SimProcess one =
        scene.oneOf(scene.withRole(FaultKinds.oneOf(FaultKinds.PIPELINE, scene.random())));
    List<SimProcess> others =
        new ArrayList<>(scene.withRole(FaultKinds.oneOf(FaultKinds.PIPELINE, scene.random())));
    others.remove(one);
    SimProcess other = scene.oneOf(others);
    if (one == null || other == null) {
      return;
    }
    boolean isDead = scene.random().nextBoolean();
    long byNanos = BY_NANOS_MIN + scene.random().nextLong(byNanosMax);
    long nanos = scene.upTo(nanosMax);
    scene.happened(
        "one", one.name(), "other", other.name(), "dead", isDead, "by", byNanos, "nanos", nanos);
    if (isDead) {
      scene.separate(List.of(one), List.of(other), nanos);
    } else {
      scene.world().network().slow(one.name(), other.name(), byNanos, nanos);
      scene.world().network().slow(other.name(), one.name(), byNanos, nanos);
    }
  }

  @Override
  public long harmNanos() {
    return Math.min(nanosMax / 2, 8_000 * FaultKinds.MILLIS) + FaultKinds.RECOVERY_NANOS;
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
