package io.ashlar.simulation.faults;

import io.ashlar.core.SeededRandom;
import io.ashlar.simulation.world.SimProcess;
import java.util.List;

/** Some clients and some workers hear nothing of each other for a while. */
record ClientPartitionFault(long meanNanos, long nanosMax) implements Fault {
  static Fault draw(SeededRandom random) {
    return new ClientPartitionFault(
        FaultKinds.spreadMillis(random, 3_000, 20_000),
        FaultKinds.spreadMillis(random, 300, 6_000));
  }

  @Override
  public void happen(FaultScene scene) {
    List<SimProcess> clients = scene.someOf(scene.clients());
    List<SimProcess> workers = scene.someOf(scene.workers());
    if (clients.isEmpty() || workers.isEmpty()) {
      return;
    }
    long nanos = scene.upTo(nanosMax);
    scene.happened("clients", clients, "workers", workers, "nanos", nanos);
    if (scene.random().nextBoolean()) {
      scene.separate(clients, workers, nanos);
    } else if (scene.random().nextBoolean()) {
      scene.hold(clients, workers, nanos);
    } else {
      scene.hold(workers, clients, nanos);
    }
  }

  @Override
  public long harmNanos() {
    return nanosMax / 4;
  }

  @Override
  public long lingersNanos() {
    return nanosMax;
  }
}
