package io.ashlar.simulation.planted;

import java.util.List;
import java.util.stream.Stream;

/** All planted bugs, by role. */
final class PlantedBugs {
  private PlantedBugs() {}

  static List<PlantedBug> all() {
    return Stream.of(
            FrontBugs.all(),
            ResolverBugs.all(),
            LogBugs.all(),
            RecoveryBugs.all(),
            CoordinatorBugs.all(),
            StorageBugs.all(),
            TeamBugs.all(),
            MoveBugs.all(),
            ClientBugs.all(),
            OwnWritesBugs.all(),
            RetryBugs.all(),
            IdempotencyBugs.all(),
            InterfaceBugs.all(),
            LayerBugs.all(),
            ConsistencyBugs.all(),
            BlockBugs.all(),
            SimulatorBugs.all())
        .flatMap(List::stream)
        .toList();
  }

  /** The bug of that name. */
  static PlantedBug named(String name) {
    return all().stream().filter(bug -> bug.name().equals(name)).findFirst().orElseThrow();
  }
}
