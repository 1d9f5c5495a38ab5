package io.ashlar.runtime;

import io.ashlar.host.contract.DiskContract;
import io.ashlar.host.contract.DiskFailureContract;
import io.ashlar.host.contract.DurabilityContract;
import io.ashlar.host.contract.LoopContract;
import io.ashlar.host.contract.NetworkContract;
import io.ashlar.host.contract.PortWorld;
import io.ashlar.host.contract.ReadersContract;
import io.ashlar.host.contract.TimersContract;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contracts of the ports, kept by the production host. */
class ProcessContractTest {
  @TempDir Path folder;

  private PortWorld world(ProcessWorld.Files files) {
    return new ProcessWorld(files, folder, HostOptions.defaults());
  }

  @Nested
  class OnTheLoop extends LoopContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.MEMORY);
    }
  }

  @Nested
  class WithTimers extends TimersContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.MEMORY);
    }
  }

  @Nested
  class WithReaders extends ReadersContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.MEMORY);
    }
  }

  @Nested
  class OnSockets extends NetworkContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.MEMORY);
    }
  }

  @Nested
  class OnSocketsWithTinyBounds extends NetworkContract {
    @Override
    protected PortWorld openWorld() {
      HostOptions tiny =
          new HostOptions(
              2,
              1,
              1,
              1,
              1,
              64 << 20,
              100,
              1000,
              10,
              2_000_000_000L,
              5_000_000_000L,
              0,
              5_000_000_000L);
      return new ProcessWorld(ProcessWorld.Files.MEMORY, folder, tiny);
    }
  }

  @Nested
  class OnPortableSockets extends NetworkContract {
    @Override
    protected PortWorld openWorld() {
      return new ProcessWorld(ProcessWorld.Files.MEMORY, folder, HostOptions.defaults()).portable();
    }
  }

  @Nested
  class OnMemory extends DiskContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.MEMORY);
    }
  }

  @Nested
  class OnFiles extends DiskContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.DIRECTORY);
    }
  }

  @Nested
  class OnFilesOverATestLayer extends DiskContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.DIRECTORY_THAT_TEARS_UNSYNCED);
    }
  }

  @Nested
  class DurableOnFiles extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.DIRECTORY);
    }
  }

  @Nested
  class DurableOnFilesThatLoseUnsynced extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.DIRECTORY_THAT_LOSES_UNSYNCED);
    }
  }

  @Nested
  class DurableOnFilesThatTearUnsynced extends DurabilityContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.DIRECTORY_THAT_TEARS_UNSYNCED);
    }
  }

  @Nested
  class FailingFiles extends DiskFailureContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.DIRECTORY);
    }
  }

  @Nested
  class FailingFilesThatTearUnsynced extends DiskFailureContract {
    @Override
    protected PortWorld openWorld() {
      return world(ProcessWorld.Files.DIRECTORY_THAT_TEARS_UNSYNCED);
    }
  }
}
