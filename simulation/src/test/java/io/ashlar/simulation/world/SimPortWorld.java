package io.ashlar.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.SeededRandom;
import io.ashlar.host.Loop;
import io.ashlar.host.RoleHosts;
import io.ashlar.host.contract.PortWorld;
import java.util.function.BooleanSupplier;

/** A simulated world as the contracts of the ports want it. */
final class SimPortWorld implements PortWorld {
  private static final long BOUND_NANOS = 300_000_000_000L;

  private final SimWorld world;
  private final SeededRandom random;

  SimPortWorld(long seed, WorldConditions conditions) {
    world = new SimWorld(seed, conditions);
    random = new SeededRandom(seed).fork("contract");
  }

  /** A process through its lives. */
  private final class Lives implements Process {
    private final String name;
    private SimProcess present;

    Lives(String name) {
      this.name = name;
      restart();
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Loop loop() {
      return present;
    }

    @Override
    public RoleHosts hosts() {
      return present;
    }

    @Override
    public void cutConnections() {
      boolean more = true;
      while (more) {
        more = world.network().cutOneOf(present, random);
      }
    }

    @Override
    public void kill() {
      world.kill(present, random.nextBoolean());
    }

    @Override
    public void failDisk(DiskFailure kind) {
      present
          .machine()
          .disk()
          .trouble()
          .failNext(
              switch (kind) {
                case READ -> DiskTrouble.Operation.READ;
                case WRITE -> DiskTrouble.Operation.WRITE;
                case SYNC -> DiskTrouble.Operation.SYNC;
              });
    }

    @Override
    public boolean hasStopped() {
      return !present.isAlive();
    }

    @Override
    public void restart() {
      present = world.boot(world.machine("machine of " + name), name, process -> {});
    }
  }

  @Override
  public Process newProcess(String name) {
    return new Lives(name);
  }

  @Override
  public void runUntil(String what, BooleanSupplier condition) {
    long deadline = world.nowNanos() + BOUND_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(world.failure()).as(what).isNull();
      assertThat(world.nowNanos()).as(what).isLessThan(deadline);
      if (!world.step()) {
        world.runFor(BOUND_NANOS / 10);
      }
    }
  }

  @Override
  public void close() {
    assertThat(world.failure()).isNull();
  }
}
