package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/**
 * The links of some processes are clogged one by one, at drawn times, and set free again one by
 * one, in another order.
 */
record SwizzleFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new SwizzleFault(
        FaultKinds.spreadMillis(random, 8_000, 40_000),
        FaultKinds.spreadMillis(random, 500, 6_000));
  }

  @Override
  public void happen(FaultScene scene) {
    List<SimProcess> some = scene.someOf(scene.all());
    if (some.isEmpty()) {
      return;
    }
    long clogWithin = scene.upTo(nanosMax / 2);
    long freeWithin = scene.upTo(nanosMax / 2);
    scene.happened("processes", some, "nanos", clogWithin + freeWithin);
    for (SimProcess from : some) {
      for (SimProcess to : scene.all()) {
        if (from != to) {
          swizzle(scene, from.name(), to.name(), clogWithin, freeWithin);
          swizzle(scene, to.name(), from.name(), clogWithin, freeWithin);
        }
      }
    }
  }

  private static void swizzle(
      FaultScene scene, String from, String to, long clogWithin, long freeWithin) {
    long begin = scene.upTo(clogWithin);
    long end = clogWithin + scene.upTo(freeWithin);
    scene.later(begin, () -> scene.world().network().hold(from, to, end - begin));
  }

  @Override
  public long harmNanos() {
    return nanosMax / 2;
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
