package io.ashlar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole clusters from fixed seeds. */
class SimulationTest {
  private static final SimOptions SHORT = SimOptions.defaults().withBusySeconds(10);

  private static SimResult run(long seed, SimOptions options) {
    Simulation.describe(seed, options).forEach(System.out::println);
    SimResult result = Simulation.run(seed, options);
    result.trace().forEach(System.out::println);
    System.out.println(result.toJson());
    return result;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everythingHoldsWhileFaultsGoOnAndAfterwards(long seed) {
    SimResult result = run(seed, SHORT);
    assertThat(result.failure()).as(result.replay()).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void everythingHoldsThroughALongRunOfFaults(long seed) {
    SimResult result = run(seed, SimOptions.defaults());
    assertThat(result.failure()).as(result.replay()).isNull();
  }

  @Test
  void someClustersStoreInRocksDbAndTheOthersInTheEngineInJava() {
    assertThat(Simulation.describe(9, SHORT).toString()).contains("RocksDB, in memory");
    assertThat(Simulation.describe(24, SHORT).toString()).contains("RocksDB, in memory");
    assertThat(Simulation.describe(8, SHORT).toString()).contains("the one in Java");
  }

  @Test
  void withoutFaultsNoTransactionIsLeftInDoubt() {
    SimResult result = run(2, SHORT.withoutFaults());
    assertThat(result.failure()).as(result.replay()).isNull();
    assertThat(result.unknownResults()).isZero();
    assertThat(result.recoveries()).isEqualTo(1);
  }

  @Test
  void whenFaultsLeftTooLittleTimeClientsGoOnWithoutThem() {
    SimOptions options = SHORT.withBusySeconds(2).withCommitsMin(600);
    SimResult result = run(3, options);
    assertThat(result.failure()).as(result.replay()).isNull();
    assertThat(result.faults()).containsEntry("work without faults", 1L);
    assertThat(result.transactionsCommitted()).isGreaterThanOrEqualTo(600);
    SimResult tooMuch = run(3, options.withCommitsMin(100_000));
    assertThat(tooMuch.failure()).contains("transactions were committed");
    assertThat(tooMuch.failureKind()).isEqualTo(FailureKind.STOOD_STILL);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 21, 22, 23, 24, 25})
  void sameSeedGivesTheSameDigest(long seed) {
    SimOptions options = SHORT.withBusySeconds(3);
    SimResult first = run(seed, options);
    SimResult second = run(seed, options);
    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(second.events()).isEqualTo(first.events());
    assertThat(run(seed + 100, options).digest()).isNotEqualTo(first.digest());
  }
}
