package io.ashlar.simulation.world;

import io.ashlar.core.SeededRandom;
import io.ashlar.host.contract.DiskContract;
import io.ashlar.host.contract.DiskFailureContract;
import io.ashlar.host.contract.DurabilityContract;
import io.ashlar.host.contract.LoopContract;
import io.ashlar.host.contract.NetworkContract;
import io.ashlar.host.contract.PortWorld;
import io.ashlar.host.contract.ReadersContract;
import io.ashlar.host.contract.TimersContract;
import org.junit.jupiter.api.Nested;

/** The contracts of the ports, kept by the simulated host, in a calm world and in rough ones. */
class SimContractTest {
  private static PortWorld calm() {
    return new SimPortWorld(1, WorldConditions.calm());
  }

  private static PortWorld rough(long seed) {
    SeededRandom random = new SeededRandom(seed).fork("conditions");
    return new SimPortWorld(seed, WorldConditions.draw(random));
  }

  @Nested
  class OnACalmLoop extends LoopContract {
    @Override
    protected PortWorld openWorld() {
      return calm();
    }
  }

  @Nested
  class OnARoughLoop extends LoopContract {
    @Override
    protected PortWorld openWorld() {
      return rough(2);
    }
  }

  @Nested
  class WithTimers extends TimersContract {
    @Override
    protected PortWorld openWorld() {
      return calm();
    }
  }

  @Nested
  class WithTimersByWrongClocks extends TimersContract {
    @Override
    protected PortWorld openWorld() {
      return rough(3);
    }
  }

  @Nested
  class WithReaders extends ReadersContract {
    @Override
    protected PortWorld openWorld() {
      return rough(4);
    }
  }

  @Nested
  class OnACalmNetwork extends NetworkContract {
    @Override
    protected PortWorld openWorld() {
      return calm();
    }
  }

  @Nested
  class OnARoughNetwork extends NetworkContract {
    @Override
    protected PortWorld openWorld() {
      return rough(5);
    }
  }

  @Nested
  class OnAnotherRoughNetwork extends NetworkContract {
    @Override
    protected PortWorld openWorld() {
      return rough(6);
    }
  }

  @Nested
  class OnACalmDisk extends DiskContract {
    @Override
    protected PortWorld openWorld() {
      return calm();
    }
  }

  @Nested
  class OnARoughDisk extends DiskContract {
    @Override
    protected PortWorld openWorld() {
      return rough(7);
    }
  }

  @Nested
  class DurableOnACalmDisk extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return calm();
    }
  }

  @Nested
  class DurableOnARoughDisk extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return rough(8);
    }
  }

  @Nested
  class DurableOnAnotherRoughDisk extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return rough(9);
    }
  }

  @Nested
  class OnAFailingDisk extends DiskFailureContract {
    @Override
    protected PortWorld openWorld() {
      return calm();
    }
  }

  @Nested
  class OnAFailingRoughDisk extends DiskFailureContract {
    @Override
    protected PortWorld openWorld() {
      return rough(10);
    }
  }

  @Nested
  class OnAnotherFailingRoughDisk extends DiskFailureContract {
    @Override
    protected PortWorld openWorld() {
      return rough(11);
    }
  }

  @Nested
  class DurableOnRoughDisk12 extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return rough(12);
    }
  }

  @Nested
  class DurableOnRoughDisk13 extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return rough(13);
    }
  }

  @Nested
  class DurableOnRoughDisk14 extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return rough(14);
    }
  }

  @Nested
  class DurableOnRoughDisk15 extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return rough(15);
    }
  }

  @Nested
  class DurableOnRoughDisk16 extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return rough(16);
    }
  }

  @Nested
  class DurableOnRoughDisk17 extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return rough(17);
    }
  }
}
