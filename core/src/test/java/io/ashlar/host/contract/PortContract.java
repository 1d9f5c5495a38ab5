package io.ashlar.host.contract;

import io.ashlar.host.Host;
import io.ashlar.host.Inbound;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A world for each test. */
abstract class PortContract {
  static final long MILLI = 1_000_000;
  static final long SECOND = 1_000_000_000;

  final Journal journal = new Journal();
  PortWorld world;

  protected abstract PortWorld openWorld() throws Exception;

  @BeforeEach
  final void open() throws Exception {
    world = openWorld();
  }

  @AfterEach
  final void close() {
    world.close();
  }

  /** Starts a role that hears messages. */
  final TestRole role(
      PortWorld.Process process, String name, long endpoint, BiConsumer<Host, Inbound> onMessage) {
    return world.call(process, () -> TestRole.start(process, name, endpoint, journal, onMessage));
  }

  /** Starts a role that hears nothing. */
  final TestRole role(PortWorld.Process process, String name, long endpoint) {
    return role(process, name, endpoint, (host, inbound) -> {});
  }

  /** Runs something of a role on its loop. */
  final void with(PortWorld.Process process, TestRole role, Consumer<Host> task) {
    world.run(process, () -> task.accept(role.host));
  }

  final void await(String line) {
    world.runUntil(line, () -> journal.has(line));
  }
}
