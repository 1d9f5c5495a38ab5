package io.ashlar.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.ashlar.core.Uid;
import io.ashlar.message.Address;
import io.ashlar.message.HostedStorage;
import io.ashlar.message.RegisterWorker;
import io.ashlar.message.WorkerClass;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerRegistryTest {
  private static final long SILENCE = 1_000;
  private static final Uid LOG = new Uid(7, 70);
  private static final Uid STORAGE = new Uid(8, 80);

  private final WorkerRegistry registry = new WorkerRegistry(SILENCE);

  private static RegisterWorker worker(long id, String process, List<Uid> logs) {
    return new RegisterWorker(
        new Uid(1, id),
        new Uid(9, 9),
        process,
        "zone-" + id,
        logs,
        List.of(new HostedStorage(STORAGE, 1)));
  }

  private static RegisterWorker empty(long id, String process) {
    return new RegisterWorker(
        new Uid(1, id), new Uid(9, 9), process, "zone-" + id, List.of(), List.of());
  }

  @Test
  void aWorkerThatIsSilentKeepsItsRolesAndIsNotAlive() {
    assertThat(registry.register(worker(1, "a", List.of(LOG)), 0)).isTrue();
    assertThat(registry.register(worker(1, "a", List.of(LOG)), 500)).isFalse();
    assertThat(registry.live(500 + SILENCE)).hasSize(1);
    assertThat(registry.live(501 + SILENCE)).isEmpty();
    assertThat(registry.logAddress(LOG)).isEqualTo(new Address("a", LOG.low()));
    assertThat(registry.storageAddress(STORAGE)).isEqualTo(new Address("a", STORAGE.low()));
    assertThat(registry.register(worker(1, "a", List.of(LOG)), 502 + SILENCE)).isTrue();
  }

  /**
   * Two workers had exchanged their addresses, or one had lost its disk and with it its identity:
   * roles were asked for where another was, and one address was dealt the roles of two workers.
   */
  @Test
  void aWorkerAtTheAddressOfAnotherTakesItsPlace() {
    registry.register(worker(1, "a", List.of(LOG)), 0);
    assertThat(registry.register(empty(2, "a"), 10)).isTrue();
    assertThat(registry.live(10))
        .extracting(RegisterWorker::workerId)
        .containsExactly(new Uid(1, 2));
    assertThat(registry.logAddress(LOG)).isEqualTo(Address.NONE);
    assertThat(registry.storageAddress(STORAGE)).isEqualTo(Address.NONE);
    registry.register(worker(1, "b", List.of(LOG)), 20);
    assertThat(registry.live(20)).hasSize(2);
    assertThat(registry.logAddress(LOG)).isEqualTo(new Address("b", LOG.low()));
  }

  /** A process that had been killed was given roles until a second of silence was over. */
  @Test
  void aWorkerWhoseConnectionBrokeIsAwayUntilItRegistersAgain() {
    registry.register(worker(1, "a", List.of(LOG)), 0);
    registry.register(empty(2, "b"), 0);
    registry.lost("a", 10);
    assertThat(registry.live(10))
        .extracting(RegisterWorker::workerId)
        .containsExactly(new Uid(1, 2));
    assertThat(registry.logAddress(LOG)).isEqualTo(new Address("a", LOG.low()));
    assertThat(registry.register(worker(1, "a", List.of(LOG)), 20)).isTrue();
    assertThat(registry.live(20)).hasSize(2);
  }

  /** The mover of each epoch learnt it anew, and not of those that were away. */
  @Test
  void theZoneAStorageServerWasInLastIsRememberedWhileItIsAway() {
    Uid storage = new Uid(7, 7);
    assertThat(registry.storageZone(storage)).isNull();
    List<HostedStorage> hosted = List.of(new HostedStorage(storage, 3));
    registry.register(
        new RegisterWorker(new Uid(1, 1), Uid.NONE, "a", "zone a", List.of(), hosted), 0);
    registry.register(
        new RegisterWorker(new Uid(1, 2), Uid.NONE, "b", "zone b", List.of(), hosted), 5);
    registry.lost("b", 10);
    assertThat(registry.live(10 * SILENCE)).isEmpty();
    assertThat(registry.storageZone(storage)).isEqualTo("zone b");
  }

  @Test
  void whoIsAvoidedIsSoForAWhileAndStillAlive() {
    registry.register(empty(1, "a"), 0);
    registry.avoid("a", 100);
    registry.avoid("a", 50);
    assertThat(registry.avoided(99)).containsExactly("a");
    assertThat(registry.live(99)).hasSize(1);
    assertThat(registry.avoided(100)).isEmpty();
  }

  @Test
  void theHighestEpochIsRememberedOfThoseThatAreAwayToo() {
    assertThat(registry.viewEpoch()).isZero();
    registry.register(knowing(1, "a", 7), 0);
    registry.register(knowing(2, "b", 5), 10 * SILENCE);
    assertThat(registry.viewEpoch()).isEqualTo(7);
  }

  private static RegisterWorker knowing(long id, String process, long viewEpoch) {
    return new RegisterWorker(
        new Uid(1, id),
        new Uid(9, 9),
        process,
        "zone-" + id,
        List.of(),
        List.of(),
        process,
        WorkerClass.ANY,
        viewEpoch);
  }
}
